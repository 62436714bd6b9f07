"""Messages as rows of PostgreSQL's binary COPY format."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from struct import Struct
from typing import NamedTuple

from bihuan.oversight.monitoring.rules.frame.layout import Layout

COLUMNS = (
    "data_time", "arrived_at", "outlet", "logger", "command", "part", "version", "origin", "layout",
    "system", "city", "flags", "extras", "values",
)  # fmt: skip
HEAD = b"PGCOPY\n\xff\r\n\0" + bytes(8)
TAIL = b"\xff\xff"

_EPOCH = datetime(2000, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
_FLOAT4 = 700  # pg_type.oid
_FIXED = Struct(">hiqiqiiiiihihihihii")
_LENGTH = Struct(">i")


class Key(NamedTuple):
    """What makes a message the same one when it comes again."""

    outlet: int
    command: int
    data_time: int
    system: str
    part: int


class Told(NamedTuple):
    """What a message says; another one under the same key is a new version."""

    layout: Layout
    values: tuple[float, ...]
    flags: str
    extras: str


class MessageRow(NamedTuple):
    """One message to be stored. Times are microseconds since 2000-01-01 UTC, as PostgreSQL counts them."""

    key: Key
    told: Told
    arrived_at: int
    logger: int
    origin: int


@lru_cache(maxsize=20_000)
def microseconds(moment: datetime) -> int:
    return (moment - _EPOCH) // _MICROSECOND


def moment_of(microseconds_since_2000: int) -> datetime:
    return _EPOCH + microseconds_since_2000 * _MICROSECOND


def pack(row: MessageRow, *, layout: int, city: bytes, version: int = 1) -> bytes:
    """The row in binary; `layout` is the key of its layout in the database."""
    key, told = row.key, row.told
    fixed = _FIXED.pack(
        len(COLUMNS), 8, key.data_time, 8, row.arrived_at, 4, key.outlet, 4, row.logger,
        2, key.command, 2, key.part, 2, version, 2, row.origin, 4, layout,
    )  # fmt: skip
    texts = _text(key.system), _bytes(city), _text(told.flags), _text(told.extras)
    return b"".join((fixed, *texts, _array(told.values)))


def _bytes(data: bytes) -> bytes:
    return _LENGTH.pack(len(data)) + data


@lru_cache(maxsize=4096)
def _text(text: str) -> bytes:
    return _bytes(text.replace("\0", " ").encode())


def _array(values: Sequence[float]) -> bytes:
    form, head, arguments = _form(len(values))
    filled = arguments.copy()
    filled[1::2] = values
    return head + form.pack(*filled)


@lru_cache(maxsize=1024)
def _form(size: int) -> tuple[Struct, bytes, list[float]]:
    """How an array of so many float4 is written: its head, and the length 4 before each value."""
    form = Struct(">" + "if" * size)
    dimensions = Struct(">iii").pack(1, 0, _FLOAT4) + Struct(">ii").pack(size, 1)
    empty = Struct(">iii").pack(0, 0, _FLOAT4)
    content = dimensions if size else empty
    return form, _LENGTH.pack(len(content) + form.size) + content, [4] * (2 * size)
