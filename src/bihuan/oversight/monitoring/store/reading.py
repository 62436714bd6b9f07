"""The one way to read what devices sent, wherever it lies: curves, tables, and readings for judgement.

Of each record the newest version counts; numbers stand in the units of the factor table of 2017.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from bihuan.oversight.monitoring.rules.periods import SHANGHAI
from bihuan.oversight.monitoring.store import stored
from bihuan.oversight.monitoring.store.grains import Grain, grain_for, in_order
from bihuan.oversight.monitoring.store.measured import (
    EVER,
    Cell,
    Message,
    Shapes,
    Units,
    cells,
    places_of,
    shown,
)

POINTS = 1_000
STEPS = {Grain.REALTIME: 1.0, Grain.MINUTE: 60.0, Grain.HOUR: 3_600.0, Grain.DAY: 86_400.0}


@dataclass(frozen=True, slots=True)
class Bucket:
    """One point of a curve: the least, mean and greatest of the `count` records from `at` on.

    `flags` are the letters met, each once and in order; `converted` is the mean at reference oxygen as
    devices sent it.
    """

    at: datetime
    low: float | None
    mean: float | None
    high: float | None
    count: int
    flags: str
    converted: float | None = None


class Curve(NamedTuple):
    """`step` is how much time one bucket stands for; where nothing was sent there is no bucket."""

    grain: Grain
    step: timedelta
    buckets: list[Bucket]


@dataclass(frozen=True)
class Record:
    """One message as a row of a table; `origin` as in models.Origin, `cells` by factor code."""

    at: datetime
    command: int
    system: str
    part: int
    version: int
    origin: int
    arrived_at: datetime
    logger: int
    cells: dict[str, Cell] = field(default_factory=dict)
    extras: str = ""


class Page(NamedTuple):
    records: list[Record]
    total: int


def curve(
    outlet: int,
    factor: str,
    begin: datetime,
    end: datetime,
    *,
    grain: Grain | str | None = None,
    points: int = POINTS,
) -> list[Bucket]:
    """The buckets of `drawn`."""
    return drawn(outlet, factor, begin, end, grain=grain, points=points).buckets


def drawn(
    outlet: int,
    factor: str,
    begin: datetime,
    end: datetime,
    *,
    grain: Grain | str | None = None,
    points: int = POINTS,
) -> Curve:
    """At most about `points` buckets of one factor in [begin, end).

    Without a `grain` the one that suits the span is taken, and where the outlet has none of it another.
    """
    wanted = [Grain(grain)] if grain else in_order(grain_for(end - begin))
    places, scales = places_of(factor), _scales(outlet, factor)
    asked = {"outlet": outlet, "begin": begin, "end": end, **scales}
    for one in wanted:
        width = _width(one, begin, end, points)
        origin = _origin(begin, one)
        asked["command"] = one.command
        rows = stored.buckets(one.table, asked, factor, places, origin=origin, width=width)
        if rows:
            return Curve(one, timedelta(seconds=width), [_bucket(row, origin, width) for row in rows])
    return Curve(wanted[0], timedelta(seconds=_width(wanted[0], begin, end, points)), [])


def _width(grain: Grain, begin: datetime, end: datetime, points: int) -> float:
    """Whole steps of the grain, so that no bucket holds one record more than the next."""
    step = STEPS[grain]
    return step * max(1, -(-(end - begin).total_seconds() // (step * points)))


def _origin(begin: datetime, grain: Grain) -> float:
    """The begin of the first bucket: of its hour in Beijing time, or of its day."""
    local = begin.astimezone(SHANGHAI).replace(minute=0, second=0, microsecond=0)
    return (local.replace(hour=0) if grain is Grain.DAY else local).timestamp()


def _bucket(row: tuple[Any, ...], origin: float, width: float) -> Bucket:
    number, low, mean, high, count, flags, converted = row
    at = datetime.fromtimestamp(origin + number * width, SHANGHAI)
    met = "".join(sorted(flags or ""))
    return Bucket(at, _shown(low), _shown(mean), _shown(high), count, met, _shown(converted))


def _shown(value: float | None) -> float | None:
    return None if value is None else shown(value)


def _scales(outlet: int, factor: str) -> dict[str, list[Any]]:
    found = Units().values_of(outlet, factor)
    return {"loggers": list(found), "scales": list(found.values())}


def records(
    outlet: int,
    begin: datetime,
    end: datetime,
    *,
    grain: Grain | str | None = None,
    page: int = 1,
    size: int = 100,
    versions: bool = False,
) -> Page:
    """Messages of [begin, end), the latest first; `versions` shows those that were replaced too."""
    one = Grain(grain) if grain else grain_for(end - begin)
    found = stored.keys(one.table, outlet, one.command, begin, end)
    kept = sorted(found if versions else _newest(found), reverse=True)
    shown_keys = kept[(page - 1) * size : page * size]
    if not shown_keys:
        return Page([], len(kept))
    first, last = shown_keys[-1][0], shown_keys[0][0] + timedelta(microseconds=1)
    sent = stored.messages(one.table, [outlet], [one.command], first, last, arrived_by=EVER)
    by_key = {(row.at, row.command, row.system, row.part, row.version): row for row in sent}
    shapes, units = Shapes(), Units()
    return Page([_record(by_key[key], shapes, units) for key in shown_keys if key in by_key], len(kept))


def _newest(keys: Iterable[tuple[Any, ...]]) -> Iterable[tuple[Any, ...]]:
    newest: dict[tuple[Any, ...], tuple[Any, ...]] = {}
    for key in sorted(keys):
        newest[key[:-1]] = key
    return newest.values()


def _record(row: Message, shapes: Shapes, units: Units) -> Record:
    return Record(
        row.at.astimezone(SHANGHAI), row.command, row.system, row.part, row.version, row.origin,
        row.arrived_at, row.logger, dict(cells(row, shapes, units)), row.extras,
    )  # fmt: skip
