"""What monitoring tells about an enterprise for its colour: exceedances, treatment off, silence, gaps."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from django.db.models import Exists, OuterRef, Q
from django.urls import reverse
from django.utils.translation import gettext as _

from bihuan.kernel.calendar.queries import load_calendar
from bihuan.kernel.calendar.rules import working_days_between
from bihuan.loop.rules.states import CONFIRMED, DISMISSED
from bihuan.oversight.enterprises.public import Fact, FactKind, Gap, Logger, Outlet, Report, State
from bihuan.oversight.monitoring.models import Alarm, DataMark, JudgedDay
from bihuan.oversight.monitoring.models.alarms import Handling
from bihuan.oversight.monitoring.models.marks import HOLDING, MarkLabel
from bihuan.oversight.monitoring.rules.catalogue import EXCEEDING
from bihuan.oversight.monitoring.rules.periods import HOUR, day_of
from bihuan.oversight.monitoring.words import episode_title

UNTREATED, OFFLINE = "W1", "T2"
KINDS = frozenset({FactKind.EXCEEDANCE, FactKind.TREATMENT_OFF, FactKind.MONITOR_SILENT})
LOOKED_BACK = timedelta(days=366)
SETTLED = {Handling.DISMISSED: State.DISMISSED, Handling.MARKED: State.EXPLAINED}


def collect(enterprises: Sequence[int], at: datetime) -> Mapping[int, Report]:
    """A handful of reads for any number of enterprises."""
    facts: dict[int, list[Fact]] = defaultdict(list)
    for alarm in _alarms(enterprises, at):
        facts[alarm.enterprise_id] += TOLD[alarm.rule](alarm, at)
    gaps, covered = _gaps(enterprises, at), _covered(enterprises, at)
    known = {*facts, *gaps, *covered}
    return {
        one: Report(tuple(facts.get(one, ())), tuple(gaps.get(one, ())), covered=one in covered)
        for one in known
    }


def _alarms(enterprises: Sequence[int], at: datetime) -> Any:
    rows = Alarm.objects.filter(
        Q(ended_at=None) | Q(ended_at__gt=at - LOOKED_BACK),
        enterprise__in=enterprises, rule__in=TOLD, started_at__lte=at,
    )  # fmt: skip
    kept = rows.exclude(handling=Handling.ANNULLED).order_by("started_at")
    return kept.select_related("outlet__enterprise", "source__problem")


def _exceedance(alarm: Alarm, _at: datetime) -> Iterable[Fact]:
    """One fact for each day of the episode."""
    amount = None if alarm.multiple is None else Decimal(str(round(1 + alarm.multiple, 4)))
    for day in sorted({day_of(one) for one in alarm.evidence} or {day_of(alarm.started_at)}):
        yield _fact(alarm, FactKind.EXCEEDANCE, day=day, amount=amount, state=state_of(alarm))


def _untreated(alarm: Alarm, at: datetime) -> Iterable[Fact]:
    hours = Decimal(str(round(((alarm.ended_at or at) - alarm.started_at) / HOUR, 2)))
    found = {"day": day_of(alarm.started_at), "since": alarm.found_at, "amount": hours}
    state = state_of(alarm)
    yield _fact(
        alarm, FactKind.TREATMENT_OFF, state=State.EXPLAINED if state == State.DISMISSED else state, **found
    )


def _silence(alarm: Alarm, at: datetime) -> Iterable[Fact]:
    """Only while it lasts. A fault that the enterprise marked is reported; then the days of repair count."""
    if alarm.ended_at is not None and alarm.ended_at <= at:
        return
    reported = alarm.handling == Handling.MARKED or _fault_marked(alarm, at)
    days = working_days_between(day_of(alarm.started_at), day_of(at), load_calendar())
    state = State.REPORTED if reported else State.OPEN
    yield _fact(
        alarm, FactKind.MONITOR_SILENT, since=alarm.started_at, amount=Decimal(max(0, days)), state=state
    )


def _fault_marked(alarm: Alarm, at: datetime) -> bool:
    rows = DataMark.objects.filter(outlet=alarm.outlet, automatic=False, standing__in=HOLDING)
    labels = (MarkLabel.FAULT, MarkLabel.MAINTENANCE, MarkLabel.STOPPED)
    return bool(rows.filter(label__in=labels, start__lte=at, end__gt=alarm.started_at).exists())


TOLD = {**dict.fromkeys(EXCEEDING, _exceedance), UNTREATED: _untreated, OFFLINE: _silence}


def state_of(alarm: Alarm) -> State:
    """Confirmed once its problem was; a problem that was dismissed takes the fact away."""
    problem = alarm.source.problem if hasattr(alarm, "source") else None
    if problem is not None and problem.state in CONFIRMED:
        return State.CONFIRMED
    if problem is not None and problem.state in DISMISSED:
        return State.DISMISSED
    return SETTLED.get(Handling(alarm.handling), State.OPEN)


def _fact(alarm: Alarm, kind: FactKind, **said: Any) -> Fact:
    return Fact(
        kind, ref=f"alarm:{alarm.pk}", text=episode_title(alarm),
        url=reverse("alarm", args=[alarm.pk]), **said,
    )  # fmt: skip


def _covered(enterprises: Sequence[int], at: datetime) -> set[int]:
    return set(_running(at).filter(enterprise__in=enterprises).values_list("enterprise", flat=True))


def _running(at: datetime) -> Any:
    return Logger.objects.filter(Q(valid_to=None) | Q(valid_to__gt=at), valid_from__lte=at)


def _gaps(enterprises: Sequence[int], at: datetime) -> dict[int, list[Gap]]:
    """Outlets that must be monitored and have no logger, and those from which nothing ever came."""
    speaking = _running(at).filter(outlets=OuterRef("pk"))
    ever = JudgedDay.objects.filter(outlet=OuterRef("pk"), current=True, came__gt=0)
    outlets = Outlet.objects.filter(enterprise__in=enterprises, closed_on=None)
    rows = outlets.annotate(speaks=Exists(speaking), ever=Exists(ever))
    found: dict[int, list[Gap]] = defaultdict(list)
    for outlet in rows.filter(Q(speaks=False, must_monitor=True) | Q(speaks=True, ever=False)):
        found[outlet.enterprise_id].append(_gap(outlet))
    return found


def _gap(outlet: Any) -> Gap:
    url = reverse("monitoring-outlet", args=[outlet.pk])
    if not outlet.speaks:
        return Gap(_("%(outlet)s owes automatic monitoring.") % {"outlet": outlet}, url=url)
    return Gap(_("Nothing has arrived from %(outlet)s yet.") % {"outlet": outlet}, url=url)
