"""Reading frames in full: every repair of telemetry chapter 1.15 has its name and loses nothing else."""

from datetime import datetime
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bihuan.oversight.monitoring.rules.frame.decode import decode_all
from bihuan.oversight.monitoring.rules.frame.encode import encode, frame_of
from bihuan.oversight.monitoring.rules.frame.faults import FAULTS, Fault, Grave
from bihuan.oversight.monitoring.rules.frame.plain import as_plain, line_as_plain
from bihuan.oversight.monitoring.rules.frame.times import BEIJING
from bihuan.oversight.monitoring.rules.frame.types import Check, Frame
from bihuan.oversight.monitoring.tests.rules.frames import (
    COD,
    FLOW,
    HEAD,
    ITEMS,
    MN,
    PLAIN,
    SEGMENT,
    TIME,
    data,
    segment,
)

KEY = b"0" * 16
T = "DataTime=20240123123200"
LAST = b"w00000-Rtd=3.41,w00000-Flag=N"
Q = "QN=20240123123205877"
D = f"ST=32;CN=2011;MN={MN}"
H = f"{Q};{D}"


def read(raw: bytes, *, key: bytes | None = None) -> Frame:
    (frame,) = decode_all(raw, key=key)
    return frame


def test_a_plain_frame_says_everything_in_order() -> None:
    frame = read(PLAIN)
    assert frame.crc_ok
    assert frame.is_whole
    assert (frame.faults, frame.standard, frame.gravity) == ((), "2017", 0)
    assert frame.header == HEAD
    assert frame.head["MN"] == MN
    assert frame.wants_answer
    assert frame.data_time == datetime(2024, 1, 23, 12, 32, tzinfo=BEIJING)
    assert [(field.code, field.suffix, field.number) for field in frame.fields] == [
        ("", "", None),
        ("w01018", "Rtd", Decimal("40.1")),
        ("w01018", "Flag", None),
        ("w00000", "Rtd", Decimal("3.41")),
        ("w00000", "Flag", None),
    ]
    assert frame.first("w00000-Rtd") == "3.41"
    assert frame.first("w99999-Rtd") == ""


def test_plain_chinese_of_a_device_that_has_a_key_stays_as_sent() -> None:
    frame = read(data(f"{T};a-Info=化学需氧量分析仪"), key=KEY)
    assert (frame.crc_ok, frame.faults) == (True, ())
    assert frame.first("a-Info") == "化学需氧量分析仪"


REPAIRED = {
    "Flag=5CP, misprint of the standard": (
        segment(f"QN=20240123123205877;ST=32;CN=2011;PW=123456;MN={MN};Flag=5CP=&&{T}&&"),
        {Fault.MISSING_SEMICOLON},
    ),
    "comma after QN, misprint of the standard": (
        segment(f"QN=20240123123205877,ST=32;CN=2011;PW=123456;MN={MN};Flag=5;CP=&&{T}&&"),
        {Fault.COMMA_FOR_SEMICOLON},
    ),
    "comma before CP": (
        segment(f"QN=20240123123205877;ST=32;CN=2011;PW=123456;MN={MN};Flag=5,CP=&&{T}&&"),
        {Fault.COMMA_FOR_SEMICOLON},
    ),
    "stray comma before a header name": (
        segment(f"QN=20240123123205877;,ST=32;CN=2011;PW=123456;MN={MN};Flag=5;CP=&&{T}&&"),
        {Fault.STRAY_SEPARATOR},
    ),
    "header fields glued": (
        segment(f"QN=20240123123205877;ST=32CN=2011;PW=123456MN={MN};Flag=5;CP=&&{T}&&"),
        {Fault.MISSING_SEMICOLON},
    ),
    "FLAG": (
        segment(f"QN=20240123123205877;ST=32;CN=2011;PW=123456;MN={MN};FLAG=5;CP=&&{T}&&"),
        {Fault.NAME_CASE},
    ),
    "cp in small letters": (
        segment(f"QN=20240123123205877;ST=32;CN=2011;PW=123456;MN={MN};Flag=5;cp=&&{T}&&"),
        {Fault.NAME_CASE},
    ),
    "blanks in the header": (
        segment(f"QN=20240123123205877; ST = 32;CN=2011;PW=123456;MN={MN};Flag=5; CP=&&{T}&&"),
        {Fault.BLANKS},
    ),
    "blank before the equals sign of CP": (
        segment(f"QN=20240123123205877;ST=32;CN=2011;PW=123456;MN={MN};Flag=5;CP =&&{T}&&"),
        {Fault.BLANKS},
    ),
    "blank after &&": (data(f" {T}"), {Fault.BLANKS}),
    "CP without marks": (
        segment(f"QN=20240123123205877;ST=32;CN=2011;PW=123456;MN={MN};Flag=5;CP={T}&&"),
        {Fault.NO_START_MARKS},
    ),
    "closing marks missing": (data(T).replace(b"&&\r\n", b""), {Fault.NO_END_MARKS}),
    "header field twice": (
        data(T, head=f"{H};CN=2051;Flag=5"),
        {Fault.REPEATED_HEADER_FIELD},
    ),
    "unknown header field": (
        data(T, head=f"{H};Ver=2;Flag=5"),
        {Fault.UNKNOWN_HEADER_FIELD},
    ),
    "full-width punctuation in the header": (
        segment(f"QN=20240123123205877；ST=32；CN=2011；MN={MN};Flag=5;CP=&&{T}&&"),
        {Fault.FULL_WIDTH},
    ),
    "full-width punctuation": (data(f"{T}；w01018-Rtd＝40.1，w01018-Flag=N"), {Fault.FULL_WIDTH}),
    "trailing semicolon": (data(f"{T};"), {Fault.TRAILING_SEPARATOR}),
    "two semicolons": (data(f"{T};;w01018-Rtd=1"), {Fault.STRAY_SEPARATOR}),
    "a name twice": (data(f"{T};a21-Rtd=0.1;a21-Rtd=0.2"), {Fault.REPEATED_NAME}),
    "commas between factors": (data(f"{T};a34013-Rtd=1,a21026-Rtd=2"), {Fault.SEVERAL_FACTORS}),
    "semicolons inside a factor": (data(f"{T};a34013-Rtd=1;a34013-Flag=N"), {Fault.SPLIT_FACTOR}),
    "01018 without w, misprint of table C.14": (
        data(f"{T};w01018-SampleTime=20240123120000,01018-Rtd=2.2,w01018-Flag=N"),
        {Fault.CODE_MISPRINT},
    ),
    "code in capitals": (data(f"{T};W01018-Rtd=2.2"), {Fault.CODE_CASE}),
    "LA-td": (data(f"{T};LA-td=50.1,LA-Flag=N"), {Fault.SUFFIX_MISPRINT}),
    "suffix in capitals": (data(f"{T};w01018-RTD=50.1"), {Fault.SUFFIX_MISPRINT}),
    "flag without factor, in its item": (data(f"{T};a34001-Rtd=92,Flag=N"), {Fault.FLAG_WITHOUT_FACTOR}),
    "flag without factor, alone": (data(f"{T};a34001-Rtd=92;Flag=N"), {Fault.FLAG_WITHOUT_FACTOR}),
    "flag too long": (data(f"{T};a34001-Rtd=92,a34001-Flag=N1"), {Fault.FLAG_TOO_LONG}),
    "two equals signs": (data(f"{T};a34001-Rtd==92"), {Fault.EXTRA_EQUALS, Fault.NOT_A_NUMBER}),
    "milliseconds": (data("DataTime=20240123123200000;a34001-Rtd=92"), {Fault.TIME_WITH_MILLISECONDS}),
    "no seconds": (data("DataTime=202401231232;a34001-Rtd=92"), {Fault.TIME_WITHOUT_SECONDS}),
    "a written time": (data("DataTime=2024-01-23 12:32:00;a34001-Rtd=92"), {Fault.BAD_TIME}),
    "QN in epoch milliseconds": (data(T, head=f"QN=1617937097417;{D};Flag=5"), {Fault.QN_EPOCH}),
    "QN that is no time": (data(T, head=f"QN=20241323123205877;{D};Flag=5"), {Fault.BAD_QN}),
    "answer wanted without QN": (data(T, head=f"ST=32;CN=2011;MN={MN};Flag=5"), {Fault.NO_QN}),
    "flag is no number": (data(T, head=f"{H};Flag=x"), {Fault.BAD_FLAG}),
    "flag above 255": (data(T, head=f"{H};Flag=300"), {Fault.BAD_FLAG}),
    "announced parts": (
        data(T, head=f"{H};Flag=7"), {Fault.PARTS_MISSING},
    ),
    "parts not announced": (
        data(T, head=f"{H};Flag=5;PNUM=2;PNO=1"), {Fault.PARTS_UNANNOUNCED},
    ),
    "part 3 of 2": (
        data(T, head=f"{H};Flag=7;PNUM=2;PNO=3"), {Fault.BAD_PARTS},
    ),
    "three-digit ST": (data(T, head=f"QN=20240123123205877;ST=101;CN=2011;MN={MN};Flag=5"), {Fault.ODD_ST}),
    "flag of an edition to come": (
        data(T, head=f"QN=20210123123205877;ST=21;CN=2011;MN={MN};Flag=8"), {Fault.OTHER_DIALECT},
    ),
    "GB 18030": (
        frame_of(SEGMENT.replace(LAST, "i11001-Info=//清洗管路//".encode("gbk"))),
        {Fault.GB18030},
    ),
}  # fmt: skip
LOST = {
    "no ST": (data(T, head=f"QN=20240123123205877;CN=2011;MN={MN};Flag=5"), {Fault.NO_ST}),
    "no CN": (data(T, head=f"QN=20240123123205877;ST=32;CN=20x1;MN={MN};Flag=5"), {Fault.NO_CN}),
    "empty MN": (data(T, head="QN=20240123123205877;ST=32;CN=2011;MN=;Flag=5"), {Fault.NO_MN}),
    "no CP": (segment(f"{Q};ST=32;CN=2011;MN={MN};Flag=5;&&"), {Fault.NO_CP, Fault.NO_EQUALS,
                                                                                 Fault.UNKNOWN_HEADER_FIELD}),
    "no equals sign": (data(f"{T};a34001-Rtd"), {Fault.NO_EQUALS, Fault.NO_VALUE}),
    "no name": (data(f"{T};=5"), {Fault.NO_NAME}),
    "no value": (data(f"{T};a34001-Rtd="), {Fault.NO_VALUE}),
    "an unfilled template": (data(f"{T};a34001-Rtd=%f"), {Fault.NOT_A_NUMBER}),
    "not a number": (data(f"{T};a34001-Rtd=NaN"), {Fault.NOT_A_NUMBER}),
    "the 31st of February": (data("DataTime=20240231123200"), {Fault.BAD_TIME}),
    "no time of the data": (data("a34001-Rtd=92"), {Fault.NO_DATA_TIME}),
    "bytes that are no text": (
        frame_of(SEGMENT.replace(LAST, b"i11001-Info=\xff\xff\xff")),
        {Fault.BAD_TEXT},
    ),
    "without envelope": (SEGMENT, {Fault.NO_ENVELOPE}),
    "nothing of a frame": (b"hello", {Fault.NOT_A_FRAME, Fault.NO_ENVELOPE}),
}  # fmt: skip


@pytest.mark.parametrize("name", REPAIRED)
def test_repaired_with_its_name(name: str) -> None:
    raw, faults = REPAIRED[name]
    if Fault.NO_END_MARKS in faults:
        body = data(T)[6:-8]
        raw = frame_of(body)
    frame = read(raw)
    assert set(frame.faults) == faults
    assert (frame.check, frame.head["MN"], frame.head["CN"]) == (Check.RIGHT, MN, "2011")
    assert frame.first("DataTime").replace("-", "").startswith("20240123")
    assert frame.standard in ("2005", "2017", "unknown")


@pytest.mark.parametrize("name", LOST)
def test_what_is_lost_is_named_and_the_rest_is_kept(name: str) -> None:
    raw, faults = LOST[name]
    frame = read(raw)
    assert set(frame.faults) == faults
    assert not frame.is_whole


def test_every_fault_has_a_gravity_and_a_sentence() -> None:
    assert set(FAULTS) == set(Fault)
    assert all(
        str(sentence).endswith((".", "。")) and isinstance(grave, Grave)
        for grave, sentence in FAULTS.values()
    )


def test_a_misprint_is_grouped_with_its_factor_and_keeps_its_name() -> None:
    frame = read(data(f"{T};w01018-SampleTime=20240123120000,01018-Rtd=2.2"))
    field = frame.fields[2]
    assert (field.name, field.code, field.number) == ("01018-Rtd", "w01018", Decimal("2.2"))


def test_a_bare_flag_belongs_to_the_factor_before() -> None:
    frame = read(data(f"{T};a34001-Rtd=92;Flag=N"))
    assert (frame.fields[2].code, frame.fields[2].suffix) == ("a34001", "Flag")
    alone = read(data(f"{T};a34001-Rtd=92,a34002-Rtd=1;Flag=N"))
    assert alone.fields[3].code == ""


def test_one_bad_field_doesn_t_lose_the_others() -> None:
    frame = read(data(f"{T};a34013-Rtd=--,a34013-Flag=N;a21026-Rtd=18.5,a21026-Flag=N"))
    assert frame.faults == (Fault.NOT_A_NUMBER,)
    assert [field.number for field in frame.fields if field.suffix == "Rtd"] == [None, Decimal("18.5")]


@pytest.mark.parametrize("text", ["-0.026", "+1.5", ".5", "5.", "1.5E-3", "007", "123456789.123456789012345"])
def test_numbers_keep_every_digit(text: str) -> None:
    field = read(data(f"{T};a01013-Rtd={text}")).fields[1]
    assert (field.text, field.number) == (text, Decimal(text))


@pytest.mark.parametrize("text", ["1_000", "0x10", "１２", "1,5", "inf", "1e5000"])
def test_what_only_python_takes_for_a_number_is_none(text: str) -> None:
    assert read(data(f"{T};a01013-Rtd={text}")).fields[1].number in (None, Decimal(1))


def test_log_text_may_hold_separators() -> None:
    frame = read(data(f"{T};i11001-Info=//清洗;管路,完成//,i11001-Flag=N;w01018-Rtd=1"))
    assert [field.name for field in frame.fields] == ["DataTime", "i11001-Info", "i11001-Flag", "w01018-Rtd"]
    assert frame.first("i11001-Info") == "//清洗;管路,完成//"
    assert frame.faults == ()
    opened = read(data(f"{T};i11001-Info=//never closed;w01018-Rtd=1"))
    assert opened.fields[2].number == 1
    assert read(data(f"{T};i11001-Info=//closed//")).fields[1].text == "//closed//"


def test_2005_answers_carry_qn_and_cn_inside_cp() -> None:
    frame = read(segment("ST=91;CN=9014;CP=&&QN=20040516010101001;CN=2051;PNO=1;PNUM=1&&"))
    assert (frame.faults, frame.standard, frame.head) == ((), "2005", {"ST": "91", "CN": "9014"})
    assert frame.first("CN") == "2051"


@pytest.mark.parametrize(
    ("flag", "qn", "edition"),
    [
        ("0", "20040516010101001", "2005"),
        ("3", "20170516010101001", "2005"),
        ("5", "20160801085857223", "2017"),
        ("9", "20240601085857223", "2025"),
        ("8", "20210301111100112", "unknown"),
        ("63", "20240601085857223", "unknown"),
    ],
)  # fmt: skip
def test_the_edition_stands_in_the_flag(flag: str, qn: str, edition: str) -> None:
    assert read(data("", head=f"QN={qn};ST=32;CN=1011;MN={MN};Flag={flag}")).standard == edition


@pytest.mark.parametrize(
    ("head", "text", "edition"),
    [
        ("ST=32", "011-Rtd=231.0,011-Flag=N", "2005"),
        ("ST=31", "SB1-RS=0", "2005"),
        ("ST=31", "a01006-Avg=101.85", "unknown"),
        ("ST=101", "a34010-Rtd=2.017", "unknown"),
        ("ST=32", "", "2005"),
    ],
)
def test_without_a_flag_the_codes_tell_the_edition(head: str, text: str, edition: str) -> None:
    assert read(data(f"{T};{text}", head=f"{head};CN=2021;MN={MN}")).standard == edition


def test_glued_frames_and_rubbish_on_one_line_are_one_object() -> None:
    shown = line_as_plain(decode_all(b"recv " + PLAIN.strip() + PLAIN.strip()))
    assert shown["crc_ok"]
    assert shown["faults"] == ["rubbish", "glued"]
    assert shown["more"][0]["header"]["MN"] == MN


def test_one_frame_on_a_line_and_none() -> None:
    alone = line_as_plain(decode_all(PLAIN))
    assert (alone["faults"], alone["more"]) == ([], [])
    bare = line_as_plain(decode_all(SEGMENT))
    assert (bare["faults"], bare["header"]["MN"]) == (["no_envelope"], MN)


def test_as_plain_data() -> None:
    shown = as_plain(read(PLAIN))
    assert shown["cp"] == {"DataTime": "20240123123200", "w01018-Rtd": "40.1", "w01018-Flag": "N",
                           "w00000-Rtd": "3.41", "w00000-Flag": "N"}  # fmt: skip
    assert shown["check"] == {
        "by": "hj212",
        "received": PLAIN[-6:-2].decode(),
        "computed": PLAIN[-6:-2].decode(),
    }
    twice = as_plain(read(data(f"{T};a21-Rtd=0.1;a21-Rtd=0.2")))
    assert twice["cp"] == [["DataTime", "20240123123200"], ["a21-Rtd", "0.1"], ["a21-Rtd", "0.2"]]
    assert twice["notes"] == [{"fault": "repeated_name", "gravity": "repair", "detail": "a21-Rtd"}]


MADE = encode(HEAD, (TIME, COD, FLOW))


def stands(raw: bytes) -> None:
    """Every byte ends in a frame or a named fault; nothing is claimed that wasn't sent."""
    for frame in decode_all(raw, key=KEY):
        assert frame.gravity or (frame.crc_ok and frame.head["MN"] and frame.head["CN"].isdigit())
        assert frame.is_whole <= bool(frame.head)
        as_plain(frame)


@settings(max_examples=500)
@given(st.binary(max_size=600))
def test_any_bytes_leave_the_reader_standing(raw: bytes) -> None:
    stands(raw)


@settings(max_examples=500)
@given(st.binary(max_size=200), st.booleans())
def test_any_data_in_a_right_envelope_leaves_the_reader_standing(inside: bytes, with_head: bool) -> None:
    head = b"QN=20240123123205877;ST=32;CN=2011;MN=1;Flag=5;CP=&&" if with_head else b""
    stands(frame_of(head + inside + b"&&"))


@settings(max_examples=300)
@given(ITEMS, st.integers(0, 400), st.binary(max_size=4))
def test_a_damaged_frame_leaves_the_reader_standing(items: list, place: int, put: bytes) -> None:
    raw = encode(HEAD, [[pair for pair in item if ";" not in pair[1]] for item in items if item])
    place %= len(raw)
    stands(raw[:place] + put + raw[place + 1 :])
