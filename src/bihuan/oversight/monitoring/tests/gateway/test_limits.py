"""Slow, oversized, flooding and silent connections: none hurts the others, none loses what it sent."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from bihuan.oversight.enterprises.public import logger_book
from bihuan.oversight.enterprises.tests.conftest import Plant
from bihuan.oversight.monitoring.gateway.connection import SUSPECT
from bihuan.oversight.monitoring.gateway.limits import Meter, NotANetwork, networks_of
from bihuan.oversight.monitoring.models import MinuteMessage, QuarantinedFrame
from bihuan.oversight.monitoring.tests.gateway.conftest import COD, MN, sent
from bihuan.oversight.monitoring.tests.gateway.devices import Hall
from bihuan.oversight.monitoring.tests.gateway.test_desk import minutes_ago, store

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _there(plant: Plant) -> None:
    connection.ensure_connection()


def frames(number: int) -> Iterator[bytes]:
    return (sent(*COD, at=minutes_ago(minutes + 1)) for minutes in range(number))


def test_a_meter_counts_in_spans() -> None:
    meter = Meter(2, 10.0)
    meter.count(100.0)
    assert meter.wait(100.0) == 0.0
    meter.count(104.0)
    assert meter.wait(104.0) == 6.0
    assert meter.wait(110.0) == 0.0
    meter.count(110.0)
    assert meter.wait(110.0) == 0.0


def test_too_many_frames_at_once_wait_and_none_is_lost() -> None:
    hall = Hall(logger_book(), rate_limit=3)
    device, wire = hall.dial()
    device.data_received(b"".join(frames(8)))
    assert not wire.reading
    store(hall)
    assert len(wire.answers) == 3
    for expected, reading in ((6, False), (8, True)):
        hall.loop.run(1.0)
        store(hall)
        assert (len(wire.answers), wire.reading) == (expected, reading)
    assert MinuteMessage.objects.count() == 8
    assert hall.figures.throttled == 2


def test_a_flood_of_unknown_numbers_waits_and_the_honest_are_served() -> None:
    hall = Hall(logger_book(), unknown_limit=5)
    hostile, hostile_wire = hall.dial("10.66.0.1")
    honest, honest_wire = hall.dial()
    hostile.data_received(b"".join(sent(*COD, MN=f"{number:024X}") for number in range(20)))
    assert not hostile_wire.reading
    honest.data_received(b"".join(frames(4)))
    store(hall)
    assert (len(honest_wire.answers), len(hostile_wire.answers)) == (4, 0)
    assert QuarantinedFrame.objects.count() == 5
    hall.loop.run(61.0)
    store(hall)
    assert QuarantinedFrame.objects.count() == 10


def test_rubbish_from_everywhere_is_set_aside_no_faster_than_one_process_may() -> None:
    hall = Hall(logger_book(), quarantine_rate=10)
    wires = []
    for number in range(20):
        hostile, wire = hall.dial(f"10.66.0.{number}")
        hostile.data_received(b"".join(b"##00x%d rubbish %d\r\n" % (number, n) for n in range(9)))
        wires.append(wire)
    honest, honest_wire = hall.dial()
    honest.data_received(b"".join(frames(3)))
    store(hall)
    assert len(honest_wire.answers) == 3
    few = SUSPECT * len(wires)  # what each one may bring before it is known for what it is
    assert QuarantinedFrame.objects.count() <= 10 + few
    assert sum(wire.reading for wire in wires) <= 2
    hall.loop.run(5.0)
    store(hall)
    assert 10 + few < QuarantinedFrame.objects.count() <= 60 + few
    honest.data_received(sent(*COD, at=minutes_ago(30)))
    store(hall)
    assert len(honest_wire.answers) == 4
    hall.loop.run(60.0)
    hall.desk.look_around()  # nothing follows the last one of each: it ends by silence
    store(hall)
    assert QuarantinedFrame.objects.count() == 9 * len(wires)
    assert all(wire.reading for wire in wires)


def test_one_bad_frame_among_good_ones_waits_for_nothing() -> None:
    hall = Hall(logger_book(), quarantine_rate=1)
    device, wire = hall.dial()
    for minutes in range(1, 6):
        device.data_received(b"##00xx\r\n" + sent(*COD, at=minutes_ago(minutes)))
    store(hall)
    assert len(wire.answers) == 5
    assert wire.reading


def test_names_without_end_make_no_layouts_without_end() -> None:
    hall = Hall(logger_book(), layout_limit=3)
    device, wire = hall.dial()
    for number in range(5):
        device.data_received(sent((f"w0{number}018-Avg", "1"), at=minutes_ago(number + 1)))
    store(hall)
    assert (MinuteMessage.objects.count(), len(wire.answers)) == (3, 3)
    kept = QuarantinedFrame.objects.all()
    assert {(one.reason, one.faults[-1]) for one in kept} == {("unreadable", "too_many_layouts")}


def test_an_endless_frame_is_set_aside_in_pieces() -> None:
    hall = Hall(logger_book())
    hostile, _wire = hall.dial()
    for _chunk in range(40):
        hostile.data_received(b"##9999" + b"A" * 1000)
    assert hostile._splitter.waiting < 20_000
    device, wire = hall.dial()
    device.data_received(next(frames(1)))
    store(hall)
    assert len(wire.answers) == 1


def test_half_a_frame_is_set_aside_after_a_while_and_the_next_one_read() -> None:
    hall = Hall(logger_book())
    device, wire = hall.dial()
    frame = next(frames(1))
    device.data_received(frame[:60])
    hall.loop.run(10.0)
    hall.desk.look_around()
    store(hall)
    assert not QuarantinedFrame.objects.exists()
    hall.loop.run(10.0)
    hall.desk.look_around()
    device.data_received(frame)
    store(hall)
    assert MN.startswith(QuarantinedFrame.objects.get().mn)
    assert len(wire.answers) == 1


def test_silence_ends_a_connection() -> None:
    hall = Hall(logger_book(), idle_limit=60)
    _device, wire = hall.dial()
    hall.loop.run(59.0)
    hall.desk.look_around()
    assert not wire.closed
    hall.loop.run(2.0)
    hall.desk.look_around()
    assert wire.closed


def test_while_the_database_is_away_nobody_is_read_and_nobody_is_told() -> None:
    hall = Hall(logger_book(), pending_limit=4)
    device, wire = hall.dial()
    device.data_received(b"".join(frames(2)))
    hall.loop.run()  # this batch is with the writer and doesn't come back
    for frame in frames(6):
        device.data_received(frame)
    newcomer, newcomer_wire = hall.dial("10.0.0.9")
    assert (wire.reading, newcomer_wire.reading, wire.out) == (False, False, b"")
    assert not wire.closed
    store(hall)
    assert (wire.reading, newcomer_wire.reading) == (True, True)
    assert len(wire.answers) == 8
    assert MinuteMessage.objects.count() == 6
    assert newcomer.host == "10.0.0.9"


def test_an_address_outside_the_allowed_networks_is_not_served() -> None:
    hall = Hall(logger_book())
    hall.desk._networks = networks_of(["10.0.0.0/24"])
    _near, near = hall.dial("10.0.0.200")
    _mapped, mapped = hall.dial("::ffff:10.0.0.201")
    _far, far = hall.dial("192.168.0.1")
    _foreign, foreign = hall.dial("2001:db8::1")
    assert [wire.closed for wire in (near, mapped, far, foreign)] == [False, False, True, True]
    assert (hall.figures.accepted, hall.figures.refused) == (2, 2)


def test_a_network_that_is_none_is_named() -> None:
    with pytest.raises(NotANetwork, match=r"10\.0\.0\.0/99"):
        networks_of(["10.0.0.0/24", "10.0.0.0/99"])


def test_two_addresses_of_one_number_within_minutes_are_a_conflict() -> None:
    hall = Hall(logger_book())
    (first, _), (second, _) = hall.dial("10.0.0.7"), hall.dial("10.9.9.9")
    first.data_received(sent(*COD, at=minutes_ago(2)))
    second.data_received(sent(*COD, at=minutes_ago(1)))
    device = hall.desk.registry.known(MN)
    assert device is not None
    noted = device.note()
    assert (noted.host, noted.second_host, noted.messages, noted.connected) == (
        "10.9.9.9",
        "10.0.0.7",
        2,
        True,
    )
    assert noted.clock_error_s is not None
    assert abs(noted.clock_error_s) < 300
    second.connection_lost(None)
    assert device.note().connected is False
    assert timezone.now() - noted.heard < timedelta(minutes=1)
