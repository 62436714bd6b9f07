"""The header of a data segment: what stands before CP (HJ 212-2017 6.3.2, HJ/T 212-2005 6.3)."""

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

from bihuan.oversight.monitoring.rules.frame.faults import Fault
from bihuan.oversight.monitoring.rules.frame.times import read_request_number
from bihuan.oversight.monitoring.rules.frame.types import Note, first_of_each, small_number

NAMES = ("QN", "ST", "CN", "PW", "MN", "Flag", "PNUM", "PNO", "RF")
_BY_LETTERS = {name.lower(): name for name in NAMES}
_GLUED = re.compile(
    rf"(=[^;,=]*?)(?=(?:{'|'.join(sorted(NAMES, key=len, reverse=True))})\s*=)", re.IGNORECASE
)
_CP = re.compile(rb"(?<![A-Za-z])(CP)\s*=\s*(&&)?", re.IGNORECASE)
MARKS = b"&&"
_SEPARATOR = re.compile("[;,]")
_FULL_WIDTH = str.maketrans("；，＝＆", ";,=&")
LARGEST_FLAG = 255
SYSTEM_LENGTH = 2
QN_END = 20
LONGEST_KEPT = 256  # headers above are read anew each time, so that nobody fills the memory with them
DATA_ANSWER = "9014"  # may lack the device number in 2005


Header = tuple[tuple[tuple[str, str], ...], tuple[Note, ...]]


class Parts(NamedTuple):
    """A segment cut at CP; `data` is None without a CP."""

    header: bytes
    data: bytes | None
    notes: tuple[Note, ...]


def cut(segment: bytes) -> Parts:
    """Header and data of a segment, the marks around the data taken off."""
    before, opening, data = segment.partition(b";CP=&&")
    if opening and data[-2:] == MARKS and b"CP" not in before:
        return Parts(before, data[:-2], ())
    found = _CP.search(segment)
    if found is None:
        return Parts(segment, None, (Note(Fault.NO_CP),))
    before = segment[: found.start()].rstrip(b";, \t\r\n")
    separator = segment[len(before) : found.start()]
    notes = [Note(fault, "CP") for fault in _opening_faults(found, separator)]
    data = segment[found.end() :]
    if data.endswith(MARKS):
        data = data[:-2]
    else:
        notes.append(Note(Fault.NO_END_MARKS))
    return Parts(before, data, tuple(notes))


def _opening_faults(found: re.Match[bytes], separator: bytes) -> Iterator[Fault]:
    name, marks = found.groups()
    if found.start() and b";" not in separator:
        yield Fault.COMMA_FOR_SEMICOLON if b"," in separator else Fault.MISSING_SEMICOLON
    if marks is None:
        yield Fault.NO_START_MARKS
    if name != b"CP":
        yield Fault.NAME_CASE
    if separator.strip() != separator or found.group() != name + b"=" + (marks or b""):
        yield Fault.BLANKS


def read(text: str, notes: list[Note]) -> tuple[tuple[str, str], ...]:
    """The header's fields in order; what is wrong is added to `notes`."""
    if text[:3] == "QN=" and text[QN_END : QN_END + 1] == ";" and len(text) <= LONGEST_KEPT:
        fields, found = _read_behind(text[QN_END + 1 :])
        asked = text[3:QN_END]
        if fault := read_request_number(asked)[1]:
            notes.append(Note(fault, asked))
        notes += found
        return (("QN", asked), *fields)
    read_fields, found = _read(text)
    notes += found
    return read_fields


@lru_cache(maxsize=8192)
def _read_behind(text: str) -> Header:
    """What follows a QN is the same in every message of one device and command."""
    fields, notes = _read(f"QN=20000101000000000;{text}")
    return fields[1:], notes


def _read(text: str) -> Header:
    notes: list[Note] = []
    plain = text.translate(_FULL_WIDTH)
    if plain != text:
        notes.append(Note(Fault.FULL_WIDTH))
    split = _GLUED.sub(r"\1;", plain)
    if split != plain:
        notes.append(Note(Fault.MISSING_SEMICOLON, plain))
    if "," in split:
        stray = ",;" in split or ";," in split
        notes.append(Note(Fault.STRAY_SEPARATOR if stray else Fault.COMMA_FOR_SEMICOLON, plain))
    fields = [_field(token, notes) for token in _SEPARATOR.split(split) if token]
    names = [name for name, _ in fields]
    notes += [
        Note(Fault.REPEATED_HEADER_FIELD, name) for name in dict.fromkeys(names) if names.count(name) > 1
    ]
    _examine(first_of_each(fields), notes)
    return tuple(fields), tuple(notes)


def _field(token: str, notes: list[Note]) -> tuple[str, str]:
    name, equals, value = token.partition("=")
    name, value = name.strip(), value.strip()
    if len(name) + len(equals) + len(value) != len(token):
        notes.append(Note(Fault.BLANKS, token))
    if not equals:
        notes.append(Note(Fault.NO_EQUALS, token))
    known = _BY_LETTERS.get(name.lower(), name)
    if known != name:
        notes.append(Note(Fault.NAME_CASE, name))
    elif known not in NAMES:
        notes.append(Note(Fault.UNKNOWN_HEADER_FIELD, name))
    return known, value


def _examine(head: dict[str, str], notes: list[Note]) -> None:
    command, flag = head.get("CN", ""), head.get("Flag")
    if not head.get("ST"):
        notes.append(Note(Fault.NO_ST))
    elif len(head["ST"]) != SYSTEM_LENGTH:
        notes.append(Note(Fault.ODD_ST, head["ST"]))
    if not (command.isascii() and command.isdigit()):
        notes.append(Note(Fault.NO_CN, command))
    if not head.get("MN") and (command, flag) != (DATA_ANSWER, None):
        notes.append(Note(Fault.NO_MN))
    if "QN" in head and (fault := read_request_number(head["QN"])[1]):
        notes.append(Note(fault, head["QN"]))
    number = small_number(flag)
    if flag is not None and (number is None or number > LARGEST_FLAG):
        notes.append(Note(Fault.BAD_FLAG, flag))
    elif number is not None and number >> 2 and number & 1 and "QN" not in head:
        notes.append(Note(Fault.NO_QN))
    _examine_parts(head, number, notes)


def _examine_parts(head: dict[str, str], flag: int | None, notes: list[Note]) -> None:
    numbers = [head[name] for name in ("PNUM", "PNO") if name in head]
    announced = flag is not None and bool(flag & 2)
    if announced and not numbers and flag and flag >> 2:  # 2005 announces parts where there are none
        notes.append(Note(Fault.PARTS_MISSING, str(flag)))
    if numbers and flag is not None and not announced:
        notes.append(Note(Fault.PARTS_UNANNOUNCED, str(flag)))
    if numbers and parts_of(head) is None:
        notes.append(Note(Fault.BAD_PARTS, " / ".join(numbers)))


def parts_of(head: dict[str, str]) -> tuple[int, int] | None:
    """Which part of how many; None when the two numbers are absent or impossible."""
    part, parts = small_number(head.get("PNO")), small_number(head.get("PNUM"))
    return (part, parts) if part and parts and part <= parts else None
