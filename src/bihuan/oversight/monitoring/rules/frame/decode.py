"""Reading one piece in full: every field with its text, its number and its faults, in the order sent."""

from typing import NamedTuple

from bihuan.oversight.monitoring.rules import sm4
from bihuan.oversight.monitoring.rules.crc import check_value
from bihuan.oversight.monitoring.rules.frame import header, items
from bihuan.oversight.monitoring.rules.frame.dialect import EDITIONS, UNKNOWN, edition_of
from bihuan.oversight.monitoring.rules.frame.ending import STANDARD_LENGTH, judge
from bihuan.oversight.monitoring.rules.frame.faults import Fault
from bihuan.oversight.monitoring.rules.frame.framing import Splitter
from bihuan.oversight.monitoring.rules.frame.times import read_time
from bihuan.oversight.monitoring.rules.frame.types import (
    Check,
    Frame,
    Item,
    Note,
    Piece,
    first_of_each,
    small_number,
)

_LENGTH_FAULTS = (Fault.WRONG_LENGTH, Fault.LENGTH_IN_CHARACTERS)
_PRINTABLE = range(0x20, 0x7F)
_STRANGE_SHARE = (
    4  # one byte in four that is no plain text makes data with a wrong check value look encrypted
)
_MEASURED = range(2011, 2112)


class _Opened(NamedTuple):
    """The segment in plain text, and what its check value is over that."""

    segment: bytes
    check: Check
    readable: bool = True


def decode(piece: Piece, *, key: bytes | None = None) -> Frame:
    """The frame in a piece; never fails: what can't be read is named in `notes`. `key` is the SM4 key."""
    notes = list(piece.notes)
    opened = _open(piece, key, notes)
    cut = header.cut(opened.segment)
    if cut.data is None and b"=" not in opened.segment:
        return _frame(piece, opened, header=(), data=(), notes=[Note(Fault.NOT_A_FRAME), *notes])
    notes += cut.notes
    head = header.read(_text(cut.header, notes), notes)
    data: tuple[Item, ...] = ()
    if cut.data is not None and opened.readable:
        data = items.read(_text(cut.data, notes), notes)
    return _frame(piece, opened, header=head, data=data, notes=notes)


def decode_all(data: bytes, *, key: bytes | None = None) -> list[Frame]:
    """Every frame in `data`, which is all there is of it."""
    splitter = Splitter()
    return [decode(piece, key=key) for piece in (*splitter.feed(data), *splitter.flush())]


def _frame(
    piece: Piece,
    opened: _Opened,
    *,
    header: tuple[tuple[str, str], ...],
    data: tuple[Item, ...],
    notes: list[Note],
) -> Frame:
    head = first_of_each(header)
    said = next((field.text for item in data for field in item if field.name == "DataTime"), "")
    data_time = read_time(said)[0]
    if not said and _needs_data_time(head, data):
        notes.append(Note(Fault.NO_DATA_TIME))
    standard = edition_of(head, data, data_time) if header else UNKNOWN
    flag = small_number(head.get("Flag"))
    if standard == UNKNOWN and flag is not None and flag >> 2 in EDITIONS:
        notes.append(Note(Fault.OTHER_DIALECT, str(flag)))
    return Frame(
        raw=piece.raw,
        segment=opened.segment,
        check=opened.check,
        received=piece.check_text.decode("latin-1"),
        computed=int(piece.check_text, 16) if opened.check is Check.RIGHT else check_value(opened.segment),
        header=header,
        items=data,
        notes=tuple(notes),
        standard=standard,
        data_time=data_time,
    )


def _needs_data_time(head: dict[str, str], data: tuple[Item, ...]) -> bool:
    measured = any(field.number is not None and field.code for item in data for field in item)
    return measured and (small_number(head.get("CN")) or 0) in _MEASURED


def _open(piece: Piece, key: bytes | None, notes: list[Note]) -> _Opened:
    """Decrypt where the data are encrypted; the check value is over the plain text (HJ 212-2025 6.4).

    Of 256 ciphertexts one has that check value by chance, so a right one alone doesn't make data plain.
    """
    as_sent = _Opened(piece.segment, piece.check)
    if piece.check is not Check.WRONG and piece.segment.isascii():
        return as_sent
    data = header.cut(piece.segment).data
    if not data or piece.check is Check.MISSING:
        return as_sent
    printed = sm4.from_printed(data)
    strange = printed is not None or _looks_encrypted(data)
    plain = _decrypted(piece, data, printed or data, key) if key else None
    if plain is None and not strange:
        return as_sent
    notes.append(Note(Fault.ENCRYPTED))
    if printed is not None:
        notes.append(Note(Fault.PRINTED_CIPHERTEXT))
    if plain is None:
        notes.append(Note(Fault.WRONG_KEY if key else Fault.NO_KEY))
        return _Opened(piece.segment, piece.check, readable=False)
    _withdraw(notes, len(plain))
    return _Opened(plain, Check.RIGHT)


def _decrypted(piece: Piece, data: bytes, sent: bytes, key: bytes) -> bytes | None:
    """The whole segment in plain text, if its check value says that the key is the right one."""
    before, _, after = piece.segment.rpartition(data)
    text = sm4.decrypt(sent, key)
    if piece.check is not Check.WRONG and _as_text(text)[1] is not None:
        return None
    plain = before + text + after
    return plain if judge(plain, piece.check_text) is Check.RIGHT else None


def _withdraw(notes: list[Note], length: int) -> None:
    """Length and check value are those of the plain text: no faults, once that is known."""
    for note in tuple(notes):
        length_is_right = note.fault in _LENGTH_FAULTS and note.detail.split(" ")[0] == str(length)
        fits = note.fault is Fault.OVERSIZE and length <= STANDARD_LENGTH
        if note.fault is Fault.WRONG_CHECK_VALUE or length_is_right or fits:
            notes.remove(note)


def _looks_encrypted(data: bytes) -> bool:
    strange = sum(byte not in _PRINTABLE for byte in data)
    if len(data) < sm4.BLOCK or strange * _STRANGE_SHARE < len(data):
        return False
    return _as_text(data)[1] is not None and any(byte < _PRINTABLE.start for byte in data)


def _text(data: bytes, notes: list[Note]) -> str:
    text, fault = _as_text(data)
    if fault:
        notes.append(Note(fault))
    return text


def _as_text(data: bytes) -> tuple[str, Fault | None]:
    """UTF-8, then GB 18030, then whatever can be shown."""
    for encoding, fault in (("utf-8", None), ("gb18030", Fault.GB18030)):
        try:
            return data.decode(encoding), fault
        except UnicodeDecodeError:
            continue
    return data.decode("utf-8", "replace"), Fault.BAD_TEXT
