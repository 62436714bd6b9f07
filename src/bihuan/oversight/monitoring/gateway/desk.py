"""Where the frames of all connections of one process come together, and where their answers go out.

Everything here happens on the loop's thread. A frame is answered when the writer has handed its batch back,
never before; while the database is slow or gone, what waits grows to its bound and then nobody is read.
"""

import time
from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import Any, Protocol

from bihuan.oversight.monitoring.gateway.connection import Connection
from bihuan.oversight.monitoring.gateway.devices import MICROSECONDS, Device, Registry, Requested, Route
from bihuan.oversight.monitoring.gateway.figures import Figures
from bihuan.oversight.monitoring.gateway.intake import (
    Bounds,
    Intake,
    Reason,
    Receipt,
    command_of,
    digest_of,
    set_aside,
    take,
)
from bihuan.oversight.monitoring.gateway.limits import Meter, Network, inside
from bihuan.oversight.monitoring.gateway.messages import Answered, ClockWanted
from bihuan.oversight.monitoring.gateway.pending import Entry, Pending
from bihuan.oversight.monitoring.models import Origin
from bihuan.oversight.monitoring.rules.commands import ASKS_FOR_CLOCK
from bihuan.oversight.monitoring.rules.frame.answers import WANTS_ANSWER, data_answer
from bihuan.oversight.monitoring.rules.frame.decode import decode
from bihuan.oversight.monitoring.rules.frame.flat import Flat, FlatReader
from bihuan.oversight.monitoring.rules.frame.layout import Row
from bihuan.oversight.monitoring.rules.frame.types import Check, Frame, Piece
from bihuan.oversight.monitoring.rules.keeping import EVIDENCE
from bihuan.oversight.monitoring.store.rows import Key, MessageRow, Told, microseconds, moment_of
from bihuan.oversight.monitoring.store.writing import RawRow

EPOCH_US = 946_684_800 * MICROSECONDS  # 2000-01-01 UTC
DAY_US = 86_400 * MICROSECONDS
TOO_MANY_LAYOUTS = "too_many_layouts"
Tell = Callable[[Answered | ClockWanted], None]


class Loop(Protocol):
    """What the desk and its connections need of an event loop."""

    def call_soon(self, callback: Callable[[], object]) -> object: ...

    def call_later(self, delay: float, callback: Callable[[], object]) -> object: ...


class Desk:
    def __init__(
        self,
        registry: Registry,
        numbers: dict[str, int],
        *,
        figures: Figures,
        submit: Callable[[Sequence[Entry]], None],
        tell: Tell,
        loop: Loop,
        networks: Sequence[Network] = (),
    ) -> None:
        self.registry, self.figures, self.full = registry, figures, False
        self.connections: set[Connection] = set()
        self.clock, self.loop = time.monotonic, loop
        self._networks, self._submit_to, self._tell = networks, submit, tell
        self._reader, self._pending = FlatReader(), Pending(numbers["batch_limit"])
        self._writing = self._called = self._closed = False
        self._next_batch = 0.0
        self.go_by(numbers)

    def go_by(self, numbers: dict[str, int]) -> None:
        """The numbers in force from now on; connections that are there keep their limits."""
        self.numbers, self._pending.most = numbers, numbers["batch_limit"]
        self._bounds = Bounds(
            timedelta(seconds=numbers["future_tolerance"]), timedelta(days=numbers["past_limit"])
        )
        self._future, self._past = numbers["future_tolerance"] * MICROSECONDS, numbers["past_limit"] * DAY_US
        self._window = numbers["conflict_window"] * MICROSECONDS
        self._set_aside = Meter(numbers["quarantine_rate"], 1.0)

    def welcome(self, connection: Connection) -> bool:
        if self._networks and not inside(connection.host, self._networks):
            self.figures.refused += 1
            return False
        self.figures.accepted += 1
        self.connections.add(connection)
        return True

    def close(self) -> None:
        """Read nobody any more; what was read is stored and answered."""
        self._closed = True
        self._be_full(True)

    def gone(self, connection: Connection) -> None:
        self.connections.discard(connection)
        for device in connection.devices:
            device.left(connection)

    def look_around(self) -> None:
        """Every few seconds: silent connections, and the figures that are true at a moment."""
        now = self.clock()
        for connection in list(self.connections):
            connection.look(now)
        oldest = self._pending.oldest
        self.figures.connections, self.figures.waiting = len(self.connections), len(self._pending)
        self.figures.lag_seconds = 0.0 if oldest is None else now - oldest

    def handle(self, connection: Connection, piece: Piece, now: float) -> float:
        """Take one frame; gives for how many seconds the connection has to wait before the next."""
        wall = time.time_ns() // 1000 - EPOCH_US
        if piece.check is Check.RIGHT and not piece.notes and self._take_plain(connection, piece, now, wall):
            return 0.0
        return self._take_any(connection, piece, now, wall)

    def _take_plain(self, connection: Connection, piece: Piece, now: float, wall: int) -> bool:
        """The fast way of `rules.frame.flat`, for devices whose register says nothing out of the ordinary."""
        flat = self._reader.read(piece.segment)
        if flat is None:
            return False
        route, at = self.registry.route(flat.head, wall), microseconds(flat.data_time)
        if route is None or not (route.begin <= at < route.end and -self._past <= at - wall <= self._future):
            return False
        device, command = route.device, flat.head.command
        connection.bad_in_row = 0
        device.hear(connection, wall, window=self._window)
        device.request_number = flat.request_number
        if at > device.newest:
            device.newest = at
        rows = _rows(flat, route, at, wall)
        answer = _answer(flat)
        held = device.stored.get(command)
        if held is not None and held.key == rows[0][1].key and held.told == rows[0][1].told:
            self._repeat(connection, answer, command, now)
            return True
        more = None
        if command in EVIDENCE:
            more = Intake(raw=_raw(piece, rows[0][1], connection.peer))
        self._add(Entry(connection, device, answer, now, piece.raw, rows, more))
        return True

    def _take_any(self, connection: Connection, piece: Piece, now: float, wall: int) -> float:
        moment = moment_of(wall)
        frame, device = self._read(connection, piece, wall)
        view = self.registry.view_at(device, frame.data_time) if device is not None else None
        receipt = Receipt(moment, connection.host, connection.peer, _origin(device, frame))
        taken = take(frame, view, receipt, self._bounds)
        if device is not None:
            for fault in frame.faults:
                device.faults[str(fault)] = device.faults.get(str(fault), 0) + 1
            if taken.quarantined is None:
                taken = self._heard(connection, device, frame, taken, receipt)
        self._add(Entry(connection, device, taken.answer, now, piece.raw, taken.messages, taken))
        if taken.quarantined is not None:
            return self._wait(connection, taken, now)
        connection.bad_in_row = 0
        return 0.0

    def _read(self, connection: Connection, piece: Piece, wall: int) -> tuple[Frame, Device | None]:
        """The frame, with the key of the device that it says it is from."""
        frame = decode(piece, key=connection.key)
        device = self.registry.find(frame.head.get("MN", ""), wall)
        key = (device.key if device else b"") or None
        if key != connection.key and not piece.segment.isascii():
            frame = decode(piece, key=key)
        if device is not None:
            connection.key = key
        return frame, device

    def _heard(
        self, connection: Connection, device: Device, frame: Frame, taken: Intake, receipt: Receipt
    ) -> Intake:
        """What is remembered of a device's good frame; one of too many layouts is set aside after all."""
        for _table, row in taken.messages[:1]:
            if row.told.layout not in device.layouts:
                if len(device.layouts) >= self.numbers["layout_limit"]:
                    kept = set_aside(frame, Reason.UNREADABLE, receipt)
                    return Intake(quarantined=kept._replace(faults=[*kept.faults, TOO_MANY_LAYOUTS]))
                device.layouts.add(row.told.layout)
            self._reader.learn(frame, Row(*row.told))
            if row.origin == Origin.LIVE:
                device.newest = max(device.newest, row.key.data_time)
        device.hear(connection, microseconds(receipt.at), window=self._window)
        device.edition = frame.standard
        device.password = frame.head.get("PW", "") or device.password
        if receipt.origin is Origin.LIVE and taken.messages and "RF" not in frame.head:
            device.request_number = frame.head.get("QN", "")
        if taken.note is not None:
            self._hear_note(device, frame)
        return taken

    def _hear_note(self, device: Device, frame: Frame) -> None:
        command = command_of(frame)
        if command == ASKS_FOR_CLOCK:
            self._tell(ClockWanted(device.mn, frame.first("PolId")))
        asked = frame.head.get("QN") or frame.first("QN")
        if asked in device.orders:
            fields = tuple((one.name, one.text) for one in frame.fields)
            self._tell(Answered(device.orders[asked], command, fields))

    def _wait(self, connection: Connection, taken: Intake, now: float) -> float:
        assert taken.quarantined is not None
        unknown = taken.quarantined.reason == Reason.UNKNOWN_DEVICE
        own = connection.unknown(now) if unknown else connection.broken(now)
        self._set_aside.count(now)
        connection.bad_in_row += 1
        return own

    def wait_to_set_aside(self, now: float) -> float:
        """How long until this process may set a further frame aside, whoever it comes from."""
        return self._set_aside.wait(now)

    def _add(self, entry: Entry) -> None:
        self._pending.add(entry)
        if not self._writing:
            if not self._called:
                self._called = True
                self.loop.call_soon(self._submit)
        elif not self.full and len(self._pending) >= self.numbers["pending_limit"]:
            self._be_full(True)

    def _submit(self) -> None:
        """Give the writer the next batch; not too soon after the last, so that it is worth a transaction."""
        self._called = False
        if self._writing or not len(self._pending):
            return
        now = self.clock()
        if (early := self._next_batch - now) > 0:
            self._called = True
            self.loop.call_later(early, self._submit)
            return
        self._writing, self._next_batch = True, now + self.numbers["batch_pause"] / 1000
        self._submit_to(self._pending.take())

    def stored(self, entries: Sequence[Entry]) -> None:
        """A batch is on disk: the next one goes to the writer, the answers to the devices."""
        self._writing = False
        if not self._called:
            self._submit()
        now, waited = self.clock(), self.figures.answer_seconds
        for connection, device, answer, came, _raw_bytes, rows, _more in entries:
            if rows and device is not None:
                row = rows[0][1]
                device.stored[row.key.command] = row
            if answer and connection is not None:
                connection.send(answer)
                waited.add(now - came)
        if self.full and not self._closed and len(self._pending) * 2 < self.numbers["pending_limit"]:
            self._be_full(False)

    @property
    def is_idle(self) -> bool:
        return not self._writing and not len(self._pending)

    def _be_full(self, full: bool) -> None:
        self.full = full
        for connection in list(self.connections):
            connection.mind_the_desk()

    def _repeat(self, connection: Connection, answer: bytes, command: int, now: float) -> None:
        """What this process has just stored has come again, because our answer came too late or got lost."""
        self.figures.messages[str(command), "repeated"] += 1
        if answer:
            connection.send(answer)
            self.figures.answer_seconds.add(self.clock() - now)

    def send_order(
        self, device: Device, *, number: str, order: int, data: bytes, asked: Requested | None
    ) -> None:
        """Send an order and listen for its answers; they carry its number."""
        device.orders[number] = order
        if asked is not None:
            device.requested[order] = asked
        if device.connection is not None:
            device.connection.send(data)

    def forget_order(self, device: Device, *, number: str, order: int) -> None:
        device.orders.pop(number, None)
        device.requested.pop(order, None)


def _rows(flat: Flat, route: Route, at: int, wall: int) -> list[tuple[Any, MessageRow]]:
    head, device = flat.head, route.device
    told = Told(*flat.row)
    asked = device.requested and device.is_requested(head.command, at)
    origin = int(Origin.REQUESTED if asked else Origin.LIVE)
    return [
        (
            route.table,
            MessageRow(Key(outlet, head.command, at, head.system, 0), told, wall, device.view.id, origin),
        )
        for outlet in route.outlets
    ]


def _answer(flat: Flat) -> bytes:
    head = flat.head
    if not head.flag & WANTS_ANSWER:
        return b""
    return data_answer(flat.request_number, head.password, head.device, head.flag)


def _raw(piece: Piece, row: MessageRow, peer: str) -> RawRow:
    return RawRow(
        received_at=row.arrived_at,
        logger=row.logger,
        digest=digest_of(piece.segment),
        outlet=row.key.outlet,
        command=row.key.command,
        data_time=row.key.data_time,
        peer=peer,
        check_by=str(piece.check),
        faults="",
        raw=piece.raw,
    )


def _origin(device: Device | None, frame: Frame) -> Origin:
    if device is None or not device.requested or frame.data_time is None:
        return Origin.LIVE
    asked = device.is_requested(command_of(frame), microseconds(frame.data_time))
    return Origin.REQUESTED if asked else Origin.LIVE
