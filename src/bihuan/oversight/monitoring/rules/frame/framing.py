"""Cutting a stream into pieces of one frame each: by length first, by end marks where the length lies.

Encrypted data may hold any byte, so nothing inside a frame whose length and check value agree is looked at.
Where they disagree, the first end marks count behind which the check value is right, then end marks before a
line end or the next frame. What a stream is cut into doesn't depend on the chunks it arrives in.
"""

import re

from bihuan.oversight.monitoring.rules.crc import check_value
from bihuan.oversight.monitoring.rules.frame import ending
from bihuan.oversight.monitoring.rules.frame.ending import GOOD, HEX, MARKS, VALUE, Ending
from bihuan.oversight.monitoring.rules.frame.faults import Fault
from bihuan.oversight.monitoring.rules.frame.types import Check, Note, Piece

LONGEST = 8192  # bytes of one frame; ones above the standard's 1,024 occur
PATIENCE = 16  # end marks tried in one frame

_START = re.compile(rb"#{2,}")
_LENGTH = re.compile(rb"[0-9]{0,6}")
_MARKS = re.compile(rb"&(?=&)")
_EVENT = re.compile(rb"&(?=&)|[\r\n#]")
_NEXT_FRAME = re.compile(rb"##[0-9]{1,6}[A-Za-z]{2,4}=")
_NEXT_FRAME_LONGEST = 13
_HEADER_NAME = re.compile(rb"(?:QN|ST|CN|PW|MN)\s*=")
_BETWEEN = b" \t\r\n\0#"
EQUALS = 61
_BEHIND = (b"", b"\r", b"\n", b"#")


def _whole(chunk: bytes) -> Piece | None:
    """The piece of a chunk that is one plain frame with its line end, as most are."""
    length = chunk[2:6]
    if chunk[:2] != b"##" or chunk[-2:] != b"\r\n" or not length.isdigit() or int(length) + 12 != len(chunk):
        return None
    segment, text = chunk[6:-6], chunk[-6:-2]
    return Piece(chunk[:-2], segment, text, Check.RIGHT) if _is_plain(segment, text) else None


def _is_plain(segment: bytes, text: bytes) -> bool:
    """Whether a segment is as the standard has it: && behind CP= and at its end, the check value right."""
    opening = segment.find(MARKS)
    if opening < 1 or segment[opening - 1] != EQUALS or segment[:1].isdigit():
        return False
    if segment.find(MARKS, opening + 1) != len(segment) - 2 or len(segment) > ending.STANDARD_LENGTH:
        return False
    return b"%04X" % check_value(segment) == text


def _bare(raw: bytes) -> Piece:
    """Bytes outside any frame; there may be a data segment among them, even with its check value."""
    found = _HEADER_NAME.search(raw)
    text = bytearray(raw[found.start() :] if found else raw).strip(_BETWEEN)
    end = ending.without_marks(text, 0, len(text))
    notes = [Note(Fault.NO_ENVELOPE)]
    if end.check is not Check.MISSING:
        notes += ending.notes(end, length=len(end.segment), digits=ending.LENGTH_DIGITS)
    return Piece(raw, end.segment, end.text, end.check, tuple(notes))


class _NeedsMore(Exception):
    """More bytes could decide otherwise."""


class Splitter:
    """Feed it chunks, get pieces; `flush` it at the end of the stream or after a long silence."""

    def __init__(self) -> None:
        self._bytes = bytearray()
        self._at = 0
        self._follows = self._final = False
        self._restart()

    def _restart(self) -> None:
        self._length_failed = False
        self._seen = self._tries = 0

    @property
    def waiting(self) -> int:
        """Bytes received that belong to no piece yet."""
        return len(self._bytes)

    def feed(self, chunk: bytes) -> list[Piece]:
        if not self._bytes and not self._follows and (piece := _whole(chunk)):
            return [piece]
        self._bytes += chunk
        return self._take()

    def flush(self) -> list[Piece]:
        self._final = True
        pieces = self._take()
        self._final = self._follows = False
        self._bytes.clear()
        return pieces

    def _take(self) -> list[Piece]:
        pieces: list[Piece] = []
        try:
            while piece := self._next():
                pieces.append(piece)
                self._restart()
        except _NeedsMore:
            pass
        del self._bytes[: self._at]
        self._seen = max(0, self._seen - self._at)
        self._at = 0
        return pieces

    def _next(self) -> Piece | None:
        found = _START.search(self._bytes, self._at)
        rubbish = self._rubbish(found.start() if found else -1)
        if rubbish or not found:
            return rubbish
        start = found.end() - 2  # of more than two signs the last two begin the frame
        return self._plain(start) or self._difficult(start)

    def _plain(self, start: int) -> Piece | None:
        """The frame at `start` when it is just as the standard has it: nearly always."""
        digits = bytes(self._bytes[start + 2 : start + 6])
        if self._length_failed or not digits.isdigit():
            return None
        end = start + 6 + int(digits)
        segment, text = bytes(self._bytes[start + 6 : end]), bytes(self._bytes[end : end + HEX])
        if not _is_plain(segment, text):
            return None
        return self._piece(start, Ending(end + HEX, segment, text, Check.RIGHT), ())

    def _difficult(self, start: int) -> Piece:
        digits = _LENGTH.match(self._bytes, start + 2)
        assert digits is not None  # it matches nothing, too
        begin, text = digits.end(), digits.group()
        self._need(begin + 1)
        length = int(text) if text and int(text) <= LONGEST else None
        found = None
        if length is not None and not self._length_failed:
            found = self._by_length(begin, begin + length)
        found = found or self._by_events(start, begin)
        return self._piece(start, found, ending.notes(found, length=length, digits=len(text)))

    def _piece(self, start: int, found: Ending, notes: tuple[Note, ...]) -> Piece:
        gap = bytes(self._bytes[self._at : start])
        fault = {b"": Fault.GLUED, b"\n": Fault.LF_ONLY}.get(gap) if self._follows else None
        raw = bytes(self._bytes[start : found.end])
        self._at, self._follows = found.end, True
        if fault:
            notes = (Note(fault), *notes)
        return Piece(raw, found.segment, found.text, found.check, notes)

    def _rubbish(self, start: int) -> Piece | None:
        """What stands before the next frame; line ends and blanks are none."""
        end = start if start >= 0 else len(self._bytes)
        begin = self._at + 2 * (self._follows and self._bytes.startswith(b"\r\n", self._at))
        if start < 0 and not self._final:
            end -= self._bytes.endswith(b"#")
            if end - begin < LONGEST:
                return None
        raw = bytes(self._bytes[begin : min(end, begin + LONGEST)])
        if not raw.strip(_BETWEEN) and len(raw) < LONGEST:
            return None
        self._at = begin + len(raw)
        self._follows = False
        return _bare(raw)

    def _by_length(self, begin: int, end: int) -> Ending | None:
        """Trust the length, unless the check value is right behind end marks that come before."""
        for marks in _MARKS.finditer(self._bytes, max(begin, self._seen), end):
            if self._tries == PATIENCE:
                break
            close = marks.end() + 1
            self._need_value(close)
            if close < end and not self._opens(close) and (found := self._good(begin, close)):
                return found
            self._seen = marks.end()
        self._need(end + HEX)
        found = ending.with_value(self._bytes, begin, end)
        placed = self._bytes[end - 2 : end] == MARKS
        if found and (found.check in GOOD or (placed and len(found.text) == HEX)):
            return found
        self._restart()
        self._length_failed = True
        return None

    def _by_events(self, start: int, begin: int) -> Ending:
        """The length is of no use: look for end marks, a line end, the next frame, or the end of patience."""
        limit = start + LONGEST
        for event in _EVENT.finditer(self._bytes, max(begin, self._seen), limit):
            at_marks = event.group() == b"&"
            found = self._at_marks(begin, event.end() + 1) if at_marks else self._at_stop(begin, event)
            if found:
                return found
            self._seen = event.end()
        self._need(limit)
        return ending.without_marks(self._bytes, begin, min(limit, len(self._bytes)))

    def _at_marks(self, begin: int, close: int) -> Ending | None:
        self._need_value(close)
        opens = self._opens(close)
        if not opens and (found := self._good(begin, close)):
            return found
        found = ending.with_value(self._bytes, begin, close)
        if found is None or (opens and found.check not in GOOD):
            return None
        return found if self._is_last(found.end) else None

    def _at_stop(self, begin: int, event: re.Match[bytes]) -> Ending | None:
        start = event.start()
        if event.group() == b"#" and not _NEXT_FRAME.match(self._bytes, start):
            self._need(start + 2)
            if self._bytes.startswith(b"##", start):
                self._need(start + _NEXT_FRAME_LONGEST)
            return None
        return ending.without_marks(self._bytes, begin, start)

    def _good(self, begin: int, close: int) -> Ending | None:
        """The ending at these marks if its check value is right; another routine's only before a line end."""
        if self._tries == PATIENCE:
            return None
        found = ending.with_value(self._bytes, begin, close)
        if found and found.check in GOOD and (found.check is Check.RIGHT or self._is_last(found.end)):
            return found
        self._tries += 1
        return None

    def _opens(self, close: int) -> bool:
        return self._bytes[close - 3] == EQUALS

    def _is_last(self, end: int) -> bool:
        self._need(end + 1)
        return self._bytes[end : end + 1] in _BEHIND

    def _need(self, size: int) -> None:
        if len(self._bytes) < size and not self._final:
            raise _NeedsMore

    def _need_value(self, close: int) -> None:
        found = VALUE.match(self._bytes, close)
        if found is None:
            self._need(close + 1)
        elif len(found.group()) < HEX:
            self._need(found.end() + 1)
