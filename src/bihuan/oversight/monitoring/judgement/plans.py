"""How each outlet is to be judged on a day: its due factors, units, limits and the rules in force."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import Any

from bihuan.oversight.enterprises.public import (
    FactorTable,
    Limit,
    LimitBook,
    LoggerBook,
    LoggerView,
    Outlet,
    factor_table,
    limit_book,
    logger_book,
)
from bihuan.oversight.monitoring.models import RuleVersion
from bihuan.oversight.monitoring.rules.conversion import ConversionRule
from bihuan.oversight.monitoring.rules.exceedance import Limit as Bounds
from bihuan.oversight.monitoring.rules.exceedance import Period, deciding, decimal_of, strictest
from bihuan.oversight.monitoring.rules.judging import GAS_FLOW, OXYGEN, WATER_FLOW, Plan
from bihuan.oversight.monitoring.rules.periods import start_of
from bihuan.oversight.monitoring.rules.rulebook import RuleBook, Subject, book_of
from bihuan.oversight.monitoring.rules.transmission import TransmissionRule
from bihuan.oversight.monitoring.rules.units import UnknownUnit, ratio
from bihuan.oversight.monitoring.rules.validity import ValidityRule

NOON = timedelta(hours=12)
FLOW_OF = {"water": WATER_FLOW, "flue_gas": GAS_FLOW, "incineration": GAS_FLOW, "voc": GAS_FLOW}


def load_book() -> RuleBook:
    return book_of(row.version for row in RuleVersion.objects.all())


@dataclass
class Desk:
    """Everything judgement looks up, loaded once for a run over any number of outlets."""

    rules: RuleBook
    limits: LimitBook
    loggers: LoggerBook
    table: FactorTable
    _speakers: dict[date, dict[int, LoggerView]] = field(default_factory=dict, init=False)

    def logger_of(self, outlet: int, day: date) -> LoggerView | None:
        """The newest logger that spoke for the outlet at noon of the day."""
        if day not in self._speakers:
            held = sorted(self.loggers.in_force(start_of(day) + NOON), key=lambda view: view.valid_from)
            self._speakers[day] = {bound.id: view for view in held for bound in view.outlets}
        return self._speakers[day].get(outlet)

    def unit(self, factor: str) -> str:
        """The unit results stand in: that of the factor table of 2017."""
        row = self.table.find(factor)
        return row.unit_2017 if row else ""


def open_desk(rules: RuleBook | None = None) -> Desk:
    return Desk(rules or load_book(), limit_book(), logger_book(), factor_table())


@dataclass(frozen=True)
class OutletPlan:
    """`plan` for the pure rules; `watched` are the factors that count for transmission."""

    outlet: Outlet
    day: date
    plan: Plan
    watched: frozenset[str]
    hour_limits: Mapping[str, Bounds]
    day_limits: Mapping[str, Bounds]
    transmission: TransmissionRule
    rules: str
    wait: timedelta
    logger: LoggerView | None = None
    ranges: Mapping[str, float] = field(default_factory=dict)


def plan_for(outlet: Outlet, day: date, desk: Desk, *, seen: Iterable[str] = ()) -> OutletPlan:
    """`seen` are factors that sent something of late: judged too, but not counted for transmission."""
    limits = desk.limits.of(outlet.pk, day)
    logger = desk.logger_of(outlet.pk, day)
    named = {limit.factor_code for limit in limits}
    watched = {*named, *({FLOW_OF[outlet.medium]} & set(seen) if outlet.medium in FLOW_OF else ())}
    references = _references(limits)
    factors = sorted({*watched, *seen, *({OXYGEN} if references else ())})
    subject = Subject(outlet.medium, "", outlet.pk)
    validity = desk.rules.of("validity", day, subject)
    conversion = desk.rules.of("conversion", day, subject)
    transmission = desk.rules.of("transmission", day, subject)
    plan = Plan(
        medium=outlet.medium,
        factors=tuple(factors),
        validity=validity_rule(validity.parameters),
        conversion=ConversionRule(**conversion.parameters),
        cycle_minutes=int(validity.parameters["cycle_minutes"]),
        edition=logger.edition if logger else "2017",
        units={factor: desk.unit(factor) for factor in factors},
        references=references,
    )
    return OutletPlan(
        outlet=outlet,
        day=day,
        plan=plan,
        watched=frozenset(watched),
        hour_limits=_bounds(limits, outlet.medium, desk, period=Period.HOUR),
        day_limits=_bounds(limits, outlet.medium, desk, period=Period.DAY),
        transmission=TransmissionRule(int(transmission.parameters["check_hours"])),
        rules=" ".join(version.name for version in (validity, conversion, transmission)),
        wait=timedelta(minutes=desk.rules.of("T3", day, subject).parameters["minutes"]),
        logger=logger,
        ranges={code: float(upper) for code, upper in logger.ranges.items()} if logger else {},
    )


def validity_rule(parameters: Mapping[str, float]) -> ValidityRule:
    """The pure rule from a version's numbers."""
    kept: dict[str, Any] = {
        key: int(value)
        for key, value in parameters.items()
        if key not in ("by_cycle", "cycle_share", "cycle_minutes")
    }
    return ValidityRule(
        **kept, by_cycle=bool(parameters["by_cycle"]), cycle_share=float(parameters["cycle_share"])
    )


def _references(limits: Sequence[Limit]) -> dict[str, float]:
    found = {
        one.factor_code: one.reference_oxygen_pct for one in limits if one.reference_oxygen_pct is not None
    }
    return {factor: float(value) for factor, value in found.items()}


def _bounds(limits: Sequence[Limit], medium: str, desk: Desk, *, period: Period) -> dict[str, Bounds]:
    """The strictest limit of each factor that is judged by `period`, in our unit.

    In media where the day decides, an hourly limit also stands among the hourly ones, for warnings.
    """
    by_factor: dict[str, list[Bounds]] = {}
    for limit in limits:
        decides = deciding(medium, limit.averaging)
        warns = period is Period.HOUR and decides is not None and limit.averaging != "day"
        if decides is period or warns:
            by_factor.setdefault(limit.factor_code, []).append(
                in_our_unit(limit, desk.unit(limit.factor_code))
            )
    strict = {factor: strictest(found) for factor, found in by_factor.items()}
    return {factor: bounds for factor, bounds in strict.items() if bounds is not None}


def in_our_unit(limit: Limit, unit: str) -> Bounds:
    """A limit as numbers in `unit`; a limit whose unit we can't read keeps its numbers."""
    bounds = Bounds(limit.upper, limit.lower, limit.decimals)
    if not unit or not limit.unit:
        return bounds
    try:
        factor = ratio(limit.unit, unit)
    except UnknownUnit:
        return bounds
    if factor == 1:
        return bounds
    return replace(
        bounds,
        upper=limit.upper * factor if limit.upper is not None else None,
        lower=limit.lower * factor if limit.lower is not None else None,
        decimals=max(0, limit.decimals - decimal_of(factor).adjusted()),
    )
