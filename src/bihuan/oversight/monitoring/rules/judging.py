"""One outlet's hour and day, from readings to results: validity, means and conversion applied. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from bihuan.oversight.monitoring.rules.conversion import ConversionRule, OxygenState, convert
from bihuan.oversight.monitoring.rules.marking import Cover
from bihuan.oversight.monitoring.rules.means import (
    arithmetic_mean,
    flow_weighted_mean,
    mass_kg,
    mass_rate_kg_h,
    volume_m3,
)
from bihuan.oversight.monitoring.rules.readings import Reading
from bihuan.oversight.monitoring.rules.units import UNITS, in_unit
from bihuan.oversight.monitoring.rules.validity import (
    Day,
    Hour,
    Reason,
    Status,
    ValidityRule,
    judge_day,
    judge_hour,
)

OXYGEN, WATER_FLOW, GAS_FLOW = "a19001", "w00000", "a00000"
UNWEIGHTED = frozenset({WATER_FLOW, "w01001", "w01010"})
SECONDS_AN_HOUR = 3600


@dataclass(frozen=True)
class Plan:
    """How an outlet is judged on a day: which factors are due, their units, the rules that hold.

    `references` are the reference oxygens by factor (from the limits), `units` those the means stand in.
    """

    medium: str
    factors: tuple[str, ...]
    validity: ValidityRule
    conversion: ConversionRule
    cycle_minutes: int = 60
    edition: str = "2017"
    units: Mapping[str, str] = field(default_factory=dict)
    references: Mapping[str, float] = field(default_factory=dict)

    @property
    def flow(self) -> str:
        return WATER_FLOW if self.medium == "water" else GAS_FLOW


@dataclass(frozen=True, slots=True)
class FactorHour:
    """One judged hour of one factor.

    `mean` in the plan's unit, `converted` at reference oxygen, `quantity` m³ of the flow and kg of all else;
    `sent` is the mean the device computed itself, `sent_converted` its converted one.
    """

    hour: Hour
    converted: float | None = None
    oxygen: OxygenState = OxygenState.OK
    sent: float | None = None
    sent_converted: float | None = None
    quantity: float | None = None

    @property
    def status(self) -> Status:
        return self.hour.status

    @property
    def mean(self) -> float | None:
        return self.hour.mean


@dataclass(frozen=True, slots=True)
class HourData:
    """What arrived for one factor and hour: minute records outside marks, and the device's own hour."""

    minutes: Sequence[Reading] = ()
    record: Reading | None = None


NOTHING = HourData()


def judge_outlet_hour(data: Mapping[str, HourData], plan: Plan, *, marked: Cover) -> dict[str, FactorHour]:
    """Every due factor of one hour; a factor for which nothing came is missing."""
    hours = {
        factor: judge_hour(
            minutes=data.get(factor, NOTHING).minutes,
            record=data.get(factor, NOTHING).record,
            marked=marked,
            rule=plan.validity,
            edition=plan.edition,
            cycle_minutes=plan.cycle_minutes,
        )
        for factor in plan.factors
    }
    flow = hours.get(plan.flow)
    volume = _volume(flow, data.get(plan.flow, NOTHING).record, plan)
    oxygen = hours[OXYGEN].mean if OXYGEN in hours else None
    return {
        factor: _finished(
            factor, hour, plan, record=data.get(factor, NOTHING).record, volume=volume, oxygen=oxygen
        )
        for factor, hour in hours.items()
    }


def _finished(
    factor: str,
    hour: Hour,
    plan: Plan,
    *,
    record: Reading | None,
    volume: float | None,
    oxygen: float | None,
) -> FactorHour:
    converted, state, reference = None, OxygenState.OK, plan.references.get(factor)
    if reference is not None and hour.mean is not None:
        found = convert(hour.mean, oxygen, reference, plan.conversion)
        converted, state = found.value, found.state
        if state is OxygenState.INVALID and hour.status is Status.VALID:
            hour = replace(hour, status=Status.INVALID, reason=Reason.OXYGEN)
    return FactorHour(
        hour=hour,
        converted=converted,
        oxygen=state,
        sent=record.value if record else None,
        sent_converted=record.converted if record else None,
        quantity=volume if factor == plan.flow else _mass(factor, hour, plan, volume),
    )


def _volume(hour: Hour | None, record: Reading | None, plan: Plan) -> float | None:
    """m³ of the hour: the device's own totaliser, else the valid mean flow over the hour."""
    if hour is None or hour.status is not Status.VALID or hour.mean is None:
        return None
    if record is not None and record.quantity is not None:
        return record.quantity
    flow_l_s = in_unit(hour.mean, plan.units.get(plan.flow, "L/s"), "L/s")
    return volume_m3(flow_l_s, SECONDS_AN_HOUR)


def _mass(factor: str, hour: Hour, plan: Plan, volume: float | None) -> float | None:
    """kg of the hour, from the measured (not the converted) concentration."""
    unit = plan.units.get(factor, "")
    quantity = UNITS[unit].quantity if unit in UNITS else ""
    if volume is None or hour.status is not Status.VALID or hour.mean is None:
        return None
    if quantity == "liquid":
        return mass_kg(volume, in_unit(hour.mean, unit, "mg/L"))
    if quantity == "gas":
        return mass_rate_kg_h(in_unit(hour.mean, unit, "mg/m3"), volume)
    return None


@dataclass(frozen=True, slots=True)
class FactorDay:
    """One judged day of one factor: the mean that meets a daily limit, how it was made, and the sum."""

    day: Day
    mean: float | None
    method: str
    quantity: float | None


def judge_factor_day(
    hours: Sequence[FactorHour], volumes: Sequence[float | None], plan: Plan, *, has_flow: bool, factor: str
) -> FactorDay:
    """`hours` and `volumes` run side by side over the 24 hours of the day.

    Waste water is weighted by flow; without any flow meter the arithmetic mean is the alternative. Hours
    without discharge have no mean.
    """
    day = judge_day([hour.status for hour in hours], plan.validity)
    valid = [
        (volume, hour) for hour, volume in zip(hours, volumes, strict=True) if hour.status is Status.VALID
    ]
    quantity = _sum(hour.quantity for _volume, hour in valid)
    if plan.medium == "water" and has_flow and factor not in UNWEIGHTED:
        slices = [
            (volume, hour.mean) for volume, hour in valid if volume is not None and hour.mean is not None
        ]
        mean = flow_weighted_mean(slices)
        return FactorDay(day, mean, "weighted" if mean is not None or not valid else "no_discharge", quantity)
    values = [hour.converted if factor in plan.references else hour.mean for _volume, hour in valid]
    mean = arithmetic_mean(value for value in values if value is not None)
    return FactorDay(day, mean, "arithmetic", quantity)


def _sum(values: Iterable[float | None]) -> float | None:
    kept = [value for value in values if value is not None]
    return sum(kept) if kept else None
