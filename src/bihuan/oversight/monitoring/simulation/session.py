"""One device at its line: it connects, sends, waits for answers, sends again, does what it is asked."""

import asyncio
import random
import re
from collections.abc import AsyncIterator, Iterator
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta
from typing import Any

from bihuan.oversight.monitoring.rules.frame.decode import decode
from bihuan.oversight.monitoring.rules.frame.framing import Splitter
from bihuan.oversight.monitoring.rules.frame.times import BEIJING, read_time
from bihuan.oversight.monitoring.rules.frame.types import Frame, Piece
from bihuan.oversight.monitoring.rules.periods import start_of
from bihuan.oversight.monitoring.simulation.faults import KINDS
from bihuan.oversight.monitoring.simulation.messages import (
    DAYS,
    EXECUTED,
    HOURS,
    LENGTHS,
    MINUTES,
    READY,
    Sent,
    answer_to,
    realtime,
    record,
)
from bihuan.oversight.monitoring.simulation.sensors import Device, Station

PATIENCE_S, TRIES = 10.0, 3
RECONNECT_S = 2.0
SET_CLOCK = "1012"
DATA_ANSWER = re.compile(rb"(?=.*CN=9014).*?QN=(\d{17})", re.DOTALL)
RUBBISH = b"\x00\xffAT+CSQ\r\n#"


@dataclass
class Counts:
    """What the whole field did so far."""

    connected: int = 0
    lost: int = 0
    refused: int = 0
    sent: int = 0
    acknowledged: int = 0
    sent_again: int = 0
    given_up: int = 0
    requests: int = 0
    faults: dict[str, int] = field(default_factory=dict)

    def fault(self, name: str) -> None:
        self.faults[name] = self.faults.get(name, 0) + 1

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


@dataclass
class Setting:
    """What all devices of a run share."""

    host: str
    port: int
    every: float
    faults: frozenset[str]
    counts: Counts
    history: datetime | None = None
    live: bool = True


class Session:
    """The device keeps what was not answered in mind and never sends two messages at once."""

    def __init__(self, device: Device, setting: Setting, *, seed: int) -> None:
        self.device, self.setting = device, setting
        self.chance = random.Random(f"{seed}/{device.logger.mn}")
        wrong = self.befalls("clock")
        self.clock_error = timedelta(
            seconds=self.chance.choice((-1, 1)) * self.chance.randint(60, 600) * wrong
        )
        self.history = setting.history
        self.held: list[tuple[Station, int, datetime]] = []
        self._waiting: dict[str, asyncio.Future[None]] = {}
        self._writer: asyncio.StreamWriter | None = None
        self._done: dict[tuple[int, int], datetime] = {}
        self._number = 0

    def befalls(self, fault: str) -> bool:
        return fault in self.setting.faults and self.chance.random() < KINDS[fault].share

    def said(self) -> datetime:
        """The device's clock; a millisecond apart for each message, so that each has its own number."""
        self._number = (self._number + 1) % 1000
        now = datetime.now(BEIJING) + self.clock_error
        return now.replace(microsecond=self._number * 1000)

    async def run(self) -> None:
        """Until it is cancelled, or when only history was asked for, until that is delivered."""
        pause = self.chance.random() * min(self.setting.every, 5.0)
        await asyncio.sleep(pause)
        while True:
            try:
                async with _Line(self):
                    await self._speak()
                    return
            except (OSError, asyncio.IncompleteReadError):
                self.setting.counts.refused += 1
                await asyncio.sleep(RECONNECT_S * (0.5 + self.chance.random()))

    def hang_up(self) -> None:
        if self._writer is not None:
            self._writer.close()

    async def _speak(self) -> None:
        if self.history is not None:
            for station, command, begin in self._past(self.history):
                await self._send_record(station, command, begin)
            while self.held:
                await self._send_record(*self.held.pop(0), late=True)
            self.history = None
        while self.setting.live:
            for station in self.device.stations:
                await self._send(realtime(self.device, station, _second(self.said()), self.said()))
            await self._send_due()
            await asyncio.sleep(self.setting.every)

    def _past(self, since: datetime) -> Iterator[tuple[Station, int, datetime]]:
        now = datetime.now(BEIJING)
        for station in self.device.stations:
            for command in (MINUTES, HOURS, DAYS):
                for begin in self._begins(command, since, now):
                    yield station, command, begin
                self._done[(station.outlet.id, command)] = now

    def _begins(self, command: int, since: datetime, until: datetime) -> Iterator[datetime]:
        """The begins of the whole periods between two moments."""
        length = timedelta(minutes=LENGTHS.get(command, self.device.logger.minute_interval_min))
        begin = start_of(since.astimezone(BEIJING).date())
        while begin + length <= until:
            if begin >= since:
                yield begin
            begin += length

    async def _send_due(self) -> None:
        now = datetime.now(BEIJING)
        for station in self.device.stations:
            for command in (MINUTES, HOURS, DAYS):
                key = (station.outlet.id, command)
                length = timedelta(minutes=LENGTHS.get(command, self.device.logger.minute_interval_min))
                for begin in self._begins(command, self._done.get(key, now) - length, now):
                    await self._send_record(station, command, begin)
                self._done[key] = now
        while self.held and self.chance.random() < 0.2:
            await self._send_record(*self.held.pop(0), late=True)

    async def _send_record(
        self, station: Station, command: int, begin: datetime, *, late: bool = False
    ) -> None:
        if not late:
            if self.befalls("gaps"):
                self.setting.counts.fault("gaps")
                return
            if self.befalls("late"):
                self.setting.counts.fault("late")
                self.held.append((station, command, begin))
                return
        flag = "D" if self.befalls("flags") else "N"
        await self._send(
            record(self.device, station, command, begin, said=self.said(), flag=flag, supplement=late)
        )

    async def _send(self, message: Sent) -> None:
        """Send until it is answered, as often as the standard lets it."""
        counts = self.setting.counts
        for attempt in range(TRIES + 1):
            answered = self._waiting[message.number] = asyncio.get_running_loop().create_future()
            await self._write(message.frame)
            counts.sent += 1
            counts.sent_again += attempt > 0
            try:
                async with asyncio.timeout(PATIENCE_S):  # wait_for may swallow a cancellation
                    await answered
            except TimeoutError:
                continue
            finally:
                self._waiting.pop(message.number, None)
            counts.acknowledged += 1
            return
        counts.given_up += 1

    async def _write(self, frame: bytes) -> None:
        writer, counts = self._writer, self.setting.counts
        if writer is None or writer.is_closing():
            raise ConnectionResetError
        if self.befalls("rubbish"):
            counts.fault("rubbish")
            writer.write(RUBBISH)
        if self.befalls("check"):
            counts.fault("check")
            writer.write(frame[:-6] + b"0000\r\n")
            return
        if self.befalls("duplicates"):
            counts.fault("duplicates")
            writer.write(frame)
        if self.befalls("halves"):
            counts.fault("halves")
            place = self.chance.randrange(1, len(frame))
            writer.write(frame[:place])
            await writer.drain()
            await asyncio.sleep(0.2)
            frame = frame[place:]
        writer.write(frame)
        await writer.drain()

    async def connect(self) -> asyncio.Task[None]:
        reader, self._writer = await asyncio.open_connection(self.setting.host, self.setting.port)
        self.setting.counts.connected += 1
        return asyncio.create_task(self._listen(reader))

    def disconnected(self) -> None:
        self.setting.counts.connected -= 1
        self.setting.counts.lost += 1
        self.hang_up()

    async def _listen(self, reader: asyncio.StreamReader) -> None:
        splitter = Splitter()
        while chunk := await reader.read(65_536):
            for piece in splitter.feed(chunk):
                await self._heard(piece)
        self.hang_up()

    async def _heard(self, piece: Piece) -> None:
        if found := DATA_ANSWER.search(piece.segment):
            self._answered(found[1].decode())
            return
        frame = decode(piece)
        number, command = frame.head.get("QN") or frame.first("QN"), frame.head.get("CN", "")
        if command == "9014":
            self._answered(number)
        elif not command.startswith("9"):
            await self._obey(frame, command)

    def _answered(self, number: str) -> None:
        waiting = self._waiting.get(number)
        if waiting is not None and not waiting.done():
            waiting.set_result(None)

    async def _obey(self, frame: Frame, command: str) -> None:
        """A request: ready, the data, done (HJ 212-2017 6.4)."""
        self.setting.counts.requests += 1
        await self._write(answer_to(frame.head, READY, "1"))
        if command == SET_CLOCK:
            self.clock_error = timedelta(0)
        sent = 0
        async for message in self._asked(frame, command):
            await self._write(message.frame)
            sent += 1
        empty = command in _HISTORY and not sent
        await self._write(answer_to(frame.head, EXECUTED, "100" if empty else "1"))

    async def _asked(self, frame: Frame, command: str) -> AsyncIterator[Sent]:
        begin, end = (read_time(frame.first(name))[0] for name in ("BeginTime", "EndTime"))
        if command not in _HISTORY or begin is None or end is None:
            return
        for station in self.device.stations:
            for at in self._begins(int(command), begin, min(end, datetime.now(BEIJING))):
                yield record(self.device, station, int(command), at, said=self.said())
                await asyncio.sleep(0)


_HISTORY = frozenset(map(str, (MINUTES, HOURS, DAYS)))


class _Line:
    """The connection of a session as long as it lasts; listening goes on beside speaking."""

    def __init__(self, session: Session) -> None:
        self.session = session

    async def __aenter__(self) -> None:
        self.listening = await self.session.connect()

    async def __aexit__(self, *_error: object) -> None:
        self.listening.cancel()
        with suppress(asyncio.CancelledError, OSError):
            await self.listening
        self.session.disconnected()


def _second(moment: datetime) -> datetime:
    return moment.replace(microsecond=0)
