"""Finished days leave the database for the archive: written, compared, and only then dropped."""

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
from django.db import connection, transaction
from django.utils.translation import gettext_lazy as _

from bihuan.kernel.database.models import this_city
from bihuan.kernel.errors import BihuanError
from bihuan.kernel.ledger.actions import append
from bihuan.kernel.ledger.rules import SYSTEM, Actor
from bihuan.oversight.monitoring.models import PackedDay
from bihuan.oversight.monitoring.store import cold, hot
from bihuan.oversight.monitoring.store.measured import EVER, Message
from bihuan.oversight.monitoring.store.parquet import DayWriter, portions
from bihuan.oversight.monitoring.store.stored import lifted
from bihuan.oversight.monitoring.store.tables import Partition, Table, drop

OUTLETS_AT_ONCE = 100
TOLERANCE = 1e-9
_CENSUS_HOT = """
SELECT count(*), coalesce(sum(cardinality(values)), 0), coalesce(sum(length(flags)), 0),
    coalesce(sum((SELECT sum(one::float8) FROM unnest(values) AS one WHERE one <> 'NaN')), 0)
FROM {table}
"""
_CENSUS_COLD = f"""
SELECT count(*), (SELECT count(*) FROM read_parquet($values)), coalesce(sum(length(flags)), 0),
    (SELECT coalesce(sum(number), 0) FROM (SELECT ({cold.NUMBER})::FLOAT::DOUBLE AS number
        FROM read_parquet($values)) WHERE NOT isnan(number))
FROM read_parquet($messages)
"""
_SIZE = "SELECT pg_total_relation_size(%s)"


class PackingFailed(BihuanError):
    message = _("The archive of %(day)s doesn't agree with the database: %(what)s. Nothing was dropped.")


class TooNew(BihuanError):
    message = _("The records of %(day)s are not complete yet; only days that are over can be packed.")


@dataclass(frozen=True)
class Census:
    """What is compared: counts that must be equal, and the sum of all values."""

    messages: int
    values: int
    flags: int
    total: float

    def differs(self, other: "Census") -> list[str]:
        """What differs, in words for an operator."""
        counts = [
            f"{name} {getattr(self, name)} ≠ {getattr(other, name)}"
            for name in ("messages", "values", "flags")
            if getattr(self, name) != getattr(other, name)
        ]
        near = abs(self.total - other.total) <= TOLERANCE * max(1.0, abs(self.total), abs(other.total))
        return counts if near else [*counts, f"sum {self.total} ≠ {other.total}"]


def pack(partition: Partition, *, by: Actor | None = None, now: datetime) -> PackedDay:
    """Move one partition into the archive.

    Where the day lies there already, what came late is added and the whole written as a new revision. The
    files are complete, synced and compared with the database before the partition is dropped, in the
    transaction that enters them; a break at any moment leaves the partition, or the files and the entry.
    """
    if partition.end > now:
        raise TooNew(day=partition.first.isoformat())
    older = PackedDay.objects.filter(table=partition.table.short, begin=partition.begin, current=True).first()
    last = PackedDay.objects.filter(table=partition.table.short, begin=partition.begin).order_by("revision")
    revision = (last.values_list("revision", flat=True).last() or 0) + 1
    paths = _paths(partition, revision)
    before = Census(*_one(_CENSUS_HOT.format(table=partition.name)))
    expected, size = _write(partition, older, paths, before), _one(_SIZE, [partition.name])[0]
    found = _census(paths)
    if differences := expected.differs(found):
        _remove(paths)
        raise PackingFailed(day=partition.first.isoformat(), what=", ".join(differences))
    with transaction.atomic():
        if (came := _close(partition) - before.messages) != 0:
            _remove(paths)
            raise PackingFailed(day=partition.first.isoformat(), what=f"{came} more messages came meanwhile")
        packed = _enter(partition, paths, found, older=older, revision=revision, size=size, by=by)
        with connection.cursor() as cursor:
            drop(cursor.connection, partition)
        if older is not None:
            transaction.on_commit(partial(_remove, [cold.archive() / name for name in older.files]))
    return packed


@transaction.atomic
def drop_empty(partition: Partition) -> bool:
    """Drop a partition that holds nothing: made for the neighbour of a busy day, or for late records."""
    if _one(f"SELECT EXISTS (SELECT FROM {partition.name})")[0] or _close(partition):
        return False
    with connection.cursor() as cursor:
        drop(cursor.connection, partition)
    return True


def _paths(partition: Partition, revision: int) -> list[Path]:
    folder = cold.archive() / partition.table.short / f"{partition.first:%Y}"
    folder.mkdir(parents=True, exist_ok=True)
    stem = f"{partition.first:%Y-%m-%d}-r{revision}"
    return [folder / f"{stem}.{kind}.parquet" for kind in ("values", "messages")]


def _close(partition: Partition) -> int:
    """Nobody writes from here on; gives how many messages there are.

    The table before the partition, as writers take them. Who waited is told that the partition is gone, and
    opens a new one (`store.writing`).
    """
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL lock_timeout = '10s'")
        cursor.execute(f"LOCK TABLE {partition.table.name} IN ACCESS EXCLUSIVE MODE")
    return int(_one(f"SELECT count(*) FROM {partition.name}")[0])


def _write(partition: Partition, older: PackedDay | None, paths: Sequence[Path], before: Census) -> Census:
    """Write the files; gives what they must hold."""
    repeated = _Repeats()
    with DayWriter(*paths) as writer:
        for outlets in portions(_outlets(partition, older), OUTLETS_AT_ONCE):
            writer.write(list(_merged(partition, older, outlets, repeated)))
    for path in paths:
        _sync(path)
    if older is None:
        return before
    held = Census(older.messages, older.values, older.checked["flags"], older.checked["total"])
    return Census(
        before.messages + held.messages - repeated.messages,
        before.values + held.values - repeated.values,
        before.flags + held.flags - repeated.flags,
        before.total + held.total - repeated.total,
    )


@dataclass
class _Repeats:
    """Late messages that say word for word what the archive holds."""

    messages: int = 0
    values: int = 0
    flags: int = 0
    total: float = 0.0

    def take(self, row: Message) -> None:
        self.messages += 1
        self.values += len(row.values)
        self.flags += len(row.flags)
        self.total += sum(
            float(np.float32(value)) for value in row.values if value is not None and value == value
        )


def _outlets(partition: Partition, older: PackedDay | None) -> set[int]:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT DISTINCT outlet FROM {partition.name}")
        found = {row[0] for row in cursor.fetchall()}
    if older is not None:
        given = {"messages": cold.files([older])["messages"]}
        found |= {row[0] for row in cold.rows("SELECT DISTINCT outlet FROM read_parquet($messages)", given)}
    return found


def _merged(
    partition: Partition, older: PackedDay | None, outlets: Sequence[int], repeated: _Repeats
) -> Iterator[Message]:
    span = {"begin": partition.begin, "end": partition.end}
    commands = sorted(partition.table.commands)
    fresh = hot.messages(partition.table, outlets, commands, **span, arrived_by=EVER)
    if older is None:
        yield from fresh
        return
    old = cold.messages([older], outlets, commands, **span, arrived_by=EVER)
    said = {_told(row) for row in _newest(old)}
    yield from old
    kept = []
    for row in fresh:
        if _told(row) in said and row.version == 1:
            repeated.take(row)
        else:
            kept.append(row)
    yield from lifted(kept, old)


def _newest(rows: Sequence[Message]) -> list[Message]:
    newest: dict[tuple[Any, ...], Message] = {}
    for row in sorted(rows, key=lambda row: row.version):
        newest[row.key] = row
    return list(newest.values())


def _told(row: Message) -> tuple[Any, ...]:
    """What makes a message the same one word for word; as text, so that no number equals itself."""
    values = tuple(f"{value:.7g}" for value in row.values if value is not None)
    return (*row.key, row.layout, row.flags, row.extras, values)


def _census(paths: Sequence[Path]) -> Census:
    given = {"values": [str(paths[0])], "messages": [str(paths[1])]}
    ((messages, values, flags, total),) = cold.rows(_CENSUS_COLD, given)
    return Census(int(messages), int(values), int(flags), float(total))


def _enter(
    partition: Partition,
    paths: Sequence[Path],
    found: Census,
    *,
    older: PackedDay | None,
    revision: int,
    size: int,
    by: Actor | None,
) -> PackedDay:
    if older is not None:
        PackedDay.objects.filter(pk=older.pk).update(current=False)
    names = [str(path.relative_to(cold.archive())) for path in paths]
    packed = PackedDay.objects.create(
        table=partition.table.short,
        begin=partition.begin,
        end=partition.end,
        messages=found.messages,
        values=found.values,
        bytes_hot=size,
        bytes_cold=sum(path.stat().st_size for path in paths),
        files=names,
        checked={"flags": found.flags, "total": found.total},
        revision=revision,
    )
    payload = {
        "table": packed.table, "day": partition.first.isoformat(), "revision": revision, "files": names,
        "messages": found.messages, "values": found.values,
    }  # fmt: skip
    append(stream_of(partition.table), "archive.packed", by=by or SYSTEM, payload=payload)
    return packed


def stream_of(table: Table) -> str:
    return f"archive:{this_city()}/{table.short}"


def _one(statement: str, given: Sequence[Any] = ()) -> tuple[Any, ...]:
    with connection.cursor() as cursor:
        cursor.execute(statement, given)
        found: tuple[Any, ...] = cursor.fetchone()
        return found


def _sync(path: Path) -> None:
    with path.open("rb") as file:
        os.fsync(file.fileno())


def _remove(paths: Sequence[Path]) -> None:
    for path in paths:
        path.unlink(missing_ok=True)
