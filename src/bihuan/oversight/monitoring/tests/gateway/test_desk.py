"""Frames of many connections: stored once, answered when stored, never sooner."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone

from bihuan.oversight.enterprises.models import Logger
from bihuan.oversight.enterprises.public import logger_book
from bihuan.oversight.enterprises.tests.conftest import Plant
from bihuan.oversight.monitoring.gateway.messages import Answered, ClockWanted
from bihuan.oversight.monitoring.models import (
    DeviceNote,
    MinuteMessage,
    Origin,
    PeriodMessage,
    QuarantinedFrame,
    RawFrame,
    SplitMessage,
)
from bihuan.oversight.monitoring.store.rows import microseconds
from bihuan.oversight.monitoring.tests.gateway.conftest import COD, MN, sent
from bihuan.oversight.monitoring.tests.gateway.devices import Hall

pytestmark = pytest.mark.django_db


@pytest.fixture
def hall(plant: Plant) -> Hall:
    connection.ensure_connection()
    return Hall(logger_book())


def store(hall: Hall) -> int:
    return hall.store(connection.connection)


def minutes_ago(minutes: int) -> Any:
    return (timezone.now() - timedelta(minutes=minutes)).replace(second=0, microsecond=0)


def test_nothing_is_answered_before_it_is_stored(hall: Hall) -> None:
    device, wire = hall.dial()
    device.data_received(sent(*COD, QN="20261126080000123"))
    hall.loop.run()
    assert (wire.out, len(hall.batches)) == (b"", 1)
    store(hall)
    assert wire.answers == ["9014 20261126080000123"]
    assert MinuteMessage.objects.count() == 1


def test_the_fast_way_stores_and_answers_the_same_as_the_full_reading(hall: Hall, plant: Plant) -> None:
    device, wire = hall.dial()
    for minutes in (3, 2, 1):  # the first one is read in full and learnt
        device.data_received(sent(*COD, at=minutes_ago(minutes)))
    store(hall)
    rows = list(MinuteMessage.objects.order_by("data_time"))
    assert [row.data_time for row in rows] == [minutes_ago(minutes) for minutes in (3, 2, 1)]
    for row in rows:
        assert (row.outlet, row.logger, row.command, row.system, row.part, row.version, row.origin) == (
            plant.drain.pk, plant.logger.pk, 2051, "32", 0, 1, Origin.LIVE,
        )  # fmt: skip
        assert (row.values, row.flags) == (pytest.approx([40.1]), "N")
    lengths = {len(answer) for answer in wire.out.split(b"\r\n") if answer}
    assert len(lengths) == 1
    assert len(wire.answers) == 3


def test_what_comes_again_is_acknowledged_each_time_and_stored_once(hall: Hall) -> None:
    device, wire = hall.dial()
    frame = sent(*COD, at=minutes_ago(5))
    for _again in range(2):  # twice before the batch is stored
        device.data_received(frame)
    store(hall)
    device.data_received(frame)  # once after
    other, other_wire = hall.dial("10.0.0.8")
    other.data_received(frame)
    store(hall)
    assert (len(wire.answers), len(other_wire.answers)) == (3, 1)
    assert MinuteMessage.objects.count() == 1


def test_a_corrected_value_is_a_version_even_within_one_batch(hall: Hall) -> None:
    device, wire = hall.dial()
    at = minutes_ago(5)
    for value in ("40.1", "52.7", "52.7"):
        device.data_received(sent(("w01018-Avg", value), ("w01018-Flag", "N"), at=at))
    store(hall)
    found = MinuteMessage.objects.order_by("version").values_list("version", "values__0")
    assert [(version, round(value, 1)) for version, value in found] == [(1, 40.1), (2, 52.7)]
    assert len(wire.answers) == 3


def test_hour_data_keep_their_frames(hall: Hall) -> None:
    device, _wire = hall.dial()
    frames = [sent(*COD, CN="2061", at=minutes_ago(60 * hours)) for hours in (3, 2, 1)]
    for frame in frames:
        device.data_received(frame)
    store(hall)
    assert PeriodMessage.objects.count() == 3
    kept = RawFrame.objects.order_by("data_time").values_list("raw", flat=True)
    assert [bytes(raw) + b"\r\n" for raw in kept] == frames


def test_parts_supplements_and_notes(hall: Hall) -> None:
    device, wire = hall.dial()
    at = minutes_ago(5)
    device.data_received(sent(*COD, at=at, Flag="7", PNUM="2", PNO="1"))
    device.data_received(
        sent(("w21003-Avg", "1.2"), ("w21003-Flag", "N"), at=at, Flag="7", PNUM="2", PNO="2")
    )
    device.data_received(sent(*COD, at=minutes_ago(600), RF="1"))
    device.data_received(sent(("RestartTime", "20261101000000"), CN="2081", time=""))
    store(hall)
    assert list(MinuteMessage.objects.filter(data_time=at).values_list("part", flat=True)) == [1, 2]
    assert MinuteMessage.objects.get(data_time=minutes_ago(600)).origin == Origin.SUPPLEMENT
    assert SplitMessage.objects.get().complete_at is not None
    assert DeviceNote.objects.get().command == 2081
    assert len(wire.answers) == 4


def test_what_an_order_asked_for_is_marked_as_requested(hall: Hall) -> None:
    device, _wire = hall.dial()
    device.data_received(sent(*COD, at=minutes_ago(1)))
    known = hall.desk.registry.known(MN)
    assert known is not None
    from bihuan.oversight.monitoring.gateway.devices import Requested

    span = Requested(2051, microseconds(minutes_ago(20)), microseconds(minutes_ago(10)))
    hall.desk.send_order(known, number="20261126080000123", order=7, data=b"##", asked=span)
    for minutes in (20, 10, 9):
        device.data_received(sent(*COD, at=minutes_ago(minutes)))
    device.data_received(sent(("ExeRtn", "1"), CN="9012", ST="91", QN="20261126080000123", time=""))
    store(hall)
    origins = MinuteMessage.objects.order_by("data_time").values_list("origin", flat=True)
    assert list(origins) == [Origin.REQUESTED, Origin.REQUESTED, Origin.LIVE, Origin.LIVE]
    assert hall.told == [Answered(7, 9012, (("ExeRtn", "1"),))]


def test_a_device_that_asks_for_the_time_is_heard(hall: Hall) -> None:
    device, wire = hall.dial()
    device.data_received(sent(("PolId", "w01018"), CN="1013", time=""))
    assert hall.told == [ClockWanted(MN, "w01018")]
    store(hall)
    assert wire.answers[0].startswith("9013 ")


def test_unknown_devices_and_rubbish_are_kept_and_never_acknowledged(hall: Hall) -> None:
    device, wire = hall.dial()
    device.data_received(sent(*COD, MN="A" * 24))
    device.data_received(b"GET / HTTP/1.1\r\n\r\n")
    device.data_received(sent(*COD))
    store(hall)
    reasons = set(QuarantinedFrame.objects.values_list("reason", flat=True))
    assert reasons == {"unknown_device", "unreadable"}
    assert len(wire.answers) == 1


def test_a_device_is_read_by_the_register_of_the_day_of_its_data(hall: Hall, plant: Plant) -> None:
    """Its number stood at another outlet's logger until yesterday."""
    yesterday = timezone.now() - timedelta(days=1)
    old = Logger.objects.get(pk=plant.logger.pk)
    Logger.objects.filter(pk=old.pk).update(valid_to=yesterday)
    new = Logger.objects.create(
        mn=MN, edition="2017", valid_from=yesterday, enterprise=old.enterprise, site=old.site,
        **Logger.where(old.jurisdiction),
    )  # fmt: skip
    new.bindings.create(outlet=plant.drain)
    hall.desk.registry.replace(logger_book(), timezone.now())
    device, _wire = hall.dial()
    for at in (minutes_ago(1), minutes_ago(2), minutes_ago(60 * 30)):
        device.data_received(sent(*COD, at=at))
    store(hall)
    loggers = MinuteMessage.objects.order_by("data_time").values_list("logger", flat=True)
    assert list(loggers) == [old.pk, new.pk, new.pk]


def test_encrypted_frames_beside_plain_ones(hall: Hall, plant: Plant) -> None:
    from bihuan.oversight.enterprises.keys import sealed

    key = b"0123456789abcdef"
    Logger.objects.filter(pk=plant.logger.pk).update(sealed_key=sealed(key), edition="2025")
    hall.desk.registry.replace(logger_book(), timezone.now())
    device, wire = hall.dial()
    for minutes in (4, 3):
        device.data_received(sent(*COD, at=minutes_ago(minutes), key=key, Flag="9"))
    device.data_received(sent(*COD, at=minutes_ago(2), Flag="9"))
    device.data_received(sent(*COD, at=minutes_ago(1), key=b"x" * 16, Flag="9"))
    store(hall)
    assert MinuteMessage.objects.count() == 3
    assert {round(row.values[0], 1) for row in MinuteMessage.objects.all()} == {40.1}
    assert QuarantinedFrame.objects.get().reason == "no_key"
    assert len(wire.answers) == 3


def test_a_key_that_cant_be_opened_sets_aside_what_is_enciphered_with_it(hall: Hall, plant: Plant) -> None:
    Logger.objects.filter(pk=plant.logger.pk).update(sealed_key="not what was sealed", edition="2025")
    hall.desk.registry.replace(logger_book(), timezone.now())
    device, wire = hall.dial()
    device.data_received(sent(*COD, at=minutes_ago(2), key=b"x" * 16, Flag="9"))
    device.data_received(sent(*COD, at=minutes_ago(1), Flag="9"))
    store(hall)
    assert QuarantinedFrame.objects.get().reason == "no_key"
    assert len(wire.answers) == 1


def test_batches_that_follow_each_other_wait_to_be_worth_a_transaction(hall: Hall) -> None:
    device, wire = hall.dial()
    device.data_received(sent(*COD, at=minutes_ago(9)))
    hall.loop.run()
    assert len(hall.batches) == 1
    store(hall)
    for minutes in (8, 7, 6):
        device.data_received(sent(*COD, at=minutes_ago(minutes)))
        hall.loop.run()
    assert len(hall.batches) <= 1
    store(hall)
    assert len(wire.answers) == 4
