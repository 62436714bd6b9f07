"""How the fields of a message are laid out in a stored row: values in one array, flags in one string.

All messages of one device and command have the same names in the same order, so the names are kept once.
"""

import math
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from functools import cached_property, lru_cache
from hashlib import sha256
from typing import NamedTuple

from bihuan.oversight.monitoring.rules.frame.items import FLAG, TEXTS, TIME_NAMES, TIMES
from bihuan.oversight.monitoring.rules.frame.times import read_time
from bihuan.oversight.monitoring.rules.frame.types import Field, Frame

ONE_FLAG = 1
UNREADABLE = "?"
LARGEST = Decimal("3.4e38")


class Kind(StrEnum):
    """`AGE` is a sampling time, kept as the seconds by which it precedes the time of the data."""

    VALUE = "value"
    AGE = "age"
    FLAG = "flag"
    TEXT = "text"
    TIME = "time"


class Column(NamedTuple):
    """One field: where it stands in the row's array or string, counted from 1 as PostgreSQL does."""

    name: str
    code: str
    suffix: str
    kind: Kind
    position: int


@dataclass(frozen=True)
class Layout:
    """The names of a message in order, misprints repaired."""

    names: tuple[str, ...]

    @cached_property
    def digest(self) -> str:
        return sha256("\n".join(self.names).encode()).hexdigest()[:32]

    @property
    def columns(self) -> tuple[Column, ...]:
        return _columns(self.names)


@lru_cache(maxsize=4096)
def _columns(names: tuple[str, ...]) -> tuple[Column, ...]:
    counted: dict[str, int] = {}
    found = []
    for name in names:
        code, _, suffix = name.rpartition("-")
        kind = _kind(name, suffix)
        row = "array" if kind in (Kind.VALUE, Kind.AGE) else kind
        counted[row] = counted.get(row, 0) + 1
        found.append(Column(name, code, suffix, kind, counted[row]))
    return tuple(found)


class Row(NamedTuple):
    """A message as it is stored; a value that is no number is NaN, texts and faulty values are `extras`."""

    layout: Layout
    values: tuple[float, ...]
    flags: str
    extras: str


def _kind(name: str, suffix: str) -> Kind:
    if name in TIME_NAMES:
        return Kind.TIME
    if suffix == FLAG or name == FLAG:
        return Kind.FLAG
    if suffix in TIMES:
        return Kind.AGE
    return Kind.TEXT if suffix in TEXTS else Kind.VALUE


def row_of(frame: Frame) -> Row:
    """A fully decoded message as a row."""
    layout = Layout(tuple(map(_mended, frame.fields)))
    values: list[float] = []
    flags: list[str] = []
    extras: list[str] = []
    for field, column in zip(frame.fields, layout.columns, strict=True):
        kept = True
        if column.kind is Kind.VALUE:
            values.append(_single(field.number))
            kept = not math.isnan(values[-1])
        elif column.kind is Kind.AGE:
            values.append(_age(frame, field))
            kept = not math.isnan(values[-1])
        elif column.kind is Kind.FLAG:
            kept = len(field.text) == ONE_FLAG
            flags.append(field.text if kept else UNREADABLE)
        else:
            kept = field.name == "DataTime"
        if not kept:
            extras.append(f"{field.name}={field.text}")
    return Row(layout, tuple(values), "".join(flags), "\n".join(extras))


def _single(number: Decimal | None) -> float:
    """The number if a float4 can hold it."""
    return float(number) if number is not None and abs(number) <= LARGEST else math.nan


def _mended(field: Field) -> str:
    return f"{field.code}-{field.suffix}" if field.code else field.name


def _age(frame: Frame, field: Field) -> float:
    moment = read_time(field.text)[0]
    if moment is None or frame.data_time is None:
        return math.nan
    return (frame.data_time - moment).total_seconds()
