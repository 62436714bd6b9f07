"""What becomes of one frame: its rows and its answer, or why it is set aside."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from bihuan.oversight.enterprises.public import LoggerView
from bihuan.oversight.enterprises.tests.conftest import Plant
from bihuan.oversight.monitoring.gateway.intake import outlets_for, take
from bihuan.oversight.monitoring.models import Origin
from bihuan.oversight.monitoring.rules.crc import modbus_value
from bihuan.oversight.monitoring.rules.frame.encode import frame_of
from bihuan.oversight.monitoring.store.rows import microseconds
from bihuan.oversight.monitoring.tests.gateway.conftest import BOUNDS, COD, MN, read, receipt, sent

pytestmark = pytest.mark.django_db
KEY = b"0" * 16


def test_a_message_is_stored_for_the_outlet_of_its_medium_and_answered(
    view: LoggerView, plant: Plant
) -> None:
    frame, at = read(sent(*COD)), receipt()
    taken = take(frame, view, at, BOUNDS)
    ((table, row),) = taken.messages
    assert table.name == "monitoring_minutemessage"
    assert (row.key.outlet, row.key.command, row.key.system, row.key.part) == (plant.drain.pk, 2051, "32", 0)
    assert (row.logger, row.arrived_at, row.origin) == (view.id, microseconds(at.at), Origin.LIVE)
    assert (taken.raw, taken.note, taken.part, taken.quarantined) == (None, None, None, None)
    answer = read(taken.answer)
    assert answer.head == frame.head | {"ST": "91", "CN": "9014", "Flag": "4"}


def test_nothing_is_answered_where_nothing_was_asked(view: LoggerView) -> None:
    assert take(read(sent(*COD, Flag="4")), view, receipt(), BOUNDS).answer == b""


@pytest.mark.parametrize("command", ["2031", "2061"])
def test_frames_with_legal_statistics_are_kept_as_they_came(view: LoggerView, command: str) -> None:
    taken = take(read(sent(*COD, CN=command)), view, receipt(), BOUNDS)
    assert taken.raw is not None
    assert (taken.raw.check_by, taken.raw.faults) == ("hj212", "")
    assert taken.raw.command == int(command)


def test_a_repaired_frame_is_kept_as_it_came(view: LoggerView) -> None:
    raw = sent(*COD).replace(b"Flag=5;CP", b"Flag=5CP")
    frame = read(frame_of(raw[6:-6]))
    taken = take(frame, view, receipt(), BOUNDS)
    assert taken.raw is not None
    assert taken.raw.faults == "missing_semicolon"
    assert taken.messages


def test_a_supplement_and_a_part_say_so(view: LoggerView) -> None:
    taken = take(read(sent(*COD, Flag="11", PNUM="2", PNO="2", RF="1")), view, receipt(), BOUNDS)
    ((_table, row),) = taken.messages
    assert (row.key.part, row.origin) == (2, Origin.SUPPLEMENT)
    assert taken.part is not None
    assert (taken.part.parts, taken.part.part, taken.part.command) == (2, 2, 2051)


@pytest.mark.parametrize(
    ("command", "answer"),
    [("9015", "9013"), ("1013", "9013"), ("2081", "9014"), ("3020", "9014"), ("9021", "")],
)
def test_what_holds_no_values_is_noted(view: LoggerView, command: str, answer: str) -> None:
    taken = take(read(sent(("RestartTime", "20261101000000"), CN=command, time="")), view, receipt(), BOUNDS)
    assert taken.note is not None
    assert (taken.note.command, taken.note.fields) == (int(command), [["RestartTime", "20261101000000"]])
    assert (read(taken.answer).head["CN"] if taken.answer else "") == answer


def test_answers_of_the_device_are_noted_and_not_answered(view: LoggerView) -> None:
    taken = take(read(sent(("QnRtn", "1"), CN="9011", ST="91", time="")), view, receipt(), BOUNDS)
    assert taken.note is not None
    assert taken.answer == b""


def wrong_check() -> bytes:
    raw = sent(*COD)
    return raw[:-6] + (b"0000" if raw[-6:-2] != b"0000" else b"4040") + b"\r\n"


def with_modbus() -> bytes:
    segment = sent(*COD)[6:-6]
    return b"##%04d%b%04X\r\n" % (len(segment), segment, modbus_value(segment))


@pytest.mark.parametrize(
    ("raw", "reason"),
    [
        (wrong_check, "wrong_check"),
        (with_modbus, "modbus"),
        (lambda: sent(*COD, CN=""), "unreadable"),
        (lambda: b"GET / HTTP/1.1\r\n\r\n", "unreadable"),
        (lambda: sent(*COD, key=KEY), "no_key"),
        (lambda: sent(*COD, time=""), "no_time"),
        (lambda: sent(*COD, at=timezone.now() + timedelta(minutes=5)), "future"),
        (lambda: sent(*COD, at=timezone.now() - timedelta(days=500)), "too_old"),
    ],
)
def test_what_cant_be_stored_is_set_aside_with_its_reason(view: LoggerView, raw: Any, reason: str) -> None:
    sent_raw = raw()
    taken = take(read(sent_raw), view, receipt(), BOUNDS)
    assert taken.quarantined is not None
    assert (taken.quarantined.reason, taken.answer, taken.messages) == (reason, b"", [])
    assert taken.quarantined.raw.strip() == sent_raw.strip()


def test_what_a_logger_allows(view: LoggerView) -> None:
    assert take(read(with_modbus()), replace(view, allow_modbus_crc=True), receipt(), BOUNDS).messages
    strict = replace(view, password="s3cret", networks=("10.0.0.0/24", "fd00::/8"))
    assert take(read(sent(*COD, PW="s3cret")), strict, receipt(), BOUNDS).messages
    wrong = take(read(sent(*COD)), strict, receipt(), BOUNDS).quarantined
    outside = take(read(sent(*COD, PW="s3cret")), strict, receipt(host="192.168.1.1"), BOUNDS).quarantined
    assert wrong is not None
    assert outside is not None
    assert (wrong.reason, outside.reason) == ("password", "network")


def test_unknown_numbers_and_loggers_without_an_outlet(view: LoggerView) -> None:
    unknown = take(read(sent(*COD, MN="X")), None, receipt(), BOUNDS).quarantined
    homeless = take(read(sent(*COD)), replace(view, outlets=()), receipt(), BOUNDS).quarantined
    assert unknown is not None
    assert homeless is not None
    assert (unknown.reason, unknown.mn, homeless.reason) == ("unknown_device", "X", "no_outlet")


def test_which_outlets_a_message_is_about(view: LoggerView, plant: Plant) -> None:
    chimney, drain = plant.chimney.pk, plant.drain.pk
    assert outlets_for(view, "31") == (chimney,)
    assert outlets_for(view, "44") == (chimney, drain)
    power = replace(view.outlets[0], id=99, only_st="44")
    assert outlets_for(replace(view, outlets=(*view.outlets, power)), "44") == (99,)
    assert view.mn == MN


def test_encrypted_data_with_the_right_key(view: LoggerView) -> None:
    frame = read(sent(*COD, key=KEY, Flag="9"), key=KEY)
    taken = take(frame, view, receipt(), BOUNDS)
    ((_table, row),) = taken.messages
    assert row.told.values == (40.1,)
    assert read(taken.answer).head["Flag"] == "8"


def test_a_header_that_no_answer_may_hold_is_stored_and_not_answered(view: LoggerView) -> None:
    taken = take(read(sent(*COD).replace(b"123456", b"12#456")), view, receipt(), BOUNDS)
    assert taken.quarantined is not None  # the check value is wrong now
    segment = sent(*COD)[6:-6].replace(b"123456", b"12#456")
    taken = take(read(frame_of(segment)), view, receipt(), BOUNDS)
    assert (len(taken.messages), taken.answer) == (1, b"")
