"""A loaded gateway whose processes, and whose database, are killed at random moments, and what came of it.

Devices send one message after the other, each until it is answered, as real ones do: after a time without an
answer, or a lost connection, the same message again; some give up on it after a failure. Afterwards the
database is asked: what was acknowledged must be there, and nothing twice.
"""

import asyncio
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import psycopg

from bihuan.kernel.database.connection import Embedded, free_port
from bihuan.kernel.database.launcher import Launcher
from bihuan.kernel.errors import BihuanError
from bihuan.oversight.monitoring.rules.frame.encode import encode
from bihuan.oversight.monitoring.rules.frame.times import BEIJING, request_number, write_time
from bihuan.web.cli.bench.processes import family_of
from bihuan.web.cli.supervisor import COMMAND

BUILD = (
    "from bihuan.web.cli.instance import load_django, migrate; load_django(); migrate();"
    " from bihuan.web.cli.bench.ingest import make_devices; make_devices({number})"
)
ANSWER_SECONDS = 2.0
PATIENCE_SECONDS = 90.0
GIVES_UP = 0.1
SEND_AGAIN = 0.1  # how often a device sends what has been acknowledged once more


@dataclass
class Field:
    """All devices of one run and what became of their messages."""

    port: int
    chance: random.Random
    first: datetime
    stopping: bool = False
    sent: set[tuple[str, int]] = field(default_factory=set)
    acknowledged: set[tuple[str, int]] = field(default_factory=set)
    again: int = 0

    async def device(self, mn: str) -> None:
        number, wire = 0, Wire(self.port)
        while not self.stopping:
            message = (mn, number)
            self.sent.add(message)
            if await self._deliver(wire, message):
                self.acknowledged.add(message)
            number += 1
        wire.close()

    async def _deliver(self, wire: "Wire", message: tuple[str, int]) -> bool:
        patient, until = self.chance.random() > GIVES_UP, time.monotonic() + PATIENCE_SECONDS
        while not await wire.say(*frame_of(*message, self.first)):
            if not patient or time.monotonic() > until:
                return False
            self.again += 1
            await asyncio.sleep(self.chance.uniform(0.05, 0.3))
        if self.chance.random() < SEND_AGAIN:
            await wire.say(*frame_of(*message, self.first))
        return True


class Wire:
    """A connection that is dialled again when it is lost."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._streams: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None

    async def say(self, frame: bytes, number: bytes) -> bool:
        """Send a frame; whether it was acknowledged in time."""
        try:
            async with asyncio.timeout(ANSWER_SECONDS):
                if self._streams is None:
                    self._streams = await asyncio.open_connection("127.0.0.1", self._port)
                reader, writer = self._streams
                writer.write(frame)
                while answer := await reader.readline():
                    if number in answer and b"CN=9014" in answer:
                        return True
        except (OSError, TimeoutError):
            pass
        self.close()
        return False

    def close(self) -> None:
        if self._streams is not None:
            self._streams[1].close()
            self._streams = None


def frame_of(mn: str, number: int, first: datetime) -> tuple[bytes, bytes]:
    """A message and its QN; the time of the data tells it from all others of its device."""
    asked = request_number(datetime.now(BEIJING))
    head = [("QN", asked), ("ST", "32"), ("CN", "2051"), ("PW", "123456"), ("MN", mn), ("Flag", "5")]
    at = write_time(first + timedelta(seconds=number))
    data = [[("DataTime", at)], [("w01018-Avg", f"{number % 97}.5"), ("w01018-Flag", "N")]]
    return encode(head, data), asked.encode()


@dataclass
class Site:
    """A home with a gateway in it."""

    home: Path
    port: int
    gateway: subprocess.Popen[bytes]
    mns: list[str]
    killed: Counter[str] = field(default_factory=Counter)

    def strike(self, kind: str) -> None:
        self.killed[kind] += 1
        if kind == "database":
            self._kill_database()
        else:
            _whole, *processes = family_of(self.gateway.pid)
            os.kill(random.choice(processes), signal.SIGKILL)

    def _kill_database(self) -> None:
        server = Launcher(self.home)
        process = server._process()
        assert process is not None
        os.kill(process, signal.SIGKILL)
        until = time.monotonic() + PATIENCE_SECONDS
        while True:
            try:
                server.start()
            except BihuanError:  # the killed server's own children are still on their way out
                if time.monotonic() > until:
                    raise
                time.sleep(0.2)
            else:
                return

    def stored(self) -> Counter[tuple[str, int]]:
        with psycopg.connect(Embedded(self.home).url) as connection:
            rows = connection.execute(
                "SELECT outlet.name, extract(epoch FROM data_time)::bigint"
                " FROM monitoring_minutemessage JOIN enterprises_outlet outlet ON outlet.id = outlet"
            ).fetchall()
        return Counter(rows)


@contextmanager
def site(*, devices: int, processes: int = 2) -> Iterator[Site]:
    """Build a home, start `bihuan gateway` in it, stop it and leave nothing behind."""
    home = Path(tempfile.mkdtemp(prefix="bihuan-gateway-"))
    home.chmod(0o755)
    environment: dict[str, str] = {**os.environ, "BIHUAN_HOME": str(home)}
    environment.pop("DATABASE_URL", None)
    server, gateway, port = Launcher(home), None, free_port()
    server.start()
    try:
        subprocess.run([sys.executable, "-c", BUILD.format(number=devices)], env=environment, check=True)
        words = ["gateway", "--port", str(port), "--processes", str(processes)]
        gateway = subprocess.Popen(
            [sys.executable, "-c", COMMAND, *words], env=environment, stderr=subprocess.DEVNULL
        )
        yield Site(home, port, gateway, [f"{number:024X}" for number in range(1, devices + 1)])
    finally:
        if gateway is not None:
            gateway.terminate()
            gateway.wait()
        server.stop()
        shutil.rmtree(home, ignore_errors=True)


def run(*, devices: int, kills: list[str], seed: int = 1, pause: float = 1.0) -> dict[str, Any]:
    """Load and kills, then the count of both sides."""
    with site(devices=devices) as there:
        first = datetime.now(BEIJING).replace(microsecond=0) - timedelta(days=1)
        load = Field(there.port, random.Random(seed), first)
        begun = time.monotonic()
        asyncio.run(_under_fire(load, there, kills, pause))
        seconds = time.monotonic() - begun
        there.gateway.terminate()
        there.gateway.wait()
        return count(load, there) | {"kills": dict(there.killed), "seconds": round(seconds)}


async def _under_fire(load: Field, there: Site, kills: list[str], pause: float) -> None:
    working = [asyncio.create_task(load.device(mn)) for mn in there.mns]
    try:
        for kind in (*kills, ""):
            await _await_work(load)
            await asyncio.sleep(load.chance.uniform(0, pause))
            if kind:
                await asyncio.to_thread(there.strike, kind)
    finally:
        load.stopping = True
        await asyncio.gather(*working)


async def _await_work(load: Field) -> None:
    """Until messages are acknowledged again: a gateway that is still down can't lose any."""
    before, until = len(load.acknowledged), time.monotonic() + PATIENCE_SECONDS
    while len(load.acknowledged) < before + 20 and time.monotonic() < until:
        await asyncio.sleep(0.02)


def count(load: Field, there: Site) -> dict[str, int]:
    begin = int(load.first.timestamp())
    stored = Counter({(mn, at - begin): times for (mn, at), times in there.stored().items()})
    return {
        "sent": len(load.sent),
        "acknowledged": len(load.acknowledged),
        "sent_again": load.again,
        "stored": len(stored),
        "missing": len(load.acknowledged - stored.keys()),
        "twice": sum(times > 1 for times in stored.values()),
        "never_sent": len(stored.keys() - load.sent),
    }
