"""The collected frames of others: each result agrees with what its collector wrote down."""

import pytest

from bihuan.oversight.monitoring.rules.frame.decode import decode_all
from bihuan.oversight.monitoring.rules.frame.faults import Fault
from bihuan.oversight.monitoring.rules.frame.types import Check
from bihuan.oversight.monitoring.tests.rules.frames import real_frames

ENVELOPE = {
    Fault.NO_ENVELOPE,
    Fault.WRONG_CHECK_VALUE,
    Fault.MODBUS_CHECK_VALUE,
    Fault.ENCRYPTED,
    Fault.CUT_SHORT,
}


def test_check_value_and_edition_agree_with_the_collectors() -> None:
    for said in real_frames():
        frames = decode_all(said["raw"].encode())
        assert {frame.crc_ok for frame in frames} == {said["crc_ok"]}, said
        assert {frame.standard for frame in frames} == {said["standard"]}, said


def test_every_frame_with_a_wrong_check_value_says_why() -> None:
    for said in real_frames():
        for frame in decode_all(said["raw"].encode()):
            if not frame.crc_ok:
                assert ENVELOPE & set(frame.faults), said
            if "Modbus" in said["note"]:
                assert frame.check in (Check.MODBUS, Check.MODBUS_SWAPPED), said


def test_every_field_of_every_frame_is_there_in_order() -> None:
    """Against the plainest possible reading: cut at the separators, keep what stands between."""
    for said in real_frames():
        first = decode_all(said["raw"].encode())[0]
        if Fault.ENCRYPTED in first.faults:
            continue
        inside = (
            said["raw"].split("CP=&&")[1].split("##")[0].rpartition("&&")[0]
            or first.segment.decode().split("&&")[1]
        )
        plain = [text.strip() for item in inside.split(";") for text in item.split(",") if text.strip()]
        assert [f"{field.name}={field.text}" for field in first.fields] == plain, said


def test_the_encrypted_example_of_the_standard_is_read_with_its_key() -> None:
    said = next((one for one in real_frames() if "{0x" in one["raw"]), None)
    if said is None:
        pytest.skip("the encrypted example is in the other half of the collection")
    (frame,) = decode_all(said["raw"].encode(), key=b"0" * 16)
    assert frame.crc_ok
    assert frame.faults == (Fault.ENCRYPTED, Fault.PRINTED_CIPHERTEXT)
    assert len(frame.segment) == int(said["raw"][2:6])
