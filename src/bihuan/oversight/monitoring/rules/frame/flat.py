"""The fast way for messages just as the standard has them, of a device that has sent such ones before.

It says exactly what the full reading says, or nothing: anything unusual is left to the full reading. One
pattern per layout checks names, separators and the form of all values and takes them out in a single pass.
"""

import re
from collections.abc import Callable
from datetime import datetime
from operator import itemgetter
from typing import NamedTuple

from bihuan.oversight.monitoring.rules.frame.dialect import DRAFTED, EDITIONS
from bihuan.oversight.monitoring.rules.frame.layout import Kind, Layout, Row, row_of
from bihuan.oversight.monitoring.rules.frame.times import read_time
from bihuan.oversight.monitoring.rules.frame.types import Frame

MOST_HEADS = 100_000
MOST_LAYOUTS = 1_000
MOST_TIMES = 20_000
LAYOUTS_OF_ONE = 4  # a device that changes its layout more often is read in full

_BUT_SEPARATORS = bytes(set(range(256)) - set(b";,"))
_OPENING = b"CP=&&"
_QN_END = 20
_DATE_DIGITS = 14
_FIRST_YEAR_2025 = b"%d" % DRAFTED
_SIMPLE = {Kind.TIME, Kind.VALUE, Kind.FLAG}
_FORMS = {Kind.TIME: rb"([0-9]{14})", Kind.VALUE: rb"([0-9.\-]{1,24})", Kind.FLAG: rb"([!-+\--:<>-~])"}

Taking = Callable[[tuple[bytes, ...]], tuple[bytes, ...]]


class Head(NamedTuple):
    """What a header says apart from its QN: the same in every message of one device and command."""

    system: str
    command: int
    device: str
    password: str
    flag: int
    edition: str


class Flat(NamedTuple):
    """A message read the fast way."""

    head: Head
    request_number: str
    data_time: datetime
    row: Row


class _Shape(NamedTuple):
    """`values` and `flags` take them out of the pattern's groups; the time is the group at `time`."""

    layout: Layout
    pattern: re.Pattern[bytes]
    time: int
    values: Taking
    flags: Taking


class FlatReader:
    """Knows the headers and layouts it has learnt from fully read messages; one per process."""

    def __init__(self) -> None:
        self._heads: dict[bytes, tuple[Head, list[_Shape]]] = {}
        self._shapes: dict[tuple[tuple[str, ...], bytes], _Shape] = {}
        self._times: dict[bytes, datetime | None] = {}

    def read(self, segment: bytes) -> Flat | None:
        """The message in a segment whose length and check value are right; None if it isn't a plain one."""
        before, _, data = segment.partition(_OPENING)
        known = self._heads.get(before[_QN_END:])
        if known is None:
            return None
        head, shapes = known
        asked = before[3:_QN_END]
        if before[:3] != b"QN=" or not asked.isdigit() or self._time(asked[:_DATE_DIGITS]) is None:
            return None
        if head.edition == EDITIONS[2] and asked[:4] < _FIRST_YEAR_2025:
            return None
        for shape in shapes:
            if found := shape.pattern.fullmatch(data):
                groups = found.groups()
                time = self._time(groups[shape.time])
                row = _row(shape, groups)
                return Flat(head, asked.decode(), time, row) if time and row else None
        return None

    def learn(self, frame: Frame, row: Row | None = None) -> None:
        """Remember header and layout of a message without any fault; `row` is its row where it is known."""
        if frame.notes or len(self._shapes) >= MOST_LAYOUTS:
            return
        row = row or row_of(frame)
        if not _is_plain(frame, row):
            return
        before, _, data = frame.segment.partition(_OPENING)
        separators = data[:-2].translate(None, _BUT_SEPARATORS)
        shape = self._shapes.get((row.layout.names, separators))
        if shape is None:
            shape = _shape_of(row.layout, _form(data, row.layout))
            self._shapes[row.layout.names, separators] = shape
        if len(self._heads) >= MOST_HEADS:
            self._heads.clear()
        _, shapes = self._heads.setdefault(before[_QN_END:], (_head_of(frame), []))
        if shape not in shapes and len(shapes) < LAYOUTS_OF_ONE:
            shapes.append(shape)

    def _time(self, digits: bytes) -> datetime | None:
        found = self._times.get(digits)
        if found is None:
            if len(self._times) >= MOST_TIMES:
                self._times.clear()
            moment, fault = read_time(digits.decode())
            found = self._times[digits] = None if fault else moment
        return found


def _row(shape: _Shape, groups: tuple[bytes, ...]) -> Row | None:
    try:
        values = tuple(map(float, shape.values(groups)))
    except ValueError:
        return None
    return Row(shape.layout, values, b"".join(shape.flags(groups)).decode(), "")


def _is_plain(frame: Frame, row: Row) -> bool:
    """Numbers and flags with a time, announced by QN and flag, in one part: nearly all traffic."""
    if frame.flag is None or frame.header[0][0] != "QN" or not frame.segment.isascii():
        return False
    if {"PNO", "PNUM", "RF"} & frame.head.keys() or not frame.fields:
        return False
    kinds = [column.kind for column in row.layout.columns]
    simple = set(kinds) <= _SIMPLE and kinds.count(Kind.TIME) == 1 and Kind.VALUE in kinds
    return simple and frame.data_time is not None and not row.extras


def _form(data: bytes, layout: Layout) -> bytes:
    """The pattern of data laid out like these: names and separators as they are, values by their kind."""
    forms = iter(layout.columns)
    pieces = re.split(rb"([;,])", data[:-2])
    built = [
        piece if number % 2 else re.escape(piece.partition(b"=")[0]) + b"=" + _FORMS[next(forms).kind]
        for number, piece in enumerate(pieces)
    ]
    return b"".join(built) + b"&&"


def _shape_of(layout: Layout, form: bytes) -> _Shape:
    at = {kind: [n for n, column in enumerate(layout.columns) if column.kind is kind] for kind in Kind}
    return _Shape(layout, re.compile(form), at[Kind.TIME][0], _taking(at[Kind.VALUE]), _taking(at[Kind.FLAG]))


def _taking(places: list[int]) -> Taking:
    """As itemgetter, which gives a single one bare and can't take none."""
    if len(places) > 1:
        return itemgetter(*places)
    return lambda groups: tuple(groups[place] for place in places)


def _head_of(frame: Frame) -> Head:
    head, flag = frame.head, frame.flag or 0
    return Head(head["ST"], int(head["CN"]), head["MN"], head.get("PW", ""), flag, frame.standard)
