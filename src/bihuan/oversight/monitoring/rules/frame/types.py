"""What a frame is made of, once read."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from functools import cached_property
from typing import NamedTuple

from bihuan.oversight.monitoring.rules.frame.faults import FAULTS, Fault, Grave

LONGEST_NUMBER = 4


def small_number(text: str | None) -> int | None:
    """A whole number of at most four digits; None for anything else."""
    return int(text) if text and text.isascii() and text.isdigit() and len(text) <= LONGEST_NUMBER else None


def first_of_each(pairs: Iterable[tuple[str, str]]) -> dict[str, str]:
    """A mapping in the order sent; where a name comes twice the first value counts."""
    found: dict[str, str] = {}
    for name, value in pairs:
        found.setdefault(name, value)
    return found


class Check(StrEnum):
    """By which routine the check value is right. `RIGHT` is the standard's own."""

    RIGHT = "hj212"
    SWAPPED = "hj212_swapped"
    MODBUS = "modbus"
    MODBUS_SWAPPED = "modbus_swapped"
    WRONG = "wrong"
    MISSING = "missing"


class Note(NamedTuple):
    """One fault of one frame; `detail` is the text it concerns."""

    fault: Fault
    detail: str = ""


class Piece(NamedTuple):
    """What framing found: `raw` as received, `segment` and `check_text` inside it."""

    raw: bytes
    segment: bytes
    check_text: bytes
    check: Check
    notes: tuple[Note, ...] = ()


class Field(NamedTuple):
    """`name=text` as sent; `code` and `suffix` after repair; `number` where the text is one."""

    name: str
    text: str
    code: str
    suffix: str
    number: Decimal | None


Item = tuple[Field, ...]


@dataclass(frozen=True)
class Frame:
    """A frame with all that could be read of it, in the order sent; `segment` is the plain text."""

    raw: bytes
    segment: bytes
    check: Check
    received: str
    computed: int
    header: tuple[tuple[str, str], ...]
    items: tuple[Item, ...]
    notes: tuple[Note, ...]
    standard: str
    data_time: datetime | None

    @cached_property
    def head(self) -> dict[str, str]:
        return first_of_each(self.header)

    @cached_property
    def fields(self) -> tuple[Field, ...]:
        return tuple(field for item in self.items for field in item)

    @property
    def crc_ok(self) -> bool:
        """Whether the check value is the standard's own, over the plain data segment."""
        return self.check is Check.RIGHT

    @property
    def faults(self) -> tuple[Fault, ...]:
        return tuple(dict.fromkeys(note.fault for note in self.notes))

    @property
    def gravity(self) -> int:
        """The gravest fault's `Grave`; 0 for a frame without any."""
        return max((FAULTS[note.fault][0] for note in self.notes), default=0)

    @property
    def is_whole(self) -> bool:
        """Whether header, check value and every field could be read, perhaps after a repair."""
        return self.gravity < Grave.LOSS

    def first(self, name: str) -> str:
        """The text of the first data field of that name; empty when there is none."""
        return next((field.text for field in self.fields if field.name == name), "")

    @property
    def flag(self) -> int | None:
        return small_number(self.head.get("Flag"))

    @property
    def wants_answer(self) -> bool:
        return bool((self.flag or 0) & 1)
