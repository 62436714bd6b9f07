"""One connection: bytes in, frames to the desk, answers out; and how much it may bring."""

import asyncio
from collections import deque
from typing import TYPE_CHECKING, cast

from bihuan.oversight.monitoring.gateway.limits import Meter, plain_host
from bihuan.oversight.monitoring.rules.frame.framing import Splitter
from bihuan.oversight.monitoring.rules.frame.types import Piece

if TYPE_CHECKING:
    from bihuan.oversight.monitoring.gateway.desk import Desk
    from bihuan.oversight.monitoring.gateway.devices import Device

MINUTE = 60.0
SUSPECT = 3  # frames in a row that were set aside: from then on there must be room for another one


class Connection(asyncio.Protocol):
    """Too many frames at a time are not thrown away: reading stops, and the sender has to wait."""

    def __init__(self, desk: "Desk") -> None:
        self._desk, self._splitter = desk, Splitter()
        numbers = desk.numbers
        self._frames = Meter(numbers["rate_limit"], 1.0)
        self._broken = Meter(numbers["broken_limit"], MINUTE)
        self._unknown = Meter(numbers["unknown_limit"], MINUTE)
        self._held: deque[Piece] = deque()
        self._transport: asyncio.Transport | None = None
        self._reading, self._waits = True, False
        self.host = self.peer = ""
        self.heard = desk.clock()
        self.key: bytes | None = None
        self.bad_in_row = 0
        self.devices: set[Device] = set()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        made = cast(asyncio.Transport, transport)  # uvloop's are none by their class
        address = made.get_extra_info("peername") or ("0.0.0.0", 0)  # nobody: it is gone already
        self.host = plain_host(address[0])
        self.peer = f"{self.host}:{address[1]}"
        self._transport = made
        if not self._desk.welcome(self):
            made.abort()
            return
        self._desk.loop.call_soon(self.mind_the_desk)  # reading begins behind this call

    def connection_lost(self, error: Exception | None) -> None:  # noqa: ARG002
        self._transport = None
        self._held.clear()
        self._desk.gone(self)

    def data_received(self, chunk: bytes) -> None:
        self.heard = self._desk.clock()
        pieces = self._splitter.feed(chunk)
        if self._held:
            self._held.extend(pieces)
        else:
            self._work(pieces)

    def _work(self, pieces: list[Piece]) -> None:
        now, frames, desk = self.heard, self._frames, self._desk
        for number, piece in enumerate(pieces):
            if self.bad_in_row >= SUSPECT and (wait := desk.wait_to_set_aside(now)):
                self._hold(pieces[number:], wait)
                return
            frames.count(now)
            if wait := desk.handle(self, piece, now) or frames.wait(now):
                self._hold(pieces[number + 1 :], wait)
                return

    def _hold(self, pieces: list[Piece], seconds: float) -> None:
        """Keep the frames for later and read no more until then."""
        self._held.extend(pieces)
        self._waits = True
        self._desk.figures.throttled += 1
        self.mind_the_desk()
        self._desk.loop.call_later(seconds, self._go_on)

    def _go_on(self) -> None:
        self._waits = False
        if self._transport is None:
            return
        self.heard = self._desk.clock()
        pieces = list(self._held)
        self._held.clear()
        self._work(pieces)
        self.mind_the_desk()

    def broken(self, now: float) -> float:
        """An unreadable frame has come; how long this one must wait now."""
        self._broken.count(now)
        return self._broken.wait(now)

    def unknown(self, now: float) -> float:
        """A frame of a device has come that nobody knows; how long this one must wait now."""
        self._unknown.count(now)
        return self._unknown.wait(now)

    def mind_the_desk(self) -> None:
        """Read, or don't: neither while the desk is full nor while this connection has to wait."""
        wanted = not (self._waits or self._desk.full)
        if wanted is self._reading or self._transport is None or self._transport.is_closing():
            return
        self._reading = wanted
        (self._transport.resume_reading if wanted else self._transport.pause_reading)()

    def look(self, now: float) -> None:
        """Called every few seconds: half a frame that nobody completes, and silence."""
        silence = now - self.heard
        numbers = self._desk.numbers
        if not self._reading:
            return
        if self._splitter.waiting and silence > numbers["half_frame_limit"]:
            for piece in self._splitter.flush():
                self._desk.handle(self, piece, now)
        if silence > numbers["idle_limit"]:
            self.close()

    def send(self, data: bytes) -> bool:
        """Whether it could be handed over."""
        if self._transport is None or self._transport.is_closing():
            return False
        self._transport.write(data)
        return True

    def close(self) -> None:
        if self._transport is not None:
            self._transport.close()
