"""Which partitions are due for the archive or for deletion, by the numbers in force (rules.keeping)."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from django.db import connection, transaction
from django.utils import timezone

from bihuan.kernel.ledger.actions import append
from bihuan.kernel.ledger.rules import SYSTEM
from bihuan.oversight.monitoring.models import PackedDay
from bihuan.oversight.monitoring.queries.keeping import numbers_on
from bihuan.oversight.monitoring.rules.periods import start_of
from bihuan.oversight.monitoring.store.packing import drop_empty, pack, stream_of
from bihuan.oversight.monitoring.store.tables import (
    MESSAGES,
    MINUTE,
    PERIOD,
    RAW,
    REALTIME,
    Partition,
    Table,
    drop,
    existing,
)

HOT_DAYS = {REALTIME: "hot_realtime", MINUTE: "hot_minute", PERIOD: "hot_period"}
FOREVER = 0


@dataclass
class Retired:
    packed: list[PackedDay] = field(default_factory=list)
    dropped: list[str] = field(default_factory=list)


def partitions(table: Table) -> list[Partition]:
    connection.ensure_connection()
    return list(existing(connection.connection, table))


def due(now: datetime) -> Iterator[Partition]:
    """Partitions that stayed long enough, and those in which late records of a packed day wait."""
    numbers = numbers_on(timezone.localdate(now))
    for table in MESSAGES:
        days = numbers[HOT_DAYS[table]]
        packed = set(
            PackedDay.objects.filter(table=table.short, current=True).values_list("begin", flat=True)
        )
        for partition in partitions(table):
            old = days != FOREVER and partition.end + timedelta(days=days) <= now
            if partition.end <= now and (old or partition.begin in packed):
                yield partition


def chosen(days: Sequence[date], tables: Sequence[str], *, now: datetime | None = None) -> list[Partition]:
    """The partitions that hold these days, or without days those that are due, of the tables named."""
    found = list(due(now or timezone.now())) if not days else []
    for table in MESSAGES:
        wanted = {table.partition(start_of(day)) for day in days}
        found += [partition for partition in partitions(table) if partition in wanted]
    return [partition for partition in found if partition.table.short in tables]


def pack_or_drop(partition: Partition, *, now: datetime | None = None) -> list[PackedDay]:
    """Pack a partition; one that holds nothing is only dropped."""
    moment = now or timezone.now()
    return [] if drop_empty(partition) else [pack(partition, now=moment)]


def pack_due(*, now: datetime | None = None) -> list[PackedDay]:
    moment = now or timezone.now()
    return [packed for partition in list(due(moment)) for packed in pack_or_drop(partition, now=moment)]


def drop_old_frames(*, now: datetime | None = None) -> list[str]:
    """Raw frames leave by whole days, when the longest of their rules allows it; each day with an event."""
    moment = now or timezone.now()
    numbers = numbers_on(timezone.localdate(moment))
    kept = timedelta(days=max(numbers["raw_faulty"], numbers["raw_evidence"]))
    gone = [partition for partition in partitions(RAW) if partition.end + kept <= moment]
    for partition in gone:
        _drop(partition)
    return [partition.name for partition in gone]


@transaction.atomic
def _drop(partition: Partition) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL lock_timeout = '10s'")
        cursor.execute(f"LOCK TABLE {RAW.name} IN ACCESS EXCLUSIVE MODE")
        cursor.execute(f"SELECT count(*) FROM {partition.name}")
        (frames,) = cursor.fetchone()
        payload = {"table": RAW.short, "day": partition.first.isoformat(), "frames": frames}
        append(stream_of(RAW), "archive.dropped", by=SYSTEM, payload=payload)
        drop(cursor.connection, partition)


def retire(*, now: datetime | None = None) -> Retired:
    """The nightly round."""
    return Retired(pack_due(now=now), drop_old_frames(now=now))
