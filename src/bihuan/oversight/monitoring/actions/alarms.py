"""What people do with an alarm, and how one enters the loop."""

from datetime import datetime
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from bihuan.kernel.errors import Refused
from bihuan.kernel.figures.rules import plain
from bihuan.kernel.ledger.actions import append
from bihuan.kernel.ledger.rules import SYSTEM, Actor
from bihuan.kernel.people.access import require
from bihuan.loop import actions as loop
from bihuan.loop.models import Problem
from bihuan.loop.rules.states import Origin
from bihuan.oversight.enterprises.public import recolour_later
from bihuan.oversight.monitoring.models import Alarm, AlarmSource, DataMark
from bihuan.oversight.monitoring.models.alarms import WAITING, Handling
from bihuan.oversight.monitoring.models.marks import HOLDING
from bihuan.oversight.monitoring.permissions import HANDLE
from bihuan.oversight.monitoring.words import episode_title, factor_name, shown_unit

KIND = "alarm"


@transaction.atomic
def acknowledge(alarm: Alarm, *, by: Any, reason: str = "", at: datetime | None = None) -> Alarm:
    """Somebody looks after it; the escalation stops."""
    return _handle(alarm, Handling.ACKNOWLEDGED, by=by, reason=reason, at=at)


@transaction.atomic
def dismiss(alarm: Alarm, *, by: Any, reason: str, at: datetime | None = None) -> Alarm:
    """It is no offence, for a reason in words."""
    return _handle(alarm, Handling.DISMISSED, by=by, reason=_required(reason), at=at)


@transaction.atomic
def explain_by_mark(alarm: Alarm, *, by: Any, reason: str, at: datetime | None = None) -> Alarm:
    """A mark that holds explains the hours; the mark itself is made by `actions.marks`."""
    until = alarm.ended_at or timezone.now()
    covering = DataMark.objects.filter(outlet=alarm.outlet, start__lt=until, end__gt=alarm.started_at)
    if not covering.filter(standing__in=HOLDING).exists():
        raise Refused(reason=_("No mark that holds touches the time of this alarm."))
    return _handle(alarm, Handling.MARKED, by=by, reason=_required(reason), at=at)


def _handle(alarm: Alarm, handling: str, *, by: Any, reason: str, at: datetime | None) -> Alarm:
    actor = require(by, HANDLE, path=alarm.jurisdiction_path)
    locked = Alarm.objects.select_for_update(of=("self",)).get(pk=alarm.pk)
    if locked.handling not in WAITING:
        raise Refused(
            reason=_("This alarm is settled already: %(how)s.") % {"how": locked.get_handling_display()}
        )
    before = locked.handling
    locked.handling, locked.handled_by, locked.handled_at = handling, by, at or timezone.now()
    locked.reason = reason or locked.reason
    locked.save(update_fields=["handling", "handled_by", "handled_at", "reason", "changed_at"])
    recolour_later([locked.enterprise_id])
    _record(locked, f"alarm.{handling}", by=actor, payload={"from": before}, reason=reason, at=at)
    return locked


@transaction.atomic
def raise_problem(alarm: Alarm, *, by: Any, at: datetime | None = None) -> Problem:
    """The alarm enters the loop as a clue, once; asked again it gives the problem it has.

    `by` None is the system, for an alarm that stands by its rule.
    """
    actor = None if by is None else require(by, HANDLE, path=alarm.jurisdiction_path)
    locked = (
        Alarm.objects.select_for_update(of=("self",)).select_related("outlet__enterprise").get(pk=alarm.pk)
    )
    source = AlarmSource.objects.filter(alarm=locked).select_related("problem").first()
    if source is not None and source.problem is not None:
        return source.problem
    if locked.handling not in WAITING:
        raise Refused(reason=_("An alarm that was settled doesn't become a problem."))
    with translation.override(settings.LANGUAGE_CODE):
        problem = _report(locked, by=by, at=at)
    locked.handling, locked.handled_by, locked.handled_at = Handling.RAISED, by, at or timezone.now()
    locked.save(update_fields=["handling", "handled_by", "handled_at", "changed_at"])
    recolour_later([locked.enterprise_id])
    alarm.handling = locked.handling
    _record(locked, "alarm.raised", by=actor, payload={"problem": problem.number}, at=at)
    return problem


def _report(alarm: Alarm, *, by: Any, at: datetime | None) -> Problem:
    outlet, title = alarm.outlet, episode_title(alarm)
    day = timezone.localdate(alarm.started_at)
    source = AlarmSource.objects.create(
        alarm=alarm,
        kind=KIND,
        number=f"BJ{day:%Y%m%d}-{alarm.pk:06d}",
        title=title[:200],
        received_on=timezone.localdate(at),
        parties=alarm.parties,
        **AlarmSource.where(alarm.jurisdiction),
    )
    return loop.report(
        by=by,
        title=title,
        jurisdiction=alarm.jurisdiction,
        procedure="alarm",
        origin=Origin.DEVICE,
        description=describe(alarm),
        place=f"{outlet.enterprise.name} {outlet}",
        category=alarm.rule,
        discovered_on=day,
        lon=outlet.lon or outlet.enterprise.lon,
        lat=outlet.lat or outlet.enterprise.lat,
        source=source,
        at=at,
    )


def describe(alarm: Alarm) -> str:
    """What was measured, in sentences."""
    facts = {
        "rule": alarm.label,
        "factor": factor_name(alarm.factor_code) if alarm.factor_code else _("the outlet as a whole"),
        "start": f"{timezone.localtime(alarm.started_at):%Y-%m-%d %H:%M}",
        "count": alarm.count,
    }
    text = _("%(rule)s, %(factor)s, from %(start)s; %(count)s periods so far.") % facts
    if alarm.peak is not None and alarm.limit is not None:
        text += " " + _("The peak was %(peak)s %(unit)s, the limit is %(limit)s.") % {
            "peak": plain(round(Decimal(str(alarm.peak)), 3)),
            "unit": shown_unit(alarm.unit),
            "limit": plain(alarm.limit),
        }
    if alarm.needs_review:
        text += " " + _("The data of that time are suspicious themselves and need review.")
    return text


def _required(text: str) -> str:
    if not text.strip():
        raise Refused(reason=_("A reason in words is required."))
    return text


def _record(
    alarm: Alarm,
    kind: str,
    *,
    by: Actor | None,
    payload: dict[str, Any],
    reason: str = "",
    at: datetime | None = None,
) -> None:
    append(
        alarm.stream,
        kind,
        by=by or SYSTEM,
        payload={"rule": alarm.rule, "factor": alarm.factor_code, **payload},
        reason=reason,
        rule_version=str(alarm.version),
        at=at,
    )
