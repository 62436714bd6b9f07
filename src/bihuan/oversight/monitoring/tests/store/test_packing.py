"""The archive: what was packed reads as before; late records join it; nothing is dropped unverified."""

import math
from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from django.db import connection

from bihuan.kernel.ledger.models import Event
from bihuan.oversight.enterprises.public import factor_table
from bihuan.oversight.enterprises.tests.conftest import Plant
from bihuan.oversight.monitoring.models import Keeping, MinuteMessage, PackedDay
from bihuan.oversight.monitoring.store import cold, packing, stored
from bihuan.oversight.monitoring.store.beyond import beyond
from bihuan.oversight.monitoring.store.grains import Grain
from bihuan.oversight.monitoring.store.layouts import LayoutBook
from bihuan.oversight.monitoring.store.measured import EVER, Message
from bihuan.oversight.monitoring.store.packing import PackingFailed, TooNew, pack
from bihuan.oversight.monitoring.store.parquet import scaled
from bihuan.oversight.monitoring.store.reading import curve, drawn, records
from bihuan.oversight.monitoring.store.retiring import drop_old_frames, due, retire
from bihuan.oversight.monitoring.store.rows import MessageRow, microseconds
from bihuan.oversight.monitoring.store.source import StoredSource
from bihuan.oversight.monitoring.store.tables import MINUTE, RAW, existing
from bihuan.oversight.monitoring.store.writing import Batch, RawRow, Store
from bihuan.oversight.monitoring.tests.store.conftest import LOGGER, NOON, batch, message

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
MIDNIGHT = NOON.replace(hour=0)
LATER = NOON + 40 * DAY
TEXT = (
    "a21026-Min={low:.2f},a21026-Avg={mean:.2f},a21026-Max={high:.2f},a21026-Flag={flag};"
    "a19001-Avg=6.5,a19001-Flag=N;a34013-Avg={odd},a34013-EFlag=A1"
)


@pytest.fixture
def filled(store: Store, settings: Any, tmp_path: Path) -> Store:
    settings.BIHUAN_HOME = tmp_path
    store.layouts = LayoutBook(factor_table())
    return store


def sent(
    plant: Plant, n: int, *, mean: float | None = None, day: datetime = MIDNIGHT, **more: Any
) -> MessageRow:
    mean = 40 + 3 * math.sin(n / 9) if mean is None else mean
    odd = "--" if n % 7 == 0 else f"{n * 1e7:.0f}"
    text = TEXT.format(low=mean - 1, mean=mean, high=mean + 1, flag="D" if n % 50 == 0 else "N", odd=odd)
    row = message(text, at=day + n * timedelta(minutes=10), outlet=plant.chimney.pk, **more)
    return row._replace(logger=plant.logger.pk, arrived_at=row.arrived_at + n * 1_237)


def a_day(plant: Plant, day: datetime = MIDNIGHT) -> Sequence[MessageRow]:
    return [sent(plant, n, day=day) for n in range(144)]


def all_messages(plant: Plant) -> list[Message]:
    span = (MIDNIGHT - DAY, MIDNIGHT + 3 * DAY)
    rows = stored.messages(MINUTE, [plant.chimney.pk], [2051], *span, arrived_by=EVER)
    return sorted(rows, key=lambda row: (row.at, row.system, row.version))


def alike(first: Sequence[Message], second: Sequence[Message]) -> bool:
    """The same word for word, where no number counts as one."""
    return [_plain(row) for row in first] == [_plain(row) for row in second]


def _plain(row: Message) -> Any:
    numbers = [str(np.float32(math.nan if value is None else value)) for value in row.values]
    return (*row[:-1], numbers)


def test_every_message_comes_back_as_it_was_stored(filled: Store, plant: Plant) -> None:
    filled.write(batch(*a_day(plant)))
    filled.write(batch(sent(plant, 3, mean=99.5, origin=1)))
    filled.write(
        batch(message("i11001-Info=//清洗//", at=NOON, outlet=plant.chimney.pk, command=2051, system="91"))
    )
    before = all_messages(plant)
    packed = pack(MINUTE.partition(NOON), now=LATER)
    assert not MinuteMessage.objects.exists()
    assert (packed.messages, packed.values, packed.revision) == (146, 145 * 5, 1)
    assert alike(all_messages(plant), before)
    assert MINUTE.partition(NOON) not in list(existing(filled.connection, MINUTE))


def test_a_packed_day_takes_a_fraction_of_the_room(filled: Store, plant: Plant) -> None:
    filled.write(batch(*a_day(plant)))
    packed = pack(MINUTE.partition(NOON), now=LATER)
    assert packed.bytes_cold < packed.bytes_hot / 3
    paths = [cold.archive() / name for name in packed.files]
    assert sum(path.stat().st_size for path in paths) == packed.bytes_cold
    event = Event.objects.get(kind="archive.packed")
    assert event.payload["messages"] == 144


def test_curves_tables_and_readings_are_the_same_hot_and_cold(filled: Store, plant: Plant) -> None:
    filled.write(batch(*a_day(plant), *a_day(plant, MIDNIGHT + DAY)))
    span = (MIDNIGHT, MIDNIGHT + 2 * DAY)

    def everything() -> Any:
        points = [curve(plant.chimney.pk, "a21026", *span, grain="minute", points=n) for n in (7, 1_000)]
        table = records(plant.chimney.pk, *span, grain="minute", page=2, size=150)
        data = StoredSource().read([plant.chimney.pk], *span, arrived_by=EVER)
        return points, table, data

    before = everything()
    pack(MINUTE.partition(NOON), now=LATER)
    assert everything() == before
    assert drawn(plant.chimney.pk, "a21026", *span, points=7).buckets == before[0][0]


def test_units_are_converted_in_the_archive_too(filled: Store, plant: Plant) -> None:
    plant.logger.edition = "2005"
    plant.logger.save()
    row = message("024-Avg=0.05", at=NOON, outlet=plant.chimney.pk)._replace(logger=plant.logger.pk)
    filled.write(batch(row))
    pack(MINUTE.partition(NOON), now=LATER)
    assert [one.mean for one in curve(plant.chimney.pk, "w20117", NOON, NOON + HOUR, grain="minute")] == [
        50.0
    ]


def test_late_records_are_read_at_once_and_join_the_archive(filled: Store, plant: Plant) -> None:
    filled.write(batch(*a_day(plant)[:100]))
    first = pack(MINUTE.partition(NOON), now=LATER)
    filled._known.clear()
    filled.write(batch(sent(plant, 3, mean=99.5, origin=2), sent(plant, 4), sent(plant, 120)))
    values = [one.mean for one in curve(plant.chimney.pk, "a21026", MIDNIGHT, MIDNIGHT + DAY, grain="minute")]
    assert (len(values), values[3]) == (101, 99.5)
    assert [row.version for row in all_messages(plant) if row.at == MIDNIGHT + timedelta(minutes=30)] == [
        1,
        2,
    ]
    page = records(plant.chimney.pk, MIDNIGHT, MIDNIGHT + HOUR, grain="minute", versions=True)
    assert [row.version for row in page.records][:4] == [1, 2, 1, 2]
    assert MINUTE.partition(NOON) in due(LATER)
    (second,) = retire(now=LATER).packed
    assert (second.revision, second.messages, second.current) == (2, 102, True)
    assert list(PackedDay.objects.filter(current=True)) == [second]
    rows = all_messages(plant)
    assert [(row.version, row.origin) for row in rows if row.at == MIDNIGHT + timedelta(minutes=30)] == [
        (1, 0), (2, 2),
    ]  # fmt: skip
    assert first.files != second.files
    assert list(due(LATER)) == []


def test_what_lies_above_a_limit_is_found_hot_and_cold(filled: Store, plant: Plant) -> None:
    filled.write(batch(*a_day(plant)))
    filled.write(batch(sent(plant, 3, mean=99.5), sent(plant, 4, mean=1)))
    limits = {(plant.chimney.pk, "a21026"): 42.9, (plant.chimney.pk, "a19001"): 21.0}
    hot = beyond(limits, MIDNIGHT, MIDNIGHT + DAY, grain=Grain.MINUTE)
    ((outlet, factor, times, highest, first),) = hot
    assert (outlet, factor, highest, first) == (
        plant.chimney.pk, "a21026", 99.5, MIDNIGHT + timedelta(minutes=30),
    )  # fmt: skip
    assert times > 10
    pack(MINUTE.partition(NOON), now=LATER)
    assert beyond(limits, MIDNIGHT, MIDNIGHT + DAY, grain=Grain.MINUTE) == hot


def test_what_comes_late_is_counted_once_above_a_limit(filled: Store, plant: Plant) -> None:
    """One record is taken back below the limit, one raised further: of each only the later version counts."""
    filled.write(batch(*(sent(plant, number, mean=50) for number in range(4))))
    limits = {(plant.chimney.pk, "a21026"): 42.9}
    pack(MINUTE.partition(NOON), now=LATER)
    filled._known.clear()
    filled.write(batch(sent(plant, 0, mean=1), sent(plant, 2, mean=99.5)))
    ((_outlet, _factor, times, highest, first),) = beyond(
        limits, MIDNIGHT, MIDNIGHT + DAY, grain=Grain.MINUTE
    )
    assert (times, highest, first) == (3, 99.5, MIDNIGHT + timedelta(minutes=10))


def test_what_does_not_agree_is_not_dropped(
    filled: Store, plant: Plant, monkeypatch: pytest.MonkeyPatch
) -> None:
    filled.write(batch(*a_day(plant)))
    losing = packing.DayWriter.write
    monkeypatch.setattr(packing.DayWriter, "write", lambda self, rows: losing(self, rows[:-1]))
    with pytest.raises(PackingFailed, match="143"):
        pack(MINUTE.partition(NOON), now=LATER)
    assert MinuteMessage.objects.count() == 144
    assert not PackedDay.objects.exists()
    assert not list(cold.archive().rglob("*.parquet"))


def test_what_comes_while_a_day_is_packed_stops_it(
    filled: Store, plant: Plant, monkeypatch: pytest.MonkeyPatch
) -> None:
    filled.write(batch(*a_day(plant)[:10]))
    census = packing._census

    def meanwhile(paths: Sequence[Path]) -> Any:
        filled.write(batch(sent(plant, 50)))
        return census(paths)

    monkeypatch.setattr(packing, "_census", meanwhile)
    with pytest.raises(PackingFailed, match="1 more"):
        pack(MINUTE.partition(NOON), now=LATER)
    assert MinuteMessage.objects.count() == 11


def test_a_day_that_goes_on_is_not_packed(filled: Store, plant: Plant) -> None:
    filled.write(batch(sent(plant, 1)))
    with pytest.raises(TooNew):
        pack(MINUTE.partition(NOON), now=MIDNIGHT + 23 * HOUR)


def test_days_are_due_by_the_number_in_force(filled: Store, plant: Plant) -> None:
    filled.write(batch(sent(plant, 1)))
    assert list(due(LATER)) == []
    Keeping.objects.create(
        name="hot_minute", value=30, unit="d", valid_from=NOON.date(), source="test", ours=True
    )
    assert MINUTE.partition(NOON) in due(LATER)
    assert retire(now=LATER).packed[0].messages == 1
    assert list(existing(filled.connection, MINUTE)) == []
    assert list(due(NOON + 29 * DAY)) == []


def test_raw_frames_leave_after_their_time_with_an_event(filled: Store) -> None:
    at = microseconds(NOON)
    filled.write(Batch(raw=[RawRow(at, LOGGER, b"d" * 16, 1, 2061, at, "10.0.0.1:5", "hj212", "", b"##")]))
    assert drop_old_frames(now=NOON + 1_800 * DAY) == []
    assert RAW.partition(NOON).name in drop_old_frames(now=NOON + 1_900 * DAY)
    assert {event.payload["frames"] for event in Event.objects.filter(kind="archive.dropped")} == {0, 1}


def test_a_series_is_kept_in_the_decimals_it_needs_and_comes_back_exactly() -> None:
    numbers = np.array([40, 40.1, 40.25, math.nan, 1, 2, 3.4e38, 0.1234567, -5], dtype=np.float32)
    scale, whole, fits = scaled(numbers, np.array([0, 4]))
    assert list(scale) == [6] * 4 + [6] * 5 or list(scale[:4]) == [2, 2, 2, 2]
    back = np.where(fits, np.float32(whole / 10.0**scale), numbers)
    assert np.array_equal(back, numbers, equal_nan=True)
    assert not fits[3]
    assert not fits[6]


def test_a_store_that_knew_a_packed_partition_opens_a_new_one(filled: Store, plant: Plant) -> None:
    filled.write(batch(sent(plant, 1)))
    with connection.cursor() as cursor:
        cursor.execute(f"DROP TABLE {MINUTE.partition(NOON).name}")
    assert filled.write(batch(sent(plant, 2))).written == 1
