"""Storing batches of messages: durable at return, the same one twice stored once, a changed one as a version.

A batch goes in by COPY. Only when one of its messages is there already does it go through a staging table,
where each is compared with the newest version of its key.
"""

from collections.abc import Iterable, Sequence, Sized
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from psycopg import Connection, sql
from psycopg.errors import CheckViolation, UndefinedTable, UniqueViolation
from psycopg.types.json import Jsonb

from bihuan.kernel.database.models import this_city
from bihuan.oversight.monitoring.store.layouts import LayoutBook
from bihuan.oversight.monitoring.store.rows import COLUMNS, HEAD, TAIL, MessageRow, moment_of, pack
from bihuan.oversight.monitoring.store.tables import RAW, Partition, Table, ensure


class RawRow(NamedTuple):
    """One frame to be kept as it came; times as in `MessageRow`."""

    received_at: int
    logger: int
    digest: bytes
    outlet: int
    command: int
    data_time: int | None
    peer: str
    check_by: str
    faults: str
    raw: bytes


class NoteRow(NamedTuple):
    logger: int
    mn: str
    system: str
    command: int
    request_number: str
    digest: bytes
    data_time: int | None
    arrived_at: int
    fields: list[list[str]]


class QuarantineRow(NamedTuple):
    digest: bytes
    mn: str
    peer: str
    reason: str
    faults: list[str]
    raw: bytes
    received_at: int


class PartRow(NamedTuple):
    logger: int
    system: str
    command: int
    data_time: int
    parts: int
    part: int
    at: int


@dataclass
class Batch:
    """What is stored in one transaction. Of two messages with one key the second waits for the next batch."""

    messages: dict[Table, list[MessageRow]] = field(default_factory=dict)
    raw: list[RawRow] = field(default_factory=list)
    notes: list[NoteRow] = field(default_factory=list)
    quarantined: list[QuarantineRow] = field(default_factory=list)
    parts: list[PartRow] = field(default_factory=list)

    def __len__(self) -> int:
        held: tuple[Sized, ...] = (self.raw, self.notes, self.quarantined, self.parts)
        return sum(len(rows) for rows in (*self.messages.values(), *held))


class Stored(NamedTuple):
    """How a batch went in: rows written, and how many were there already word for word."""

    written: int
    repeated: int
    by_copy: bool


class Store:
    """Writes through one connection in autocommit mode; not to be shared between threads."""

    def __init__(self, connection: Connection[Any], layouts: LayoutBook) -> None:
        self.connection, self.layouts = connection, layouts
        self._city = this_city().encode()
        self._known: set[Partition] = set()

    def write(self, batch: Batch, *, again: bool = False) -> Stored:
        """Store the batch; when this returns, it is on disk.

        `again` says that it may be there already, because an earlier attempt broke off before its commit was
        confirmed.
        """
        try:
            return self._write(batch, again=again)
        except (
            CheckViolation,
            UndefinedTable,
        ):  # a partition we knew has gone into the archive since: late data open a new one
            self._known.clear()
            return self._write(batch, again=again)

    def _write(self, batch: Batch, *, again: bool) -> Stored:
        rows = [row for table in batch.messages.values() for row in table]
        self.layouts.learn(self.connection, dict.fromkeys(row.told.layout for row in rows))
        self._prepare(batch)
        if not again:
            try:
                with self.connection.transaction():
                    for table, messages in batch.messages.items():
                        self._copy(table.name, messages)
                    self._copy_raw(RAW.name, batch.raw)
                    self._write_others(batch)
                return Stored(len(rows), 0, by_copy=True)
            except UniqueViolation:
                pass
        with self.connection.transaction():
            written = sum(self._merge(table, messages) for table, messages in batch.messages.items())
            self._merge_raw(batch.raw)
            self._write_others(batch)
        return Stored(written, len(rows) - written, by_copy=False)

    def _prepare(self, batch: Batch) -> None:
        """Partitions for all times in the batch."""
        times = {(table, row.key.data_time // _DAY) for table, rows in batch.messages.items() for row in rows}
        times |= {(RAW, row.received_at // _DAY) for row in batch.raw}
        for table, number in times:
            for edge in (number * _DAY, (number + 1) * _DAY - 1):  # days of UTC lie in two days of Beijing
                partition = table.partition(moment_of(edge))
                if partition not in self._known:
                    ensure(self.connection, partition)
                    self._known.add(partition)

    def _copy(self, target: str, rows: Sequence[MessageRow]) -> None:
        packed = [HEAD]
        for row in rows:
            layout = self.layouts.key(row.told.layout)
            assert layout is not None  # learnt just before
            packed.append(pack(row, layout=layout, city=self._city))
        packed.append(TAIL)
        statement = sql.SQL("COPY {} ({}) FROM STDIN (FORMAT BINARY)").format(sql.Identifier(target), _NAMES)
        with self.connection.cursor() as cursor, cursor.copy(statement) as copy:
            copy.write(b"".join(packed))

    def _merge(self, table: Table, rows: Sequence[MessageRow]) -> int:
        """Through a staging table: new keys and new versions go in.

        Another process may be at the same key: what it took before us is looked at again.
        """
        parts = {
            "table": sql.Identifier(table.name),
            "staged": sql.Identifier(f"staged_{table.name}"),
            "names": _NAMES,
        }
        self.connection.execute(sql.SQL(_STAGE).format(**parts))
        self._copy(f"staged_{table.name}", rows)
        needed, done, written = 1, 0, 0
        while needed != done:
            needed, done = self.connection.execute(sql.SQL(_INSERT).format(**parts)).fetchone() or (0, 0)
            written += done
        self.connection.execute(sql.SQL("DROP TABLE {staged}").format(**parts))
        return written

    def _write_others(self, batch: Batch) -> None:
        with self.connection.cursor() as cursor:
            _many(cursor, _NOTE, map(_note, batch.notes))
            _many(cursor, _QUARANTINE, map(_quarantined, batch.quarantined))
            _many(cursor, _PART, map(_part, batch.parts))

    def _copy_raw(self, target: str, rows: Sequence[RawRow]) -> None:
        if not rows:
            return
        city, statement = this_city(), sql.SQL(_RAW).format(sql.Identifier(target))
        with self.connection.cursor() as cursor, cursor.copy(statement) as copy:
            for row in rows:
                at = None if row.data_time is None else moment_of(row.data_time)
                copy.write_row((moment_of(row.received_at), *row[1:5], at, city, *row[6:]))

    def _merge_raw(self, rows: Sequence[RawRow]) -> None:
        """As `_merge`: a frame is known by its device, its bytes and the moment it came."""
        if rows:
            self.connection.execute(_STAGE_RAW)
            self._copy_raw("staged_raw", rows)
            self.connection.execute(_INSERT_RAW)
            self.connection.execute("DROP TABLE staged_raw")


_DAY = 86_400_000_000
_NAMES = sql.SQL(", ").join(map(sql.Identifier, COLUMNS))
_STAGE = "CREATE TEMPORARY TABLE {staged} ON COMMIT DROP AS SELECT {names} FROM {table} WHERE false"
_INSERT = """
WITH needed AS (
    SELECT staged.*, coalesce(newest.version, 0) + 1 AS next
    FROM {staged} staged LEFT JOIN LATERAL (
        SELECT version, layout, flags, extras, values FROM {table} stored
        WHERE stored.outlet = staged.outlet AND stored.command = staged.command
            AND stored.data_time = staged.data_time AND stored.system = staged.system
            AND stored.part = staged.part
        ORDER BY version DESC LIMIT 1
    ) newest ON true
    WHERE newest.version IS NULL OR (newest.layout, newest.flags, newest.extras, newest.values)
        IS DISTINCT FROM (staged.layout, staged.flags, staged.extras, staged.values)
), done AS (
    INSERT INTO {table} ({names})
    SELECT data_time, arrived_at, outlet, logger, command, part, next, origin, layout, system, city, flags,
        extras, values FROM needed
    ON CONFLICT DO NOTHING RETURNING 1
)
SELECT (SELECT count(*) FROM needed), (SELECT count(*) FROM done)
"""
_RAW = (
    "COPY {} (received_at, logger, digest, outlet, command, data_time, city, peer, check_by, faults, raw)"
    " FROM STDIN"
)
_STAGE_RAW = (
    "CREATE TEMPORARY TABLE staged_raw ON COMMIT DROP AS SELECT * FROM monitoring_rawframe WHERE false"
)
_INSERT_RAW = (
    "INSERT INTO monitoring_rawframe SELECT * FROM staged_raw staged WHERE NOT EXISTS ("
    "SELECT 1 FROM monitoring_rawframe kept WHERE (kept.logger, kept.received_at, kept.digest)"
    " = (staged.logger, staged.received_at, staged.digest))"
)
_NOTE = (
    "INSERT INTO monitoring_devicenote (city, logger, mn, system, command, request_number, digest, data_time,"
    " arrived_at, fields) VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s) ON CONFLICT DO NOTHING"
)
_QUARANTINE = (
    "INSERT INTO monitoring_quarantinedframe AS kept (city, digest, mn, peer, reason, faults, raw,"
    " received_at, last_at, times, state, settled_because)"
    " VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, 1, 'waiting', '')"
    " ON CONFLICT (digest) WHERE state = 'waiting'"
    " DO UPDATE SET times = kept.times + 1, last_at = excluded.last_at, peer = excluded.peer"
)
_PART = (
    "INSERT INTO monitoring_splitmessage AS split (city, logger, system, command, data_time, parts, came,"
    " first_at, complete_at) VALUES (%s, %s, %s, %s, %s, %s, %s, %s, CASE WHEN %s THEN %s END)"
    " ON CONFLICT (logger, system, command, data_time, parts) DO UPDATE SET"
    " came = (SELECT array_agg(DISTINCT one ORDER BY one) FROM unnest(split.came || excluded.came) AS one),"
    " complete_at = coalesce(split.complete_at, CASE WHEN (SELECT count(DISTINCT one) FROM"
    " unnest(split.came || excluded.came) AS one) >= split.parts THEN excluded.first_at END)"
)


def _many(cursor: Any, statement: str, rows: Iterable[Sequence[Any]]) -> None:
    listed = list(rows)
    if listed:
        cursor.executemany(statement, listed)


def _moment(at: int | None) -> Any:
    return None if at is None else moment_of(at)


def _note(row: NoteRow) -> Sequence[Any]:
    return (
        this_city(), row.logger, row.mn, row.system, row.command, row.request_number, row.digest,
        _moment(row.data_time), moment_of(row.arrived_at), Jsonb(row.fields),
    )  # fmt: skip


def _quarantined(row: QuarantineRow) -> Sequence[Any]:
    at = moment_of(row.received_at)
    return (this_city(), row.digest, row.mn, row.peer, row.reason, row.faults, row.raw, at, at)


def _part(row: PartRow) -> Sequence[Any]:
    at = moment_of(row.at)
    return (
        this_city(), row.logger, row.system, row.command, moment_of(row.data_time), row.parts, [row.part], at,
        row.parts == 1, at,
    )  # fmt: skip
