"""Hot and cold as one: what lies in the archive, and over it what lies in the database."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from bihuan.oversight.monitoring.models import PackedDay
from bihuan.oversight.monitoring.store import cold, hot
from bihuan.oversight.monitoring.store.measured import Message, Place
from bihuan.oversight.monitoring.store.tables import Table

Key = tuple[Any, ...]


def messages(
    table: Table,
    outlets: Sequence[int],
    commands: Sequence[int],
    begin: datetime,
    end: datetime,
    *,
    arrived_by: datetime,
) -> list[Message]:
    """Every version of every message of [begin, end) that had arrived by then, the older before the newer."""
    fresh = list(hot.messages(table, outlets, commands, begin, end, arrived_by=arrived_by))
    held = cold.days(table, begin, end)
    if not held:
        return fresh
    old = cold.messages(held, outlets, commands, begin, end, arrived_by=arrived_by)
    return sorted(
        [*old, *lifted(fresh, old)], key=lambda row: (row.outlet, row.at, row.version, row.arrived_at)
    )


def lifted(fresh: Iterable[Message], old: Iterable[Message]) -> list[Message]:
    """What came after its day was packed, numbered on behind the versions in the archive."""
    newest = _newest((row.key, row.version) for row in old)
    return [row._replace(version=row.version + newest.get(row.key, 0)) for row in fresh]


def _newest(rows: Iterable[tuple[Key, int]]) -> dict[Key, int]:
    found: dict[Key, int] = {}
    for key, version in rows:
        found[key] = max(version, found.get(key, 0))
    return found


def keys(table: Table, outlet: int, command: int, begin: datetime, end: datetime) -> list[Key]:
    """Time, command, system, part and version of each message."""
    fresh = hot.keys(table, outlet, command, begin, end)
    old = cold.keys(cold.days(table, begin, end), outlet, command, begin, end)
    newest = _newest((key[:-1], key[-1]) for key in old)
    return [*old, *((*key[:-1], key[-1] + newest.get(key[:-1], 0)) for key in fresh)]


def buckets(
    table: Table,
    asked: Mapping[str, Any],
    factor: str,
    places: Mapping[int, Place],
    *,
    origin: float,
    width: float,
) -> list[tuple[Any, ...]]:
    """Buckets over both; a bucket that reaches into both is made of two."""
    fresh = hot.buckets(table, asked, places, origin=origin, width=width)
    held = cold.days(table, asked["begin"], asked["end"])
    if not held:
        return fresh
    hidden = list(_times(table, asked, held))
    old = cold.buckets(held, asked, factor, origin=origin, width=width, hidden=hidden)
    found = {row[0]: row for row in old}
    for row in fresh:
        found[row[0]] = _joined(found[row[0]], row) if row[0] in found else row
    return [found[number] for number in sorted(found)]


def _times(table: Table, asked: Mapping[str, Any], held: Sequence[PackedDay]) -> Iterable[datetime]:
    """Times within packed days of which something newer lies in the database."""
    for day in held:
        begin, end = max(day.begin, asked["begin"]), min(day.end, asked["end"])
        yield from (key[0] for key in hot.keys(table, asked["outlet"], asked["command"], begin, end))


def _joined(first: tuple[Any, ...], second: tuple[Any, ...]) -> tuple[Any, ...]:
    count = first[4] + second[4]
    return (
        first[0],
        min(_known(first[1], second[1]), default=None),
        _mean(first, second, 2),
        max(_known(first[3], second[3]), default=None),
        count,
        "".join(sorted({*(first[5] or ""), *(second[5] or "")})),
        _mean(first, second, 6),
    )


def _known(*values: float | None) -> list[float]:
    return [value for value in values if value is not None]


def _mean(first: tuple[Any, ...], second: tuple[Any, ...], place: int) -> float | None:
    told = [(row[place], row[4]) for row in (first, second) if row[place] is not None and row[4]]
    weight = sum(count for _value, count in told)
    return sum(value * count for value, count in told) / weight if weight else None
