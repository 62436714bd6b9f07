"""Writing frames: the inverse of reading, and only what a reader would read back."""

import re
from collections.abc import Iterable, Sequence

from django.utils.translation import gettext_lazy as _

from bihuan.kernel.errors import BihuanError
from bihuan.oversight.monitoring.rules import sm4
from bihuan.oversight.monitoring.rules.crc import check_value
from bihuan.oversight.monitoring.rules.frame.ending import STANDARD_LENGTH

Pairs = Sequence[tuple[str, str]]
LONGEST_DATA = 950  # characters of CP (HJ 212-2017 6.3.2)
MOST_PARTS = 9999
_HEADER = re.compile(r"[^;,=&#\s\0]*")
_NAME = re.compile(r"[^;,=&#\s\0]+")
_VALUE = re.compile(r"(?!//)[^;,=&#\r\n\0]*|//(?:(?!//|&&)[^\r\n\0])*//")
_BLANK = re.compile(r"\A\s|\s\Z")


class CannotBeSent(BihuanError):
    message = _("The field %(name)s can't be sent: name or value holds a sign that separates fields.")


class TooLong(BihuanError):
    message = _("The data segment has %(size)s bytes; one frame holds %(most)s.")


def frame_of(segment: bytes, *, sent: bytes | None = None) -> bytes:
    """A segment in its envelope; `sent` goes over the wire in its place when it is encrypted."""
    if len(segment) > MOST_PARTS:
        raise TooLong(size=len(segment), most=STANDARD_LENGTH)
    return b"##%04d%b%04X\r\n" % (len(segment), segment if sent is None else sent, check_value(segment))


def encode(header: Pairs, items: Sequence[Pairs] = (), *, key: bytes | None = None) -> bytes:
    """One frame; `key` encrypts the data (HJ 212-2025 6.4), the check value stays that of the plain text."""
    before = ";".join([*_written(header, _HEADER), "CP=&&"]).encode()
    data = _data(items).encode()
    sent = None if key is None else before + sm4.encrypt(data, key) + b"&&"
    return frame_of(before + data + b"&&", sent=sent)


def encode_parts(header: Pairs, items: Sequence[Pairs], *, key: bytes | None = None) -> list[bytes]:
    """One frame, or several where the data are too long: whole items, the time in each part (6.3.4)."""
    groups = _groups(items)
    if len(groups) < 2:
        return [encode(header, items, key=key)]
    frames = []
    for number, group in enumerate(groups, 1):
        numbered = [(name, _split_flag(name, value)) for name, value in header]
        numbered += [("PNUM", str(len(groups))), ("PNO", str(number))]
        frames.append(encode(numbered, group, key=key))
    return frames


def items_of(pairs: Iterable[tuple[str, str]]) -> list[list[tuple[str, str]]]:
    """Fields in a row put into items: neighbours of one factor belong together."""
    items: list[list[tuple[str, str]]] = []
    before = ""
    for name, value in pairs:
        code = name.rpartition("-")[0]
        if code and code == before:
            items[-1].append((name, value))
        else:
            items.append([(name, value)])
        before = code
    return items


def _data(items: Sequence[Pairs]) -> str:
    return ";".join(",".join(_written(item, _VALUE)) for item in items)


def _written(pairs: Pairs, allowed: re.Pattern[str]) -> list[str]:
    for name, value in pairs:
        if not _NAME.fullmatch(name) or not allowed.fullmatch(value) or _BLANK.search(value):
            raise CannotBeSent(name=name)
    return [f"{name}={value}" for name, value in pairs]


def _groups(items: Sequence[Pairs]) -> list[list[Pairs]]:
    """Items in parts of at most 950 bytes; the time of the data is repeated in each."""
    time = [item for item in items[:1] if item and item[0][0] == "DataTime"]
    groups: list[list[Pairs]] = [list(time)]
    for item in items[len(time) :]:
        if len(groups[-1]) > len(time) and len(_data([*groups[-1], item]).encode()) > LONGEST_DATA:
            groups.append(list(time))
        groups[-1].append(item)
    return groups


def _split_flag(name: str, value: str) -> str:
    return str(int(value) | 2) if name == "Flag" else value
