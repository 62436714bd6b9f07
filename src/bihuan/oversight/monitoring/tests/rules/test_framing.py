"""Cutting a stream into frames: length first, end marks where it lies, and never out of step for long."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bihuan.oversight.monitoring.rules.crc import check_value, modbus_value, swapped
from bihuan.oversight.monitoring.rules.frame import ending
from bihuan.oversight.monitoring.rules.frame.encode import encode, frame_of
from bihuan.oversight.monitoring.rules.frame.faults import Fault
from bihuan.oversight.monitoring.rules.frame.framing import LONGEST, PATIENCE, Splitter
from bihuan.oversight.monitoring.rules.frame.types import Check, Piece
from bihuan.oversight.monitoring.tests.rules.frames import FLOW, HEAD, PLAIN, SEGMENT, TIME, segment

BODY = PLAIN[:-2]
VALUE = PLAIN[-6:-2]


def cut(data: bytes) -> list[Piece]:
    splitter = Splitter()
    return [*splitter.feed(data), *splitter.flush()]


def faults(piece: Piece) -> list[Fault]:
    return [note.fault for note in piece.notes]


def only(data: bytes) -> Piece:
    (piece,) = cut(data)
    return piece


def test_a_plain_frame_comes_out_as_it_is() -> None:
    piece = only(PLAIN)
    assert piece == Piece(BODY, SEGMENT, VALUE, Check.RIGHT)


def test_a_frame_comes_out_before_its_line_end_has_arrived() -> None:
    assert Splitter().feed(BODY)[0].segment == SEGMENT


@pytest.mark.parametrize(
    ("between", "fault"),
    [(b"\r\n", []), (b"\n", [Fault.LF_ONLY]), (b"", [Fault.GLUED]), (b"\r\n\r\n ", []), (b"#", [])],
)
def test_glued_frames_are_both_read(between: bytes, fault: list[Fault]) -> None:
    first, second = cut(BODY + between + BODY)
    assert (faults(first), faults(second)) == ([], fault)
    assert first.segment == second.segment == SEGMENT


def test_a_chunk_behind_a_frame_without_line_end_is_not_taken_for_the_first() -> None:
    splitter = Splitter()
    splitter.feed(BODY)
    assert faults(splitter.feed(PLAIN)[0]) == [Fault.GLUED]


def test_rubbish_before_and_behind_is_kept_apart() -> None:
    pieces = cut(b"recv: " + PLAIN + b"ok\r\n" + PLAIN)
    assert [piece.check for piece in pieces] == [Check.MISSING, Check.RIGHT, Check.MISSING, Check.RIGHT]
    assert faults(pieces[0]) == faults(pieces[2]) == [Fault.NO_ENVELOPE]


@pytest.mark.parametrize("length", [b"0000", b"0004", b"0100", b"0999", b"9999"])
def test_a_wrong_length_is_repaired_by_end_marks_and_check_value(length: bytes) -> None:
    first, second = cut(b"##" + length + SEGMENT + VALUE + b"\r\n" + PLAIN)
    repaired = Fault.BAD_LENGTH if length == b"9999" else Fault.WRONG_LENGTH
    assert (first.check, faults(first)) == (Check.RIGHT, [repaired])
    assert (first.segment, second.segment) == (SEGMENT, SEGMENT)


def test_a_length_that_counts_characters() -> None:
    text = SEGMENT.replace(b"3.41", "三".encode())
    piece = only(frame_of(text).replace(b"##%04d" % len(text), b"##%04d" % len(text.decode())))
    assert (piece.check, faults(piece), piece.segment) == (Check.RIGHT, [Fault.LENGTH_IN_CHARACTERS], text)


@pytest.mark.parametrize("digits", [b"163", b"00163"])
def test_a_length_of_another_number_of_digits(digits: bytes) -> None:
    right = digits.replace(b"163", str(len(SEGMENT)).encode())
    piece = only(b"##" + right + SEGMENT + VALUE)
    assert (piece.check, faults(piece)) == (Check.RIGHT, [Fault.ODD_LENGTH_FIELD])


def test_no_length_at_all() -> None:
    piece = only(b"##" + SEGMENT + VALUE)
    assert (piece.check, faults(piece)) == (Check.RIGHT, [Fault.BAD_LENGTH])


@pytest.mark.parametrize(
    ("value", "check", "said"),
    [
        (b"%04X" % modbus_value(SEGMENT), Check.MODBUS, [Fault.MODBUS_CHECK_VALUE]),
        (
            b"%04X" % swapped(modbus_value(SEGMENT)),
            Check.MODBUS_SWAPPED,
            [Fault.MODBUS_CHECK_VALUE, Fault.SWAPPED_CHECK_VALUE],
        ),
        (b"%04X" % swapped(check_value(SEGMENT)), Check.SWAPPED, [Fault.SWAPPED_CHECK_VALUE]),
        (b"0102", Check.WRONG, [Fault.WRONG_CHECK_VALUE]),
        (b"zzzz", Check.MISSING, [Fault.NO_CHECK_VALUE]),
    ],
)
def test_the_routine_of_the_check_value_is_named(value: bytes, check: Check, said: list[Fault]) -> None:
    piece = cut(b"##%04d" % len(SEGMENT) + SEGMENT + value + b"\r\n" + PLAIN)[0]
    assert (piece.check, faults(piece)) == (check, said)
    assert piece.segment == SEGMENT


def test_the_check_value_is_compared_as_a_number() -> None:
    text = next(
        text for n in range(9999) if check_value(text := SEGMENT.replace(b"3.41", b"%d" % n)) < 0x1000
    )
    value = check_value(text)
    short = only(b"##%04d" % len(text) + text + b"%X" % value + b"\r\n")
    assert (short.check, faults(short)) == (Check.RIGHT, [Fault.SHORT_CHECK_VALUE])
    assert cut(b"##%04d" % len(text) + text + b"%X" % (value ^ 0x800) + b"\r\n")[0].check is Check.WRONG
    many = (frame_of(SEGMENT.replace(b"3.41", b"%d" % n)) for n in range(9999))
    small = next(frame for frame in many if not frame[-6:-2].isdigit())
    piece = only(small[:-6] + small[-6:].lower())
    assert (piece.check, faults(piece)) == (Check.RIGHT, [Fault.LOWER_CASE_CHECK_VALUE])


def test_the_closing_marks_are_missing() -> None:
    text = SEGMENT[:-2]
    piece = only(b"##%04d" % (len(text) + 2) + text + b"%04X" % check_value(text) + b"\r\n")
    assert (piece.check, piece.segment) == (Check.RIGHT, text)


def test_half_a_frame_doesn_t_swallow_the_next() -> None:
    first, second = cut(BODY[:80] + PLAIN)
    assert faults(first) == [Fault.CUT_SHORT, Fault.NO_CHECK_VALUE]
    assert (second.check, second.segment) == (Check.RIGHT, SEGMENT)


def test_bytes_lost_in_the_middle_cost_one_frame() -> None:
    first, second = cut(BODY[:60] + BODY[90:] + b"\r\n" + PLAIN)
    assert faults(first) == [Fault.WRONG_LENGTH, Fault.WRONG_CHECK_VALUE]
    assert second.segment == SEGMENT


def test_half_a_frame_at_the_end_waits_and_is_named_when_nothing_follows() -> None:
    splitter = Splitter()
    assert splitter.feed(PLAIN[:50]) == []
    assert splitter.waiting == 50
    (piece,) = splitter.flush()
    assert (piece.raw, faults(piece)) == (PLAIN[:50], [Fault.CUT_SHORT, Fault.NO_CHECK_VALUE])
    assert splitter.waiting == 0


def test_encrypted_data_may_hold_any_byte() -> None:
    text = SEGMENT[:-2] + b"##0012QN=\r\n&&&&##" + b"&&"
    piece = only(frame_of(text))
    assert (piece.check, piece.segment) == (Check.RIGHT, text)


def test_a_long_frame_is_read_and_noted() -> None:
    piece = only(encode(HEAD, (TIME, *([FLOW] * 50))))
    assert (piece.check, faults(piece)) == (Check.RIGHT, [Fault.OVERSIZE])


def test_end_marks_that_end_nothing_are_passed_over() -> None:
    text = SEGMENT[:-2] + b";note=a&&b&&0F00;c=1&&"
    assert only(frame_of(text)).segment == text
    broken = only(b"##0009" + text + b"%04X\r\n" % check_value(text))
    assert (broken.segment, faults(broken)) == (text, [Fault.WRONG_LENGTH])


def test_patience_with_end_marks_ends() -> None:
    marks = b"&&0102" * (PATIENCE + 4)
    first, second = cut(b"##0005QN=1;" + marks + b"\r\n" + PLAIN)
    assert first.check is Check.WRONG
    assert second.segment == SEGMENT


def test_a_length_that_never_comes_true_ends_at_the_limit() -> None:
    pieces = cut(b"##8000QN=" + b"x" * (2 * LONGEST) + b"\r\n" + PLAIN)
    assert [len(piece.raw) for piece in pieces[:2]] == [LONGEST, LONGEST]
    assert pieces[-1].segment == SEGMENT


def test_endless_blanks_and_signs_are_thrown_out_in_blocks() -> None:
    splitter = Splitter()
    for _ in range(5):
        splitter.feed(b" " * LONGEST)
        splitter.feed(b"#" * LONGEST)
    assert splitter.waiting <= 2 * LONGEST


def test_a_segment_without_envelope_keeps_its_check_value() -> None:
    piece = only(b"2024-01-23 12:32 " + SEGMENT + VALUE)
    assert (piece.check, piece.segment, faults(piece)) == (Check.RIGHT, SEGMENT, [Fault.NO_ENVELOPE])


def test_opening_marks_alone_before_the_check_value() -> None:
    text = b"QN=20240123123205877;ST=32;CN=1011;CP=&&"
    piece = only(b"##9999" + text + b"%04X\r\n" % check_value(text))
    assert (piece.check, piece.segment) == (Check.RIGHT, text)


NOISE = st.one_of(
    st.binary(max_size=40),
    st.sampled_from(
        [b"##", b"#", b"&&", b"\r\n", b"\n", b"##0012", b"##0012QN=", b"&&1C8", b"&&1C80", b"CP=&&"]
    ),
    st.integers(0, len(PLAIN)).map(lambda size: PLAIN[:size]),
    st.integers(0, len(PLAIN)).map(lambda start: PLAIN[start:]),
    st.just(PLAIN),
    st.just(segment("QN=1;CP=&&&&")),
    st.just(b"##0200" + SEGMENT + VALUE),
    st.just(b"##0020" + SEGMENT + b"%04X" % modbus_value(SEGMENT)),
)


@settings(max_examples=400)
@given(st.lists(NOISE, max_size=12).map(b"".join), st.data())
def test_any_cutting_of_a_stream_gives_the_same_pieces(stream: bytes, chooser: st.DataObject) -> None:
    places = chooser.draw(st.lists(st.integers(0, len(stream)), max_size=20).map(sorted))
    splitter = Splitter()
    pieces: list[Piece] = []
    for start, end in zip([0, *places], [*places, len(stream)], strict=True):
        pieces += splitter.feed(stream[start:end])
    pieces += splitter.flush()
    assert pieces == cut(stream)


@settings(max_examples=200)
@given(st.lists(NOISE, max_size=12).map(b"".join))
def test_byte_by_byte_gives_the_same_pieces_and_loses_no_byte(stream: bytes) -> None:
    splitter = Splitter()
    pieces = [piece for byte in stream for piece in splitter.feed(bytes([byte]))]
    pieces += splitter.flush()
    assert pieces == cut(stream)
    kept = b"".join(piece.raw for piece in pieces)
    blank = bytes(range(33)) + b"#"
    assert kept.translate(None, blank) == stream.translate(None, blank)


@pytest.mark.parametrize(
    "unit",
    [
        b"##8000QN=",
        b"##8000QN=&&0102",
        b"&&0102",
        b"##0005QN=1&&0102",
        b"#",
        b"##",
        b" ",
        b"&",
        b"##8191&&0102",
    ],
)
def test_hostile_streams_cost_no_more_than_their_length(unit: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    """Counted, not timed: the bytes that check values were computed over, per byte received."""
    computed = 0
    judge = ending.judge

    def counting(segment: bytes, text: bytes) -> Check:
        nonlocal computed
        computed += len(segment)
        return judge(segment, text)

    monkeypatch.setattr(ending, "judge", counting)

    def cost(size: int) -> float:
        nonlocal computed
        computed = 0
        cut((unit * size)[:size])
        return computed / size

    assert cost(48_000) <= 1.3 * cost(24_000) + 1
