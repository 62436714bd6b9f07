"""Which sensors stand at an outlet, and what they usually show: well below the limits that hold there."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from zlib import crc32

from bihuan.oversight.enterprises.public import (
    BoundOutlet,
    FactorTable,
    Limit,
    LimitBook,
    LoggerView,
)
from bihuan.oversight.monitoring.rules.conversion import AIR_OXYGEN
from bihuan.oversight.monitoring.rules.judging import GAS_FLOW, OXYGEN, WATER_FLOW
from bihuan.oversight.monitoring.rules.units import UnknownUnit, ratio
from bihuan.oversight.monitoring.simulation.series import Series

SHARE_OF_LIMIT = 0.55
AMMONIA, NITROGEN, PART = "w21003", "w21001", 0.35
"""The part of a whole that ammonia is of nitrogen, whatever their limits are."""
WATER = "water"
OLD = "2005"
USUAL: Mapping[str, tuple[float, int]] = {
    WATER_FLOW: (14.0, 2), GAS_FLOW: (16.0, 1), OXYGEN: (7.0, 2), "w01001": (7.4, 2),
}  # fmt: skip
"""Base and decimals of what no limit tells: flows in L/s and m³/s, oxygen in %, pH."""


@dataclass(frozen=True)
class Sensor:
    """`code` and `scale` are those of the device's edition; `reference` the oxygen it is converted to."""

    factor: str
    code: str
    series: Series
    scale: float = 1.0
    reference: float | None = None
    upper: float | None = None

    @property
    def is_flow(self) -> bool:
        return self.factor in (WATER_FLOW, GAS_FLOW)


@dataclass(frozen=True)
class Station:
    """One outlet as its logger speaks for it."""

    outlet: BoundOutlet
    system: str
    sensors: tuple[Sensor, ...]

    def sensor(self, factor: str) -> Sensor | None:
        return next((one for one in self.sensors if one.factor == factor), None)

    @property
    def flow(self) -> Sensor | None:
        return next((one for one in self.sensors if one.is_flow), None)


@dataclass
class Device:
    logger: LoggerView
    stations: list[Station] = field(default_factory=list)

    @property
    def enterprise(self) -> int:
        return self.stations[0].outlet.enterprise_id


def devices(
    loggers: Sequence[LoggerView], limits: LimitBook, table: FactorTable, *, day: date, seed: int
) -> Iterator[Device]:
    """The loggers as devices, in order of their numbers; one that speaks for no outlet is left out."""
    for logger in sorted(loggers, key=lambda one: one.mn):
        device = Device(logger)
        for bound in logger.outlets:
            sensors = tuple(_sensors(logger, bound, limits.of(bound.id, day), table, seed))
            system = bound.only_st or ("32" if bound.medium == WATER else "31")
            device.stations.append(Station(bound, system, sensors))
        if device.stations:
            yield device


def _sensors(
    logger: LoggerView, outlet: BoundOutlet, limits: Sequence[Limit], table: FactorTable, seed: int
) -> Iterator[Sensor]:
    strict: dict[str, Limit] = {}
    for one in sorted(limits, key=lambda limit: -(limit.upper or 0)):
        strict[one.factor_code] = one
    references = [float(one.reference_oxygen_pct) for one in strict.values() if one.reference_oxygen_pct]
    own = [WATER_FLOW if outlet.medium == WATER else GAS_FLOW, *([OXYGEN] if references else [])]
    for factor in sorted({*strict, *own}):
        key = crc32(f"{seed}/{logger.mn}/{factor}".encode())
        limit = strict.get(factor)
        base, decimals = _usual(factor, limit, min(references, default=0.0))
        if factor == AMMONIA and NITROGEN in strict:
            base = min(base, PART * _usual(NITROGEN, strict[NITROGEN], 0.0)[0])
        code, scale = _as_sent(factor, logger, table)
        yield Sensor(
            factor, code, _series(factor, key, base, decimals), scale,
            float(limit.reference_oxygen_pct) if limit and limit.reference_oxygen_pct else None,
            float(limit.upper) if limit and limit.upper is not None else None,
        )  # fmt: skip


def _usual(factor: str, limit: Limit | None, reference: float) -> tuple[float, int]:
    if factor == OXYGEN:
        return reference + 0.6, 2
    if factor in USUAL or limit is None or limit.upper is None:
        return USUAL.get(factor, (10.0, 2))
    upper = float(limit.upper) * SHARE_OF_LIMIT
    return upper, 3 if upper < 1 else 2


def _series(factor: str, key: int, base: float, decimals: int) -> Series:
    """Each plant a little different; pH and oxygen hardly move."""
    if factor == "w01001":
        return Series(key, base, decimals, swing=0.015, noise=0.006, lowest=6.2, highest=8.8)
    if factor == OXYGEN:
        return Series(key, base, decimals, swing=0.03, noise=0.015, lowest=1.5, highest=16.0)
    return Series(key, base * (0.8 + key % 401 / 1000), decimals)


def _as_sent(factor: str, logger: LoggerView, table: FactorTable) -> tuple[str, float]:
    """The code and the unit that the device's edition has for it."""
    row = table.find(factor)
    if row is None:
        return factor, 1.0
    sent = logger.units.get(factor) or row.unit(logger.edition)
    try:
        scale = float(ratio(row.unit_2017, sent)) if row.unit_2017 and sent else 1.0
    except UnknownUnit:
        scale = 1.0
    return (row.old_code or factor) if logger.edition == OLD else factor, scale


def converted(value: float, oxygen: float, reference: float) -> float:
    """As a device converts (HJ 212-2017 D.2.3)."""
    return value * (AIR_OXYGEN - reference) / (AIR_OXYGEN - oxygen)
