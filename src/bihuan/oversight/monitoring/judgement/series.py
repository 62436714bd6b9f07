"""The series that the alarm rules look at: judged days of a window, and the newest records beside them."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta

from bihuan.oversight.enterprises.public import Outlet
from bihuan.oversight.monitoring.judgement.hours import DayResult
from bihuan.oversight.monitoring.judgement.inputs import OutletData
from bihuan.oversight.monitoring.judgement.plans import OutletPlan
from bihuan.oversight.monitoring.models import JudgedDay
from bihuan.oversight.monitoring.rules.alarms.contradiction import ConvertedHour, Row
from bihuan.oversight.monitoring.rules.alarms.limits import Flowing
from bihuan.oversight.monitoring.rules.episodes import Point
from bihuan.oversight.monitoring.rules.evaluation import FactorSeries, OutletSeries
from bihuan.oversight.monitoring.rules.judging import OXYGEN
from bihuan.oversight.monitoring.rules.letters import MISSING, STOPPED, VALID
from bihuan.oversight.monitoring.rules.marking import Effect, Mark, effect_at
from bihuan.oversight.monitoring.rules.periods import DAY, HOUR, MINUTE, day_of, start_of
from bihuan.oversight.monitoring.rules.readings import Reading

WINDOW_DAYS = 3
LONG_WINDOW_DAYS = 30

Judged = JudgedDay | DayResult


def judged_rows(outlets: Sequence[int], start: datetime, end: datetime) -> dict[int, list[JudgedDay]]:
    """The current rows of the days in [start, end), by outlet and in time order."""
    found: dict[int, list[JudgedDay]] = defaultdict(list)
    days = JudgedDay.objects.filter(
        outlet__in=outlets, current=True, day__gte=day_of(start), day__lt=day_of(end + DAY - MINUTE)
    )
    for row in days.order_by("outlet", "factor_code", "day"):
        found[row.outlet_id].append(row)
    return found


def outlet_series(
    outlet: Outlet,
    rows: Iterable[Judged],
    *,
    plan: OutletPlan,
    data: OutletData,
    marks: Sequence[Mark],
    trade: str,
    now: datetime,
) -> OutletSeries:
    by_factor: dict[str, list[Judged]] = defaultdict(list)
    for row in rows:
        by_factor[row.factor_code].append(row)
    hours = {factor: list(_hours(found)) for factor, found in by_factor.items()}
    return OutletSeries(
        outlet=outlet.pk,
        medium=outlet.medium,
        now=now,
        factors={
            factor: _factor(factor, found, hours, plan=plan, data=data, marks=marks, trade=trade)
            for factor, found in by_factor.items()
        },
        rows=_rows(hours),
        flowing=_flowing(by_factor, plan, now),
        stopped=_stopped(hours, marks, trade),
        missing=_missing(hours, plan.watched),
        edition=plan.plan.edition,
        area_m2=float(outlet.area_m2) if outlet.area_m2 else None,
    )


class Cell:
    """One hour of one judged day."""

    __slots__ = ("at", "converted", "mean", "quantity", "sent", "sent_converted", "status")

    def __init__(self, row: Judged, hour: int) -> None:
        self.at = start_of(row.day) + hour * HOUR
        self.status = row.statuses[hour]
        self.mean = row.means[hour] if row.means else None
        self.converted = row.converted[hour] if row.converted else None
        self.sent = row.sent[hour] if row.sent else None
        self.sent_converted = row.sent_converted[hour] if row.sent_converted else None
        self.quantity = row.quantities[hour] if row.quantities else None

    @property
    def usable(self) -> bool:
        return self.status == VALID


def _hours(rows: Iterable[Judged]) -> Iterator[Cell]:
    return (Cell(row, hour) for row in rows for hour in range(24))


def _factor(
    factor: str,
    rows: Sequence[Judged],
    hours: Mapping[str, Sequence[Cell]],
    *,
    plan: OutletPlan,
    data: OutletData,
    marks: Sequence[Mark],
    trade: str,
) -> FactorSeries:
    cells, reference = hours[factor], plan.plan.references.get(factor)
    oxygen = {cell.at: cell.mean for cell in hours.get(OXYGEN, ()) if cell.usable}
    return FactorSeries(
        factor=factor,
        hours=[Point(cell.at, cell.mean, cell.usable) for cell in cells],
        judged=[Point(cell.at, _compared(cell, reference), cell.usable) for cell in cells],
        days=[
            Point(start_of(row.day), row.day_mean, row.day_status == "valid", DAY)
            for row in rows
            if row.day_status
        ],
        readings=_readings(factor, data, marks, trade),
        sums=[(cell.at, cell.mean, cell.sent) for cell in cells if cell.usable],
        converted=[
            ConvertedHour(cell.at, cell.mean, oxygen.get(cell.at), cell.sent_converted)
            for cell in cells
            if cell.usable and cell.mean is not None
        ],
        reference=reference,
        hour_limit=plan.hour_limits.get(factor),
        day_limit=plan.day_limits.get(factor),
        upper_range=plan.ranges.get(factor),
    )


def _compared(cell: Cell, reference: float | None) -> float | None:
    return cell.mean if reference is None else cell.converted


def _readings(factor: str, data: OutletData, marks: Sequence[Mark], trade: str) -> list[Reading]:
    """Records of the window outside marks: minutes where there are any, else hours."""
    found = list(data.minutes.get(factor, ())) or list(data.hours.get(factor, {}).values())
    return [
        one
        for one in sorted(found, key=lambda reading: reading.at)
        if not marks or effect_at(marks, one.at, trade) in (Effect.NONE, Effect.EXEMPT)
    ]


def _rows(hours: Mapping[str, Sequence[Cell]]) -> list[Row]:
    """The valid values of each hour side by side."""
    found: dict[datetime, dict[str, float]] = defaultdict(dict)
    for factor, cells in hours.items():
        for cell in cells:
            if cell.usable and cell.mean is not None:
                found[cell.at][factor] = cell.mean
    return [Row(at, values) for at, values in sorted(found.items())]


def _flowing(
    by_factor: Mapping[str, Sequence[Judged]], plan: OutletPlan, now: datetime
) -> dict[str, list[Flowing]]:
    """Today's valid hours with discharge, for the forecast."""
    today = day_of(now)
    current = {factor: rows[-1] for factor, rows in by_factor.items() if rows[-1].day == today}
    flow = current.get(plan.plan.flow)
    if flow is None or not flow.quantities:
        return {}
    volumes = list(flow.quantities)
    return {
        factor: [
            Flowing(cell.at, volume, cell.mean)
            for cell, volume in zip(_hours([row]), volumes, strict=True)
            if cell.usable and cell.mean is not None and volume
        ]
        for factor, row in current.items()
        if factor in plan.day_limits
    }


def _stopped(
    hours: Mapping[str, Sequence[Cell]], marks: Sequence[Mark], trade: str
) -> list[tuple[Row, bool | None]]:
    """Hours under a mark "stopped", with the oxygen measured all the same."""
    return [
        (Row(cell.at, {OXYGEN: cell.mean}), None)
        for cell in hours.get(OXYGEN, ())
        if cell.mean is not None
        and cell.status == STOPPED
        and effect_at(marks, cell.at, trade) is Effect.STOPPED
    ]


def _missing(hours: Mapping[str, Sequence[Cell]], watched: Collection[str]) -> dict[str, list[datetime]]:
    """Hours without any watched factor under "", and under a factor those in which it alone is absent."""
    absent = {
        factor: {cell.at for cell in hours.get(factor, ()) if cell.status == MISSING} for factor in watched
    }
    whole = set.intersection(*absent.values()) if absent else set()
    partly = {factor: sorted(gone - whole) for factor, gone in absent.items() if gone - whole}
    return {**partly, **({"": sorted(whole)} if whole else {})}


def window_start(now: datetime, days: int = WINDOW_DAYS) -> datetime:
    return start_of(day_of(now)) - timedelta(days=days - 1)
