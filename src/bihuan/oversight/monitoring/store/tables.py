"""The hot tables, and their partitions by day or month in Beijing time."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import Any

from psycopg import Connection, sql

from bihuan.oversight.monitoring.rules.frame.times import BEIJING

DAY = timedelta(days=1)
LOCK = 0x62696875  # of the advisory lock under which partitions are made and dropped


@dataclass(frozen=True)
class Table:
    """One table of messages; `span` says how long one partition is."""

    name: str
    key: str
    span: str
    commands: frozenset[int] = frozenset()

    @property
    def short(self) -> str:
        """What operators call it: realtime, minute, period, raw."""
        return self.name.removeprefix("monitoring_").removesuffix("message").removesuffix("frame")

    def partition(self, moment: datetime) -> "Partition":
        """The partition that holds a moment."""
        return _partition(self, moment.astimezone(BEIJING).date())


@dataclass(frozen=True)
class Partition:
    table: Table
    first: date

    @property
    def name(self) -> str:
        return f"{self.table.name}_{self.first:%Y%m%d}"

    @property
    def begin(self) -> datetime:
        return _midnight(self.first)

    @property
    def end(self) -> datetime:
        return _midnight(self.first + DAY if self.table.span == "day" else _next_month(self.first))


REALTIME = Table("monitoring_realtimemessage", "data_time", "day", frozenset({2011, 2013, 2021}))
MINUTE = Table("monitoring_minutemessage", "data_time", "day", frozenset({2051, 2052, 2111}))
PERIOD = Table("monitoring_periodmessage", "data_time", "month", frozenset({2031, 2041, 2061, 2062, 2063}))
RAW = Table("monitoring_rawframe", "received_at", "day")
MESSAGES = (REALTIME, MINUTE, PERIOD)
TABLES = (*MESSAGES, RAW)
_BY_COMMAND = {command: table for table in MESSAGES for command in table.commands}


def table_of(command: int) -> Table | None:
    """Where messages of a command are stored; None for those that hold no measured values."""
    return _BY_COMMAND.get(command)


def by_name(name: str) -> Table:
    return next(table for table in TABLES if table.name == name)


def ensure(connection: Connection[Any], partition: Partition) -> None:
    """Make the partition unless it is there; built aside and attached, so that writers don't wait for it."""
    if _exists(connection, partition.name):
        return
    with connection.transaction():
        connection.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])
        if _exists(connection, partition.name):
            return
        parts = {
            "new": sql.Identifier(partition.name),
            "table": sql.Identifier(partition.table.name),
            "key": sql.Identifier(partition.table.key),
            "begin": sql.Literal(partition.begin),
            "end": sql.Literal(partition.end),
            "bounds": sql.Identifier(f"{partition.name}_bounds"),
        }
        for statement in _MAKE:
            connection.execute(sql.SQL(statement).format(**parts))


_MAKE = (
    "CREATE TABLE {new} (LIKE {table} INCLUDING DEFAULTS INCLUDING CONSTRAINTS,"
    " CONSTRAINT {bounds} CHECK ({key} >= {begin} AND {key} < {end}))",
    "ALTER TABLE {table} ATTACH PARTITION {new} FOR VALUES FROM ({begin}) TO ({end})",
    "ALTER TABLE {new} DROP CONSTRAINT {bounds}",
)


def existing(connection: Connection[Any], table: Table) -> Iterator[Partition]:
    """The partitions of a table in the order of their time."""
    rows = connection.execute(
        "SELECT child.relname FROM pg_inherits JOIN pg_class child ON child.oid = inhrelid"
        " WHERE inhparent = %s::regclass ORDER BY 1",
        [table.name],
    ).fetchall()
    for (name,) in rows:
        yield Partition(table, datetime.strptime(name.rpartition("_")[2], "%Y%m%d").date())


def drop(connection: Connection[Any], partition: Partition) -> None:
    """Drop a partition with all it holds; whoever calls it has written down why."""
    connection.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])
    connection.execute(sql.SQL("DROP TABLE {}").format(sql.Identifier(partition.name)))


def _exists(connection: Connection[Any], name: str) -> bool:
    """Asked of the catalogue itself: what `to_regclass` says may be older than a lock just waited for."""
    named = "SELECT 1 FROM pg_class WHERE relname = %s AND pg_table_is_visible(oid)"
    return connection.execute(named, [name]).fetchone() is not None


@lru_cache(maxsize=4096)
def _partition(table: Table, day: date) -> Partition:
    return Partition(table, day if table.span == "day" else day.replace(day=1))


def _midnight(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=BEIJING)


def _next_month(first: date) -> date:
    return (first + 31 * DAY).replace(day=1)
