"""The fast reading says what the full reading says, or nothing."""

import math

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from bihuan.oversight.monitoring.rules.frame import flat as flat_module
from bihuan.oversight.monitoring.rules.frame.decode import decode, decode_all
from bihuan.oversight.monitoring.rules.frame.encode import encode
from bihuan.oversight.monitoring.rules.frame.flat import Flat, FlatReader
from bihuan.oversight.monitoring.rules.frame.framing import Splitter
from bihuan.oversight.monitoring.rules.frame.layout import Kind, Layout, row_of
from bihuan.oversight.monitoring.tests.rules.frames import COD, FLOW, HEAD, MN, PLAIN, SEGMENT, TIME, data

T = "DataTime=20240123123200"
QN_2025 = "QN=20260123123205877;ST=32;CN=2011;MN=1;Flag=9"


def read(reader: FlatReader, raw: bytes) -> Flat | None:
    (piece,) = Splitter().feed(raw)
    return reader.read(piece.segment)


def taught(*raw: bytes) -> FlatReader:
    reader = FlatReader()
    for frame in raw:
        reader.learn(decode_all(frame)[0])
    return reader


def test_nothing_is_said_of_a_device_or_layout_not_learnt() -> None:
    assert read(FlatReader(), PLAIN) is None
    assert read(taught(PLAIN), data(f"{T};w01018-Rtd=1")) is None
    assert read(taught(PLAIN), PLAIN.replace(MN.encode(), b"0" * 24)) is None


def test_a_plain_message_is_read_with_head_time_and_row() -> None:
    found = read(taught(PLAIN), PLAIN)
    assert found is not None
    assert found.head == ("32", 2011, MN, "123456", 5, "2017")
    assert found.request_number == "20240123123205877"
    assert found.row.values == (40.1, 3.41)
    assert found.row.flags == "NN"
    assert [column.name for column in found.row.layout.columns] == [
        "DataTime", "w01018-Rtd", "w01018-Flag", "w00000-Rtd", "w00000-Flag",
    ]  # fmt: skip


@pytest.mark.parametrize(
    "text",
    [
        f"{T};w01018-Rtd=4",
        f"{T};w01018-Rtd=4;w00000-Rtd=5",
        f"{T};w01018-Flag=N,w01018-Rtd=4",
        f"w01018-Rtd=4;{T}",
    ],
)
def test_one_value_or_one_flag_is_enough(text: str) -> None:
    raw = data(text)
    found = read(taught(raw), raw)
    assert found is not None
    assert found.row == row_of(decode_all(raw)[0])


@pytest.mark.parametrize(
    "text",
    [
        "DataTime=20240123253200;w01018-Rtd=1,w01018-Flag=N",
        f"{T};w01018-Rtd=1.2.3,w01018-Flag=N",
        f"{T};w01018-Rtd=1,w01018-Flag=NN",
        f"{T};w01018-Rtd=,w01018-Flag=N",
        f"{T};w01018-Rtd=1;w01018-Flag=N",
        f"{T};w01018-Rtd=1,w01018-Flag=N;",
        f"{T};w01018-Rtd={'1' * 60},w01018-Flag=N",
    ],
)
def test_anything_unusual_is_left_to_the_full_reading(text: str) -> None:
    reader = taught(data(f"{T};w01018-Rtd=1,w01018-Flag=N"))
    assert read(reader, data(text)) is None


@pytest.mark.parametrize("qn", ["QN=20241323123205877", "QN=2024012312320587x", "XN=20240123123205877"])
def test_a_request_number_that_is_none_is_left_to_the_full_reading(qn: str) -> None:
    tail = f";ST=32;CN=2011;PW=123456;MN={MN};Flag=5"
    assert read(taught(PLAIN), data(f"{T};w01018-Rtd=1", head=qn + tail)) is None


def test_the_flag_of_2025_before_its_time_is_left_to_the_full_reading() -> None:
    reader = taught(data(f"{T};w01018-Rtd=1", head=QN_2025))
    assert read(reader, data(f"{T};w01018-Rtd=1", head=QN_2025)) is not None
    assert read(reader, data(f"{T};w01018-Rtd=1", head=QN_2025.replace("2026", "2021"))) is None


@pytest.mark.parametrize(
    "raw",
    [
        data(f"{T};w01018-Rtd=x"),
        data(f"{T};w01018-SampleTime=20240123120000,w01018-Rtd=1"),
        data(f"{T};i11001-Info=//清洗//"),
        data(T),
        data("", head="QN=20240123123205877;ST=91;CN=9014;MN=1;Flag=4"),
        data(f"{T};w01018-Rtd=1", head=f"ST=32;CN=2011;QN=20240123123205877;MN={MN};Flag=5"),
        data(f"{T};w01018-Rtd=1", head=f"ST=32;CN=2011;MN={MN}"),
        data(f"{T};w01018-Rtd=1", head=f"QN=20240123123205877;ST=32;CN=2011;MN={MN};Flag=7;PNUM=2;PNO=1"),
        data(
            "SystemTime=20240123123200;w01018-Rtd=1",
            head=f"QN=20240123123205877;ST=32;CN=1011;MN={MN};Flag=5",
        ),
        data(f"{T};w01018-Rtd=1e300"),
    ],
)
def test_what_isn_t_plain_is_not_learnt(raw: bytes) -> None:
    assert read(taught(raw), raw) is None


def test_a_device_that_changes_its_layout_too_often_is_read_in_full() -> None:
    kinds = [data(f"{T};w0101{n}-Rtd=1") for n in range(6)]
    reader = taught(*kinds, *kinds)
    assert [read(reader, raw) is not None for raw in kinds] == [True] * 4 + [False] * 2


def test_what_is_remembered_is_limited(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("MOST_HEADS", "MOST_LAYOUTS", "MOST_TIMES"):
        monkeypatch.setattr(flat_module, name, 2)
    heads = [f"QN=20240123123205877;ST=32;CN=2011;MN={n};Flag=5" for n in range(5)]
    kinds = [data(f"DataTime=2024012312320{n};w0101{n}-Rtd=1", head=head) for n, head in enumerate(heads)]
    reader = taught(*kinds)
    assert [read(reader, raw) is not None for raw in kinds] == [True, True, False, False, False]
    same = [data(f"{T};w01010-Rtd=1", head=head) for head in heads]
    fresh = taught(*same)
    assert [read(fresh, raw) is not None for raw in same] == [False, False, False, False, True]


NUMBERS = st.decimals(-(10**6), 10**6, places=3).map(str) | st.sampled_from(
    ["", "-", "..", "1-2", "+1", "1e3", "x"]
)
FLAGS = st.sampled_from(["N", "D", "T", "", "NN", "~", "中", " "])
VALUES = st.lists(st.tuples(NUMBERS, FLAGS), min_size=1, max_size=6)


@settings(max_examples=500)
@given(VALUES, st.sampled_from(["20240123123200", "20240230123200", "202401231232", "x"]))
def test_fast_and_full_agree_on_every_message(values: list[tuple[str, str]], moment: str) -> None:
    reader = taught(data(";".join([T, *(f"a3400{n}-Rtd=1,a3400{n}-Flag=N" for n in range(len(values)))])))
    items = (f"a3400{n}-Rtd={number},a3400{n}-Flag={flag}" for n, (number, flag) in enumerate(values))
    (piece,) = Splitter().feed(data(";".join([f"DataTime={moment}", *items])))
    found, frame = reader.read(piece.segment), decode(piece)
    if found is None:
        assume(frame.notes)  # a clean message is always read, but for a plus sign or an exponent
        return
    assert not frame.notes
    assert found.row == row_of(frame)
    assert found.data_time == frame.data_time


def test_the_layout_of_a_row() -> None:
    raw = data(
        f"{T};w01018-SampleTime=20240123120000,01018-Rtd=2.2,w01018-Flag=N1,w01018-EFlag=A01;"
        "a01013-Rtd=--,a01013-Flag=D;FAN=1;w01001-SampleTime=x,w01001-Rtd=9e99;BeginTime=20240123120000"
    )
    row = row_of(decode_all(raw)[0])
    assert row.values[:2] == (1920.0, 2.2)
    assert math.isnan(row.values[2])
    assert row.values[3] == 1.0
    assert math.isnan(row.values[4])
    assert math.isnan(row.values[5])
    assert row.flags == "?D"
    assert row.extras.splitlines() == [
        "w01018-Flag=N1", "w01018-EFlag=A01", "a01013-Rtd=--", "w01001-SampleTime=x", "w01001-Rtd=9e99",
        "BeginTime=20240123120000",
    ]  # fmt: skip
    kinds = [(column.name, column.kind, column.position) for column in row.layout.columns]
    assert kinds[:4] == [
        ("DataTime", Kind.TIME, 1), ("w01018-SampleTime", Kind.AGE, 1), ("w01018-Rtd", Kind.VALUE, 2),
        ("w01018-Flag", Kind.FLAG, 1),
    ]  # fmt: skip


def test_layouts_are_told_apart_by_a_short_digest() -> None:
    one, other = Layout(("DataTime", "a-Rtd")), Layout(("DataTime", "b-Rtd"))
    assert one.digest != other.digest
    assert len(one.digest) == 32
    assert (
        row_of(decode_all(encode(HEAD, (TIME, COD, FLOW)))[0]).layout.digest
        == row_of(decode_all(PLAIN)[0]).layout.digest
    )
    assert SEGMENT in PLAIN
