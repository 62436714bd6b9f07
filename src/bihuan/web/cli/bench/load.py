"""The load of `load.c` in Python, for machines without a compiler: slower, but counted the same way."""

import asyncio
import json
import math
import random
import sys
import time
from collections import deque
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import cast

import uvloop

from bihuan.oversight.monitoring.rules.frame.encode import frame_of
from bihuan.oversight.monitoring.rules.frame.times import BEIJING, request_number, write_time

FACTORS = ("w00000", "w01001", "w01018", "w21003", "w21011", "w21001", "w01012")
AFTER_SECONDS = 10.0
AT_ONCE = 200
HEAD, NUMBER = len("##0099QN="), 17


class Device(asyncio.Protocol):
    """One device; remembers what it sent until it is answered."""

    def __init__(self, mn: str, first: datetime) -> None:
        self.mn, self.first, self.sent, self.sent_before = mn, first, 0, 0
        self.open: deque[tuple[bytes, float]] = deque()
        self.latencies: list[float] = []
        self.transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast(asyncio.Transport, transport)

    def connection_lost(self, error: Exception | None) -> None:  # noqa: ARG002
        self.transport = None

    def data_received(self, data: bytes) -> None:
        now = time.monotonic()
        for line in data.split(b"\r\n"):
            number = line[HEAD : HEAD + NUMBER]
            while self.open and number:
                sent, at = self.open.popleft()
                if sent == number:
                    self.latencies.append((now - at) * 1000)
                    break

    def say(self) -> None:
        if self.transport is None:
            return
        number = request_number(datetime.now(BEIJING))
        said = [f"DataTime={write_time(self.first + timedelta(seconds=self.sent))}"]
        for factor in FACTORS:
            value = random.randrange(100, 9000) / 100
            said.append(
                f"{factor}-Min={value * 0.9:.2f},{factor}-Avg={value:.2f},{factor}-Max={value * 1.1:.2f},"
                f"{factor}-Flag=N"
            )
        head = f"QN={number};ST=32;CN=2051;PW=123456;MN={self.mn};Flag=5"
        self.open.append((number.encode(), time.monotonic()))
        self.sent += 1
        self.transport.write(frame_of(f"{head};CP=&&{';'.join(said)}&&".encode()))


async def run(host: str, port: int, rate: float, seconds: float, mns: list[str]) -> dict[str, float]:
    loop, first = asyncio.get_running_loop(), datetime.now(BEIJING) - timedelta(days=1)
    devices = [Device(mn, first) for mn in mns]
    for some in range(0, len(devices), AT_ONCE):
        dialled = (loop.create_connection(_one(device), host, port) for device in devices[some:][:AT_ONCE])
        await asyncio.gather(*dialled)
    for device in devices:
        device.say()
    await _all_answered(devices)
    for device in devices:
        device.sent_before = device.sent
        device.latencies.clear()
    begun, due = time.monotonic(), 0
    while (passed := time.monotonic() - begun) < seconds:
        while due < passed * rate:
            devices[due % len(devices)].say()
            due += 1
        await asyncio.sleep(0.001)
    await _all_answered(devices)
    return _counted(devices, due, time.monotonic() - begun)


async def _all_answered(devices: list[Device]) -> None:
    until = time.monotonic() + AFTER_SECONDS
    while any(device.open for device in devices) and time.monotonic() < until:
        await asyncio.sleep(0.01)


def _one(device: Device) -> Callable[[], Device]:
    return lambda: device


def _counted(devices: list[Device], due: int, seconds: float) -> dict[str, float]:
    taken = sorted(one for device in devices for one in device.latencies) or [math.nan]
    return {
        "connected": sum(device.transport is not None for device in devices),
        "offered": due,
        "sent": sum(device.sent - device.sent_before for device in devices),
        "acknowledged": sum(len(device.latencies) for device in devices),
        "seconds": seconds,
        "p50_ms": taken[len(taken) // 2],
        "p99_ms": taken[int(len(taken) * 0.99)],
        "longest_ms": taken[-1],
    }


if __name__ == "__main__":
    host, port, rate, seconds = sys.argv[1:]
    said = uvloop.run(run(host, int(port), float(rate), float(seconds), sys.stdin.read().split()))
    print(json.dumps(said))
