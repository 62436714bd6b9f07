"""Alarm rules over outlets: build the series, evaluate, reconcile."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.utils import timezone

from bihuan.oversight.enterprises.public import Outlet
from bihuan.oversight.monitoring.judgement.alarms import Reconciled, reconcile
from bihuan.oversight.monitoring.judgement.inputs import NO_DATA, Source
from bihuan.oversight.monitoring.judgement.plans import Desk, open_desk, plan_for
from bihuan.oversight.monitoring.judgement.running import batches, marks_of, trade_of
from bihuan.oversight.monitoring.judgement.series import (
    LONG_WINDOW_DAYS,
    judged_rows,
    outlet_series,
    window_start,
)
from bihuan.oversight.monitoring.models import Alarm
from bihuan.oversight.monitoring.models.alarms import Handling
from bihuan.oversight.monitoring.rules.evaluation import (
    DETECTORS,
    LIMIT_DETECTORS,
    OUTLET_DETECTORS,
    Finding,
    OutletSeries,
    evaluate,
)
from bihuan.oversight.monitoring.rules.periods import HOUR, day_of, start_of

RECORD_RULES = frozenset({"Q1", "Q3", "Q6", "L1", "M1"})
LONG_RULES = frozenset({"Q7"})
HOUR_RULES = frozenset({*DETECTORS, *LIMIT_DETECTORS, *OUTLET_DETECTORS, "T3"}) - RECORD_RULES - LONG_RULES
RECORDS_BACK = timedelta(hours=26)


@dataclass
class Evaluated:
    outlets: int = 0
    opened: int = 0
    ended: int = 0
    annulled: int = 0

    def add(self, done: Reconciled) -> None:
        self.opened += len(done.opened)
        self.ended += len(done.ended)
        self.annulled += len(done.annulled)


def raise_alarms(
    outlets: Sequence[int],
    *,
    source: Source,
    desk: Desk | None = None,
    now: datetime | None = None,
    long: bool = False,
    judged_from: Mapping[int, date] | None = None,
) -> Evaluated:
    """Evaluate every alarm rule over the outlets and make their alarms agree.

    `long` looks back 30 days for the rules that need it, and at nothing else: once a day. `judged_from` has
    the earliest day just judged of each outlet: what arrived days late is an alarm like any other.
    """
    desk, moment, whole = desk or open_desk(), now or timezone.now(), Evaluated()
    back_to = defaultdict(lambda: day_of(moment), judged_from or {})
    for batch in batches(sorted(outlets, key=lambda outlet: (back_to[outlet], outlet))):
        earliest = min(back_to[outlet] for outlet in batch)
        start = window_start(moment, LONG_WINDOW_DAYS) if long else _reaching(batch, moment, earliest)
        found = findings(batch, source=source, desk=desk, now=moment, start=start)
        for outlet, (series, seen) in found.items():
            whole.outlets += 1
            units = {factor: desk.unit(factor) for factor in series.factors}
            for rules, since in _windows(moment, start, long=long):
                mine = [one for one in seen if one.rule in rules]
                whole.add(reconcile(outlet, mine, since=since, rules=rules, units=units))
    return whole


def _windows(now: datetime, start: datetime, *, long: bool) -> list[tuple[frozenset[str], datetime]]:
    if long:
        return [(LONG_RULES, start)]
    return [(HOUR_RULES, start), (RECORD_RULES, now - RECORDS_BACK)]


def _reaching(outlets: Sequence[int], now: datetime, judged_from: date) -> datetime:
    """Where the window begins: three days back, or further (up to 30) where an alarm was last fed or a day
    judged earlier.

    So an alarm ends when it did, also when judgement stood still for days.
    """
    going = Alarm.objects.filter(outlet__in=outlets, ended_at=None).exclude(handling=Handling.ANNULLED)
    fed = [evidence[-1] for (evidence,) in going.values_list("evidence") if evidence]
    earliest = start_of(min(day_of(min(fed, default=now)), judged_from))
    return max(window_start(now, LONG_WINDOW_DAYS), min(window_start(now), earliest))


def findings(
    outlets: Sequence[int],
    *,
    source: Source,
    desk: Desk,
    now: datetime,
    start: datetime,
    records_since: datetime | None = None,
    arrived_by: datetime | None = None,
    only: Collection[str] | None = None,
) -> Mapping[Outlet, tuple[OutletSeries, Sequence[Finding]]]:
    """What the rules, or `only` these, find since `start` for each outlet, without touching any alarm."""
    book = desk.rules if only is None else desk.rules.limited_to(only)
    data = source.read(outlets, records_since or now - RECORDS_BACK, now + HOUR, arrived_by=arrived_by or now)
    rows, marks = judged_rows(outlets, start, now), marks_of(outlets, start, now)
    found: dict[Outlet, tuple[OutletSeries, Sequence[Finding]]] = {}
    for outlet in Outlet.objects.filter(pk__in=outlets).select_related("enterprise", "jurisdiction"):
        mine = rows.get(outlet.pk, [])
        series = outlet_series(
            outlet,
            mine,
            plan=plan_for(outlet, day_of(now), desk, seen={row.factor_code for row in mine}),
            data=data.get(outlet.pk, NO_DATA),
            marks=marks.get(outlet.pk, ()),
            trade=trade_of(outlet),
            now=now,
        )
        found[outlet] = (series, evaluate(series, book))
    return found
