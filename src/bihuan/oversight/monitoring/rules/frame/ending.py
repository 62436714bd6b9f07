"""Where a frame ends and whether its check value is right, for bytes that are all there."""

import re
from collections.abc import Iterator
from typing import NamedTuple

from bihuan.oversight.monitoring.rules.crc import check_value, modbus_value, swapped
from bihuan.oversight.monitoring.rules.frame.faults import Fault
from bihuan.oversight.monitoring.rules.frame.types import Check, Note

HEX = 4
STANDARD_LENGTH = 1024
LENGTH_DIGITS = 4
MARKS = b"&&"
VALUE = re.compile(rb"[0-9A-Fa-f]{1,4}")
GOOD = frozenset({Check.RIGHT, Check.SWAPPED, Check.MODBUS, Check.MODBUS_SWAPPED})
_LAST_VALUE = re.compile(rb"(?<!=)&&([^&]{0,4})\Z")
_SAID = {
    Check.RIGHT: (),
    Check.SWAPPED: (Fault.SWAPPED_CHECK_VALUE,),
    Check.MODBUS: (Fault.MODBUS_CHECK_VALUE,),
    Check.MODBUS_SWAPPED: (Fault.MODBUS_CHECK_VALUE, Fault.SWAPPED_CHECK_VALUE),
    Check.WRONG: (Fault.WRONG_CHECK_VALUE,),
    Check.MISSING: (Fault.NO_CHECK_VALUE,),
}


class Ending(NamedTuple):
    """`end` is the place behind the check value; `whole` is false where the bytes broke off."""

    end: int
    segment: bytes
    text: bytes
    check: Check
    whole: bool = True


def judge(segment: bytes, text: bytes) -> Check:
    """By which routine `text`, up to four hex digits, is the check value of `segment`; as numbers."""
    value, right = int(text, 16), check_value(segment)
    if value == right:
        return Check.RIGHT
    if len(text) < HEX:
        return Check.WRONG
    modbus = modbus_value(segment)
    others = {modbus: Check.MODBUS, swapped(modbus): Check.MODBUS_SWAPPED, swapped(right): Check.SWAPPED}
    return others.get(value, Check.WRONG)


def with_value(data: bytearray, begin: int, close: int) -> Ending | None:
    """The ending whose segment closes at `close`, its check value right behind; None without one."""
    found = VALUE.match(data, close)
    if found is None:
        return None
    segment = bytes(data[begin:close])
    return Ending(found.end(), segment, found.group(), judge(segment, found.group()))


def without_marks(data: bytearray, begin: int, end: int) -> Ending:
    """What can be made of bytes that stop at `end`: their last four may be the check value."""
    body = bytes(data[begin:end])
    if VALUE.fullmatch(body[-HEX:]) and (check := judge(body[:-HEX], body[-HEX:])) in GOOD:
        return Ending(end, body[:-HEX], body[-HEX:], check)
    if found := _LAST_VALUE.search(body):
        check = Check.WRONG if VALUE.fullmatch(found.group(1)) else Check.MISSING
        return Ending(end, body[: found.start() + 2], found.group(1), check)
    return Ending(end, body, b"", Check.MISSING, whole=False)


def notes(ending: Ending, *, length: int | None, digits: int) -> tuple[Note, ...]:
    """What is wrong with length and check value of an ending; `length` as declared, None when unreadable."""
    found = [*_length_notes(ending, length=length, digits=digits)]
    found += [Note(fault, ending.text.decode("latin-1")) for fault in _SAID[ending.check]]
    if ending.check is not Check.MISSING:
        found += [Note(fault, ending.text.decode()) for fault in _form_faults(ending.text)]
    return tuple(found)


def _form_faults(text: bytes) -> Iterator[Fault]:
    if len(text) < HEX:
        yield Fault.SHORT_CHECK_VALUE
    if text != text.upper():
        yield Fault.LOWER_CASE_CHECK_VALUE


def _length_notes(ending: Ending, *, length: int | None, digits: int) -> list[Note]:
    real = len(ending.segment)
    found = []
    if not ending.whole:
        found.append(Note(Fault.CUT_SHORT))
    if length is None:
        found.append(Note(Fault.BAD_LENGTH))
    elif digits != LENGTH_DIGITS:
        found.append(Note(Fault.ODD_LENGTH_FIELD, str(digits)))
    if length is not None and length != real and ending.whole:
        in_characters = length == len(ending.segment.decode("utf-8", "replace"))
        fault = Fault.LENGTH_IN_CHARACTERS if in_characters else Fault.WRONG_LENGTH
        found.append(Note(fault, f"{length} / {real}"))
    if real > STANDARD_LENGTH:
        found.append(Note(Fault.OVERSIZE, str(real)))
    return found
