"""Writing frames: reading back gives what was written, and what couldn't be read back is refused."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bihuan.oversight.monitoring.rules.frame.decode import decode_all
from bihuan.oversight.monitoring.rules.frame.encode import (
    LONGEST_DATA,
    CannotBeSent,
    TooLong,
    encode,
    encode_parts,
    items_of,
)
from bihuan.oversight.monitoring.rules.frame.faults import Fault
from bihuan.oversight.monitoring.tests.rules.frames import COD, FLOW, HEAD, HEADERS, ITEMS, TIME

PUBLISHED = (
    b"##0101QN=20160801085857223;ST=32;CN=1062;PW=100000;MN=010000A8900016F000169DC0;Flag=5;"
    b"CP=&&RtdInterval=30&&1C80\r\n"
)


def test_the_published_example_of_appendix_a() -> None:
    head = (
        ("QN", "20160801085857223"), ("ST", "32"), ("CN", "1062"), ("PW", "100000"),
        ("MN", "010000A8900016F000169DC0"), ("Flag", "5"),
    )  # fmt: skip
    assert encode(head, [[("RtdInterval", "30")]]) == PUBLISHED


@settings(max_examples=500)
@given(HEADERS, ITEMS, st.one_of(st.none(), st.binary(min_size=16, max_size=16)))
def test_reading_undoes_writing(header: dict[str, str], items: list, key: bytes | None) -> None:
    (frame,) = decode_all(encode(tuple(header.items()), items, key=key), key=key)
    assert frame.crc_ok
    assert frame.head == header
    assert [[(field.name, field.text) for field in item] for item in frame.items] == items


@settings(max_examples=100)
@given(HEADERS, ITEMS)
def test_parts_hold_the_same_items_and_each_the_time(header: dict[str, str], items: list) -> None:
    whole = [[("DataTime", "20240123123200")], *(items * 9)]
    frames = [frame for raw in encode_parts(tuple(header.items()), whole) for frame in decode_all(raw)]
    assert [item for frame in frames for item in frame.items[1:]] == [
        item for frame in decode_all(encode(tuple(header.items()), whole)) for item in frame.items[1:]
    ]
    assert all(frame.first("DataTime") == "20240123123200" and frame.crc_ok for frame in frames)
    for number, frame in enumerate(frames, 1):
        if len(frames) > 1:
            assert (frame.head["PNO"], frame.head["PNUM"]) == (str(number), str(len(frames)))
            assert frame.flag is not None
            assert frame.flag & 2
            assert len(frame.segment) < LONGEST_DATA + 200


@pytest.mark.parametrize(
    ("name", "value"),
    [("a=b", "1"), ("", "1"), ("a-Rtd", "1;2"), ("a-Rtd", "1&&2"), ("a-Rtd", " 1"), ("a-Info", "//a//b//"),
     ("a b", "1"), ("a-Rtd", "1\r\n")],
)  # fmt: skip
def test_what_can_t_be_read_back_is_refused(name: str, value: str) -> None:
    with pytest.raises(CannotBeSent):
        encode(HEAD, [[(name, value)]])


def test_a_header_value_holds_no_separator() -> None:
    with pytest.raises(CannotBeSent):
        encode((("MN", "a;b"),))


def test_more_than_the_length_can_say_is_refused() -> None:
    with pytest.raises(TooLong):
        encode(HEAD, [[("i11001-Info", "x" * 10_000)]])


def test_fields_in_a_row_are_put_into_items() -> None:
    assert items_of([*TIME, *COD, *FLOW]) == [list(TIME), list(COD), list(FLOW)]
    assert items_of([("BeginTime", "1"), ("EndTime", "2")]) == [[("BeginTime", "1")], [("EndTime", "2")]]


def test_one_long_item_stays_whole() -> None:
    (raw,) = encode_parts(HEAD, [[("i11001-Info", "x" * 1500)]])
    assert decode_all(raw)[0].faults == (Fault.OVERSIZE,)
