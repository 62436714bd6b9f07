"""What a stored message says about each factor, in the units of the factor table of 2017."""

import math
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from functools import cached_property
from typing import Any, NamedTuple

from bihuan.oversight.enterprises.public import FactorTable, Logger, factor_table
from bihuan.oversight.monitoring.models import LayoutColumn
from bihuan.oversight.monitoring.rules.frame.items import FLAG
from bihuan.oversight.monitoring.rules.frame.layout import Kind
from bihuan.oversight.monitoring.rules.units import UnknownUnit, ratio

MEANS = ("Avg", "Rtd", "Data")
CONVERTED = ("ZsAvg", "ZsRtd")
ROLES: dict[str, tuple[str, ...]] = {
    "mean": MEANS,
    "low": ("Min",),
    "high": ("Max",),
    "converted": CONVERTED,
    "quantity": ("Cou",),
    "age": ("SampleTime",),
    "flag": (FLAG,),
}
CUBIC_METRES, KILOGRAMS = "m3", "kg"
OURS = "2017"
EVER = datetime(9999, 1, 1, tzinfo=UTC)


class Message(NamedTuple):
    """One stored message; the order of the columns in which both stores give it."""

    outlet: int
    command: int
    at: datetime
    system: str
    part: int
    version: int
    origin: int
    arrived_at: datetime
    logger: int
    layout: int
    flags: str
    extras: str
    values: Sequence[float | None]

    @property
    def key(self) -> tuple[Any, ...]:
        """What makes it the same message when it comes again; another one under it is a new version."""
        return (self.outlet, self.command, self.at, self.system, self.part)


class Cell(NamedTuple):
    """One factor of one message. `quantity` is m³ of a flow and kg of all else."""

    mean: float | None
    low: float | None
    high: float | None
    converted: float | None
    quantity: float | None
    flag: str
    sampled_at: datetime | None


class Place(NamedTuple):
    """Where a layout holds a factor; positions count from 1, 0 is nowhere."""

    factor: str
    mean: int = 0
    low: int = 0
    high: int = 0
    converted: int = 0
    quantity: int = 0
    age: int = 0
    flag: int = 0


class Scale(NamedTuple):
    """What a logger's numbers are multiplied by; NaN where its unit can't be read as ours."""

    value: float = 1.0
    quantity: float = 1.0


class Units:
    """By logger, the scales from what it sends to the units of 2017; each logger is looked up once."""

    def __init__(self) -> None:
        self._loggers: dict[int, Logger | None] = {}
        self._scales: dict[tuple[int, str], Scale] = {}

    @cached_property
    def _table(self) -> FactorTable:
        return factor_table()

    def learn(self, loggers: Iterable[int]) -> None:
        missing = set(loggers) - set(self._loggers)
        if missing:
            rows = Logger.objects.filter(pk__in=missing).prefetch_related("factors")
            self._loggers.update(dict.fromkeys(missing) | {row.pk: row for row in rows})

    def values_of(self, outlet: int, factor: str) -> dict[int, float]:
        """By logger that ever spoke for the outlet, what its values are multiplied by.

        A logger of 2017 without units of its own sends ours: most curves need no factor table.
        """
        rows = list(Logger.objects.filter(outlets=outlet).distinct().prefetch_related("factors"))
        self._loggers.update({row.pk: row for row in rows})
        plain = {row.pk for row in rows if row.edition == OURS and not row.factors.all()}
        return {row.pk: 1.0 if row.pk in plain else self.scale(row.pk, factor).value for row in rows}

    def minutes(self, logger: int) -> int:
        """How long a minute record of the logger stands for."""
        found = self._loggers.get(logger)
        return found.minute_interval_min if found else 10

    def scale(self, logger: int, factor: str) -> Scale:
        key = (logger, factor)
        if key not in self._scales:
            self._scales[key] = self._scale(logger, factor)
        return self._scales[key]

    def _scale(self, logger: int, factor: str) -> Scale:
        self.learn([logger])
        found, row = self._loggers[logger], self._table.find(factor)
        if found is None or row is None:
            return Scale()
        own = {one.factor_code: one.unit for one in found.factors.all() if one.unit}
        sent = own.get(factor) or row.unit(found.edition)
        return Scale(_ratio(sent, row.unit_2017), _quantity(row.emission_unit))


def _ratio(sent: str, wanted: str) -> float:
    if not sent or not wanted:
        return 1.0
    try:
        return float(ratio(sent, wanted))
    except UnknownUnit:
        return math.nan


def _quantity(unit: str) -> float:
    for wanted in (CUBIC_METRES, KILOGRAMS):
        scale = _ratio(unit, wanted)
        if not math.isnan(scale):
            return scale
    return 1.0


class Shapes:
    """The places of factors by layout; a layout never changes, so each is read once."""

    def __init__(self) -> None:
        self._places: dict[int, tuple[Place, ...]] = {}

    def of(self, layout: int) -> tuple[Place, ...]:
        if layout not in self._places:
            self._places |= places([layout])
        return self._places[layout]


def places(layouts: Sequence[int]) -> dict[int, tuple[Place, ...]]:
    """By layout, where each factor's mean, extremes, converted value, quantity and flag stand."""
    rows = LayoutColumn.objects.filter(layout__in=layouts, kind__in=(Kind.VALUE, Kind.AGE, Kind.FLAG))
    return {layout: () for layout in layouts} | _places(rows)


def places_of(factor: str) -> dict[int, Place]:
    """By layout, where one factor stands."""
    rows = LayoutColumn.objects.filter(factor=factor, kind__in=(Kind.VALUE, Kind.AGE, Kind.FLAG))
    return {layout: found[0] for layout, found in _places(rows).items()}


def _places(rows: Any) -> dict[int, tuple[Place, ...]]:
    told: dict[tuple[int, str], dict[str, Any]] = defaultdict(dict)
    for row in rows.order_by("layout", "pk"):
        if row.factor:
            said = told[(row.layout_id, row.factor)]
            said.setdefault(row.suffix, row.position)
    found: dict[int, tuple[Place, ...]] = defaultdict(tuple)
    for (layout, factor), said in told.items():
        found[layout] += (Place(factor, **_roles(said)),)
    return dict(found)


def _roles(said: Mapping[str, int]) -> dict[str, int]:
    return {
        role: next((said[suffix] for suffix in suffixes if suffix in said), 0)
        for role, suffixes in ROLES.items()
    }


def cells(message: Message, shapes: Shapes, units: Units) -> Iterator[tuple[str, Cell]]:
    """Each factor of the message with what it says."""
    for place in shapes.of(message.layout):
        by = units.scale(message.logger, place.factor)
        mean, low, high, converted = (
            _number(message.values, position, by.value)
            for position in (place.mean, place.low, place.high, place.converted)
        )
        age = _number(message.values, place.age, 1.0)
        yield place.factor, Cell(
            mean, low, high, converted,
            _number(message.values, place.quantity, by.quantity),
            message.flags[place.flag - 1 : place.flag] if place.flag else "",
            None if age is None else message.at - timedelta(seconds=age),
        )  # fmt: skip


def _number(values: Sequence[float | None], position: int, scale: float) -> float | None:
    if not 0 < position <= len(values):
        return None
    value = values[position - 1]
    if value is None or math.isnan(value) or math.isnan(scale):
        return None
    return value if scale == 1.0 else shown(value * scale)


def shown(value: float) -> float:
    """Seven digits: what single precision holds, without the noise behind it."""
    return float(f"{value:.7g}")
