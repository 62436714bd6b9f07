"""From findings to alarms: the new are opened, what went on is extended, what lost its ground is annulled."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from bihuan.kernel.ledger.actions import append
from bihuan.kernel.ledger.rules import SYSTEM
from bihuan.oversight.enterprises.public import Outlet
from bihuan.oversight.monitoring.actions.alarms import raise_problem
from bihuan.oversight.monitoring.models import Alarm
from bihuan.oversight.monitoring.models.alarms import STANDING, Handling
from bihuan.oversight.monitoring.rules.catalogue import CLUES
from bihuan.oversight.monitoring.rules.episodes import REOPEN_WITHIN, Episode
from bihuan.oversight.monitoring.rules.evaluation import Finding, multiple_of

Key = tuple[str, str, str]


@dataclass
class Reconciled:
    opened: list[Alarm] = field(default_factory=list)
    ended: list[Alarm] = field(default_factory=list)
    annulled: list[Alarm] = field(default_factory=list)


@transaction.atomic
def reconcile(
    outlet: Outlet,
    findings: Sequence[Finding],
    *,
    since: datetime,
    rules: Iterable[str],
    units: dict[str, str] | None = None,
) -> Reconciled:
    """Make the alarms of the outlet under `rules` agree with what was found since the window began.

    An alarm that began before the window is known only in part: nothing found ends it, and never annuls it.
    """
    found, waiting = Reconciled(), _known(outlet, since, rules)
    in_window = (one for one in findings if one.episode.end is None or one.episode.end >= since)
    for finding in sorted(in_window, key=lambda one: one.episode.start):
        key = (finding.rule, finding.factor, finding.period)
        alarm = _matching(waiting[key], finding.episode)
        if alarm is None:
            alarm = _open(outlet, finding, unit=(units or {}).get(finding.factor, ""))
            found.opened.append(alarm)
        else:
            waiting[key].remove(alarm)
            if _extend(alarm, finding, since):
                found.ended.append(alarm)
        if finding.rule in CLUES and alarm.handling in (Handling.NEW, Handling.ACKNOWLEDGED):
            raise_problem(alarm, by=None)
    for alarm in (one for left in waiting.values() for one in left):
        _let_go(alarm, since, found)
    return found


def _known(outlet: Outlet, start: datetime, rules: Iterable[str]) -> dict[Key, list[Alarm]]:
    """Alarms that reach into the window, annulled ones left out."""
    reaching = Q(ended_at=None) | Q(ended_at__gte=start - REOPEN_WITHIN)
    rows = Alarm.objects.select_for_update(of=("self",)).filter(reaching, outlet=outlet, rule__in=list(rules))
    known: dict[Key, list[Alarm]] = defaultdict(list)
    for alarm in rows.exclude(handling=Handling.ANNULLED).order_by("started_at"):
        known[(alarm.rule, alarm.factor_code, alarm.period)].append(alarm)
    return known


def _matching(alarms: Iterable[Alarm], episode: Episode) -> Alarm | None:
    """The alarm that this episode is or continues: they overlap, or lie within the time of reopening."""
    for alarm in alarms:
        ends_before = alarm.ended_at is not None and alarm.ended_at + REOPEN_WITHIN < episode.start
        begins_after = episode.end is not None and episode.end + REOPEN_WITHIN < alarm.started_at
        if not ends_before and not begins_after:
            return alarm
    return None


def _open(outlet: Outlet, finding: Finding, *, unit: str) -> Alarm:
    episode, limit = finding.episode, finding.limit
    alarm = Alarm.objects.create(
        **Alarm.where(outlet.jurisdiction),
        parties=outlet.parties,
        enterprise_id=outlet.enterprise_id,
        outlet=outlet,
        rule=finding.rule,
        version_id=finding.version.id or 0,
        factor_code=finding.factor,
        period=finding.period,
        limit=limit.upper if limit else None,
        lower_limit=limit.lower if limit else None,
        unit=unit,
        level=finding.level,
        needs_review=finding.needs_review,
        found_at=timezone.now(),
        multiple=multiple_of(finding),
        **_course(episode),
    )
    _tell(alarm, "alarm.opened", version=finding.version.name)
    return alarm


def _course(episode: Episode) -> dict[str, Any]:
    return {
        "started_at": episode.start,
        "ended_at": episode.end,
        "peak": episode.peak,
        "peak_at": episode.peak_at,
        "count": episode.count,
        "evidence": list(episode.evidence),
    }


def _extend(alarm: Alarm, finding: Finding, start: datetime) -> bool:
    """Bring an alarm up to what was found; true when it has just ended."""
    was_open = alarm.ended_at is None
    course = _course(finding.episode)
    if alarm.started_at < start:
        course = _continued(alarm, course)
    changed = {name: value for name, value in course.items() if getattr(alarm, name) != value}
    changed |= {"level": min(alarm.level, finding.level)} if finding.level < alarm.level else {}
    if finding.needs_review and not alarm.needs_review:
        changed["needs_review"] = True
    if not changed:
        return False
    for name, value in changed.items():
        setattr(alarm, name, value)
    alarm.multiple = max(filter(None, (alarm.multiple, multiple_of(finding))), default=None)
    alarm.save(update_fields=[*changed, "multiple", "changed_at"])
    ended = was_open and alarm.ended_at is not None
    if ended or was_open != (alarm.ended_at is None):
        _tell(alarm, "alarm.ended" if ended else "alarm.went_on", version=finding.version.name)
    return ended


def _continued(alarm: Alarm, course: dict[str, Any]) -> dict[str, Any]:
    """The course of an alarm of which the window shows only the later part."""
    evidence = sorted({*alarm.evidence, *course["evidence"]})
    higher = alarm.peak is not None and (course["peak"] is None or abs(alarm.peak) >= abs(course["peak"]))
    kept = {"peak": alarm.peak, "peak_at": alarm.peak_at} if higher else {}
    return {**course, **kept, "started_at": alarm.started_at, "evidence": evidence, "count": len(evidence)}


def _let_go(alarm: Alarm, start: datetime, found: Reconciled) -> None:
    """Nothing of it was found: it ended before the window, or later data took its ground away."""
    if alarm.started_at < start:
        if alarm.ended_at is None:
            alarm.ended_at = max(start, alarm.started_at + timedelta(seconds=1))
            alarm.save(update_fields=["ended_at", "changed_at"])
            found.ended.append(alarm)
            _tell(alarm, "alarm.ended")
        return
    if alarm.handling not in STANDING:
        return
    alarm.ended_at = alarm.ended_at or alarm.started_at
    if alarm.handling == Handling.RAISED:
        alarm.needs_review = True  # the problem stands until a person decides
    else:
        alarm.handling = Handling.ANNULLED
    alarm.save(update_fields=["ended_at", "handling", "needs_review", "changed_at"])
    found.annulled.append(alarm)
    _tell(alarm, "alarm.unsupported")


def _tell(alarm: Alarm, kind: str, *, version: str = "") -> None:
    payload = {
        "rule": alarm.rule,
        "outlet": alarm.outlet_id,
        "factor": alarm.factor_code,
        "started_at": alarm.started_at.isoformat(),
        "ended_at": alarm.ended_at.isoformat() if alarm.ended_at else None,
        "peak": f"{alarm.peak:g}" if alarm.peak is not None else None,
    }
    append(alarm.stream, kind, by=SYSTEM, payload=payload, rule_version=version)
