"""From arrived readings to judged days: computed for many outlets at once, pure but for the input."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from bihuan.oversight.monitoring.judgement.inputs import NO_DATA, OutletData
from bihuan.oversight.monitoring.judgement.plans import OutletPlan
from bihuan.oversight.monitoring.rules.judging import (
    FactorHour,
    HourData,
    judge_factor_day,
    judge_outlet_hour,
)
from bihuan.oversight.monitoring.rules.letters import PENDING, REASON_LETTERS, STATUS_LETTERS
from bihuan.oversight.monitoring.rules.marking import Effect, Mark, cover, effect_at
from bihuan.oversight.monitoring.rules.periods import HOUR, MINUTE, hours_of
from bihuan.oversight.monitoring.rules.readings import Reading
from bihuan.oversight.monitoring.rules.transmission import FactorHours, count_day
from bihuan.oversight.monitoring.rules.validity import Hour, Status

Reals = list[float | None]


@dataclass
class DayResult:
    """One factor's judged day before it is stored; fields as in JudgedDay."""

    outlet_id: int
    factor_code: str
    day: date
    rules: str
    statuses: str
    reasons: str
    means: Reals
    converted: Reals | None
    sent: Reals | None
    sent_converted: Reals | None
    quantities: Reals | None
    day_mean: float | None = None
    day_status: str = ""
    day_method: str = ""
    day_sent: float | None = None
    quantity: float | None = None
    transmission: FactorHours = field(default_factory=FactorHours)


def judge_day(
    plan: OutletPlan, data: OutletData, marks: Sequence[Mark], *, trade: str, now: datetime
) -> list[DayResult]:
    """All factors of one outlet and day from everything that had arrived."""
    data = data or NO_DATA
    judged = [_hour(plan, data, marks, hour=hour, trade=trade, now=now) for hour in hours_of(plan.day)]
    over = judged[-1] is not None
    volumes = [_quantity(hour, plan.plan.flow) for hour in judged]
    has_flow = plan.plan.flow in data.hours or plan.plan.flow in data.minutes
    results = []
    for factor in plan.plan.factors:
        hours = [hour.get(factor) if hour is not None else None for hour in judged]
        result = _result(plan, factor, hours)
        sent = data.days.get(factor, {}).get(plan.day)
        result.day_sent = sent.value if sent else None
        if over:
            _close(result, hours, volumes, plan, has_flow=has_flow)
        results.append(result)
    return results


def _hour(
    plan: OutletPlan, data: OutletData, marks: Sequence[Mark], *, hour: datetime, trade: str, now: datetime
) -> Mapping[str, FactorHour] | None:
    """None while the hour isn't over, or its data may still be on their way (T3)."""
    if hour + HOUR > now:
        return None
    found = {factor: _data(factor, data, marks, hour=hour, trade=trade) for factor in plan.plan.factors}
    if now - hour < plan.wait and not any(one.minutes or one.record for one in found.values()):
        return None
    return judge_outlet_hour(found, plan.plan, marked=cover(marks, hour, hour + HOUR, trade))


def _data(factor: str, data: OutletData, marks: Sequence[Mark], *, hour: datetime, trade: str) -> HourData:
    minutes = [one for one in data.minutes.get(factor, ()) if hour <= one.at < hour + HOUR]
    if marks:
        minutes = [one for one in minutes if not _marked(one, marks, trade)]
    return HourData(minutes, data.hours.get(factor, {}).get(hour))


def _marked(reading: Reading, marks: Sequence[Mark], trade: str) -> bool:
    middle = reading.at + reading.minutes * MINUTE / 2
    return effect_at(marks, middle, trade) in (Effect.STOPPED, Effect.INVALID)


def _result(plan: OutletPlan, factor: str, hours: Sequence[FactorHour | None]) -> DayResult:
    return DayResult(
        outlet_id=plan.outlet.pk,
        factor_code=factor,
        day=plan.day,
        rules=plan.rules,
        statuses="".join(STATUS_LETTERS[hour.status] if hour else PENDING for hour in hours),
        reasons="".join(REASON_LETTERS[hour.hour.reason] if hour else PENDING for hour in hours),
        means=[hour.mean if hour else None for hour in hours],
        converted=_column(hours, "converted"),
        sent=_differing(hours),
        sent_converted=_column(hours, "sent_converted"),
        quantities=_column(hours, "quantity"),
    )


def _column(hours: Sequence[FactorHour | None], name: str) -> Reals | None:
    values: Reals = [getattr(hour, name) if hour else None for hour in hours]
    return values if any(value is not None for value in values) else None


def _differing(hours: Sequence[FactorHour | None]) -> Reals | None:
    """What the device computed itself, kept only where we computed from minutes."""
    if any(hour is not None and hour.hour.basis == "minutes" for hour in hours):
        return _column(hours, "sent")
    return None


def _quantity(hour: Mapping[str, FactorHour] | None, factor: str) -> float | None:
    found = hour.get(factor) if hour else None
    return found.quantity if found else None


ABSENT = FactorHour(Hour(Status.MISSING))


def _close(
    result: DayResult, hours: Sequence[FactorHour | None], volumes: Reals, plan: OutletPlan, *, has_flow: bool
) -> None:
    """What can only be said when the day is over."""
    told = [hour or ABSENT for hour in hours]
    day = judge_factor_day(told, volumes, plan.plan, has_flow=has_flow, factor=result.factor_code)
    result.day_mean, result.day_method, result.quantity = day.mean, day.method, day.quantity
    result.day_status = str(day.day.status)
    if result.factor_code in plan.watched:
        statuses = [hour.status for hour in told]
        result.transmission = count_day(result.factor_code, statuses, plan.transmission)


def fields_of(result: DayResult) -> dict[str, Any]:
    """The result as columns of JudgedDay."""
    said = {name: getattr(result, name) for name in result.__dataclass_fields__ if name != "transmission"}
    hours = result.transmission
    return {
        **said,
        "due": hours.must_transmit,
        "came": hours.transmitted,
        "must_be_valid": hours.must_be_valid,
        "valid": hours.valid,
    }
