"""Storing: each message once, a changed one as a new version, whatever else comes in the batch."""

import math
from datetime import datetime, timedelta

import pytest
from django.db import ProgrammingError, connection, transaction

from bihuan.kernel.database.models import this_city
from bihuan.oversight.monitoring.models import (
    DeviceNote,
    LayoutColumn,
    MessageLayout,
    MinuteMessage,
    PeriodMessage,
    QuarantinedFrame,
    RawFrame,
    RealtimeMessage,
    SplitMessage,
)
from bihuan.oversight.monitoring.rules.frame.times import BEIJING
from bihuan.oversight.monitoring.store.rows import microseconds, moment_of
from bihuan.oversight.monitoring.store.tables import (
    MINUTE,
    PERIOD,
    RAW,
    TABLES,
    by_name,
    drop,
    ensure,
    existing,
)
from bihuan.oversight.monitoring.store.writing import (
    Batch,
    NoteRow,
    PartRow,
    QuarantineRow,
    RawRow,
    Store,
    Stored,
)
from bihuan.oversight.monitoring.tests.store.conftest import LOGGER, NOON, OUTLET, batch, message

COD = "w01018-Avg=40.1,w01018-Flag=N;w00000-Avg=3.41,w00000-Flag=D"


def test_a_message_is_stored_as_it_was_sent(store: Store) -> None:
    assert store.write(batch(message(COD))) == Stored(1, 0, by_copy=True)
    row = MinuteMessage.objects.get()
    assert (row.outlet, row.logger, row.command, row.system, row.part, row.version) == (
        OUTLET, LOGGER, 2051, "32", 0, 1,
    )  # fmt: skip
    assert row.data_time == NOON
    assert row.arrived_at == NOON + timedelta(seconds=1.5)
    assert row.values == pytest.approx([40.1, 3.41])
    assert (row.flags, row.extras, row.city, row.origin) == ("ND", "", this_city(), 0)


def test_the_layout_is_written_once_with_its_columns(store: Store) -> None:
    store.write(batch(message(COD), message(COD, at=NOON + timedelta(minutes=1))))
    layout = MessageLayout.objects.get()
    columns = LayoutColumn.objects.filter(layout=layout).values_list(
        "name", "kind", "position", "flag_position"
    )
    assert list(columns) == [
        ("DataTime", "time", 1, None), ("w01018-Avg", "value", 1, 1), ("w01018-Flag", "flag", 1, None),
        ("w00000-Avg", "value", 2, 2), ("w00000-Flag", "flag", 2, None),
    ]  # fmt: skip
    fresh = Store(store.connection, type(store.layouts)(store.layouts._factors))
    fresh.write(batch(message(COD, at=NOON + timedelta(minutes=2))))
    assert MessageLayout.objects.count() == 1


def test_the_same_message_again_is_stored_once(store: Store) -> None:
    store.write(batch(message(COD)))
    again = batch(message(COD), message(COD, at=NOON + timedelta(minutes=10)))
    assert store.write(again) == Stored(1, 1, by_copy=False)
    assert MinuteMessage.objects.count() == 2


def test_a_corrected_value_is_a_new_version_and_the_old_one_stays(store: Store) -> None:
    store.write(batch(message(COD)))
    changed = message(COD.replace("40.1", "52.7"), origin=1)
    assert store.write(batch(changed)) == Stored(1, 0, by_copy=False)
    assert store.write(batch(changed)) == Stored(0, 1, by_copy=False)
    store.write(batch(message(COD)))
    rows = MinuteMessage.objects.order_by("version").values_list("version", "origin", "values__0")
    assert [(version, origin, round(value, 1)) for version, origin, value in rows] == [
        (1, 0, 40.1), (2, 1, 52.7), (3, 0, 40.1),
    ]  # fmt: skip


def test_a_changed_flag_or_text_or_layout_is_a_new_version_too(store: Store) -> None:
    for text in ("a34013-Avg=1,a34013-Flag=N", "a34013-Avg=1,a34013-Flag=D", "a34013-Avg=1",
                 "a34013-Avg=1,a34013-EFlag=A1"):  # fmt: skip
        store.write(batch(message(text)))
    assert MinuteMessage.objects.count() == 4


def test_what_is_no_number_is_stored_as_none_and_compared_like_one(store: Store) -> None:
    odd = message("a34013-Avg=--,a34013-Flag=D")
    store.write(batch(odd))
    assert store.write(batch(odd)) == Stored(0, 1, by_copy=False)
    row = MinuteMessage.objects.get()
    assert math.isnan(row.values[0])
    assert row.extras == "a34013-Avg=--"


def test_messages_without_values_flags_or_with_chinese_texts(store: Store) -> None:
    store.write(batch(message("i11001-Info=//清洗;管路//", command=2011)))
    row = RealtimeMessage.objects.get()
    assert (row.values, row.flags, row.extras) == ([], "", "i11001-Info=//清洗;管路//")


@pytest.mark.parametrize("change", [{"part": 1}, {"system": "45"}, {"outlet": 9}])
def test_parts_systems_and_outlets_are_told_apart(store: Store, change: dict[str, object]) -> None:
    store.write(batch(message(COD), message(COD, **change)))
    assert MinuteMessage.objects.count() == 2


def test_commands_go_to_their_tables(store: Store) -> None:
    store.write(batch(*(message(COD, command=command) for command in (2011, 2021, 2051, 2061, 2031))))
    counts = [model.objects.count() for model in (RealtimeMessage, MinuteMessage, PeriodMessage)]
    assert counts == [2, 1, 2]


def test_partitions_are_made_for_any_day_in_beijing_time(store: Store) -> None:
    midnight = datetime(2024, 3, 1, tzinfo=BEIJING)
    store.write(batch(message(COD, at=midnight - timedelta(seconds=1)), message(COD, at=midnight)))
    store.write(batch(message(COD, at=midnight, command=2061)))
    names = [partition.name for partition in existing(store.connection, MINUTE)]
    assert {"monitoring_minutemessage_20240229", "monitoring_minutemessage_20240301"} <= set(names)
    months = list(existing(store.connection, PERIOD))
    assert months[-1].begin == midnight
    assert months[-1].end == datetime(2024, 4, 1, tzinfo=BEIJING)


def test_a_partition_is_made_once_and_dropped(store: Store) -> None:
    partition = MINUTE.partition(NOON)
    ensure(store.connection, partition)
    ensure(store.connection, partition)
    drop(store.connection, partition)
    assert partition not in list(existing(store.connection, MINUTE))
    assert by_name("monitoring_rawframe") is RAW
    assert len(TABLES) == 4


def test_what_was_sent_can_be_neither_changed_nor_removed(store: Store) -> None:
    store.write(batch(message(COD)))
    for statement in (
        "UPDATE monitoring_minutemessage SET flags = 'NN'",
        "DELETE FROM monitoring_minutemessage",
    ):
        with pytest.raises(ProgrammingError, match="kept as it was sent"), transaction.atomic():
            connection.cursor().execute(statement)


def test_everything_else_of_a_batch(store: Store) -> None:
    at = microseconds(NOON)
    whole = Batch(
        raw=[
            RawRow(
                at, LOGGER, b"d" * 16, OUTLET, 2051, None, "10.0.0.1:5", "modbus", "modbus_check_value", b"##"
            )
        ],
        notes=[
            NoteRow(LOGGER, "MN1", "32", 2081, "1", b"n" * 16, at, at, [["RestartTime", "20240123000000"]])
        ],
        quarantined=[QuarantineRow(b"q" * 16, "MN9", "10.0.0.9:1", "unknown_device", ["no_st"], b"##1", at)],
        parts=[PartRow(LOGGER, "31", 2051, at, 2, 1, at)],
    )
    assert len(whole) == 4
    store.write(whole)
    store.write(
        Batch(notes=whole.notes, quarantined=whole.quarantined, parts=[whole.parts[0]._replace(part=2)])
    )
    assert bytes(RawFrame.objects.get().raw) == b"##"
    assert DeviceNote.objects.get().fields == [["RestartTime", "20240123000000"]]
    kept = QuarantinedFrame.objects.get()
    assert (kept.times, kept.reason, kept.faults) == (2, "unknown_device", ["no_st"])
    split = SplitMessage.objects.get()
    assert (split.came, split.complete_at) == ([1, 2], NOON)


def test_the_single_part_of_one_is_complete_at_once(store: Store) -> None:
    store.write(Batch(parts=[PartRow(LOGGER, "31", 2051, microseconds(NOON), 1, 1, microseconds(NOON))]))
    assert SplitMessage.objects.get().complete_at == NOON


def test_microseconds_and_moments() -> None:
    assert moment_of(microseconds(NOON)) == NOON
