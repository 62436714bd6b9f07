"""A dry run: what a rule version would have found on past data, without touching anything."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.utils import timezone

from bihuan.oversight.enterprises.public import Outlet
from bihuan.oversight.monitoring.judgement.evaluating import findings
from bihuan.oversight.monitoring.judgement.inputs import Source
from bihuan.oversight.monitoring.judgement.plans import Desk, open_desk
from bihuan.oversight.monitoring.judgement.running import batches, compute, days_between
from bihuan.oversight.monitoring.judgement.saving import differs_from
from bihuan.oversight.monitoring.models import JudgedDay
from bihuan.oversight.monitoring.rules.catalogue import BY_ID, Family
from bihuan.oversight.monitoring.rules.evaluation import Finding
from bihuan.oversight.monitoring.rules.periods import DAY, start_of
from bihuan.oversight.monitoring.rules.rulebook import Version

MOST_OUTLETS, MOST_DAYS = 200, 31


@dataclass(frozen=True)
class Would:
    """One episode under the draft; `known` when the versions in force find it too."""

    outlet: Outlet
    finding: Finding
    known: bool


@dataclass(frozen=True)
class Trial:
    """`found` under the draft, `lost` those of today's versions that the draft wouldn't find.

    `days_changed` counts judged days that a draft of a statistic would change.
    """

    found: Sequence[Would] = ()
    lost: Sequence[Would] = ()
    outlets: int = 0
    days_changed: int = 0
    days_examined: int = 0

    @property
    def fresh(self) -> int:
        return sum(not one.known for one in self.found)


def try_rule(draft: Version, *, outlets: Sequence[int], first: date, last: date, source: Source) -> Trial:
    """Evaluate the draft over judged days from `first` to `last`; at most 200 outlets and 31 days."""
    chosen = sorted(outlets)[:MOST_OUTLETS]
    first = max(first, last - timedelta(days=MOST_DAYS - 1))
    now = start_of(last) + DAY
    if BY_ID[draft.rule].family is Family.STATISTICS:
        return _try_statistic(draft, chosen, first=first, last=last, source=source)
    desk = open_desk()
    drafted = Desk(desk.rules.with_draft(draft), desk.limits, desk.loggers, desk.table)
    found: list[Would] = []
    lost: list[Would] = []
    for batch in batches(chosen):
        before = _found(batch, desk, draft.rule, start=start_of(first), now=now, source=source)
        after = _found(batch, drafted, draft.rule, start=start_of(first), now=now, source=source)
        for outlet, episodes in after.items():
            old = {_key(one) for one in before.get(outlet, ())}
            new = {_key(one) for one in episodes}
            found += [Would(outlet, one, _key(one) in old) for one in episodes]
            lost += [Would(outlet, one, True) for one in before.get(outlet, ()) if _key(one) not in new]
    return Trial(found, lost, outlets=len(chosen))


def _found(
    outlets: Sequence[int], desk: Desk, rule: str, *, start: datetime, now: datetime, source: Source
) -> dict[Outlet, list[Finding]]:
    found = findings(
        outlets,
        source=source,
        desk=desk,
        now=now,
        start=start,
        records_since=start,
        arrived_by=timezone.now(),
        only=[rule],
    )
    return {outlet: list(seen) for outlet, (_series, seen) in found.items()}


def _key(finding: Finding) -> tuple[str, str, datetime]:
    return finding.factor, finding.period, finding.episode.start


def _try_statistic(
    draft: Version, outlets: Sequence[int], *, first: date, last: date, source: Source
) -> Trial:
    desk = open_desk()
    drafted = Desk(desk.rules.with_draft(draft), desk.limits, desk.loggers, desk.table)
    examined = changed = 0
    for day in days_between(first, last):
        rows = JudgedDay.objects.filter(outlet__in=outlets, day=day, current=True)
        known = {(row.outlet_id, row.factor_code): row for row in rows}
        for result in compute(outlets, day, source=source, desk=drafted, now=timezone.now()):
            old = known.get((result.outlet_id, result.factor_code))
            examined += 1
            changed += old is None or differs_from(old, result)
    return Trial(outlets=len(outlets), days_changed=changed, days_examined=examined)
