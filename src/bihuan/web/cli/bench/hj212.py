"""`bihuan bench hj212`: messages decoded a second by one core, beside a decoder that only splits."""

import gc
import resource
import time
from collections.abc import Callable, Iterator, Sequence
from typing import Any, NamedTuple

import click

from bihuan.oversight.monitoring.rules.frame.decode import decode
from bihuan.oversight.monitoring.rules.frame.encode import encode
from bihuan.oversight.monitoring.rules.frame.flat import FlatReader
from bihuan.oversight.monitoring.rules.frame.framing import Splitter
from bihuan.web.cli.bench.results import show

SIZE = 536
DEVICES, MESSAGES, PASS = 100, 20_000, 2_000


@click.command()
@click.option("--seconds", default=3.0, show_default=True, help="How long each way of reading is measured.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def hj212(seconds: float, as_json: bool) -> None:
    """Read 536-byte minute messages (2051) of a hundred devices, each other in its values, on one core."""
    frames = list(messages())
    before = memory_mb()
    ways: dict[str, Callable[[Sequence[bytes]], int]] = {
        "plain split, no check value": split_only,
        "plain split, check value in a table loop": split_checked,
        "framing and check value": framed,
        "flat, as the gateway reads": flat,
        "full, with Decimals and defects": full,
    }
    rows = [measured(what, way, frames, seconds) for what, way in ways.items()]
    title = f"HJ 212, {len(frames[0])}-byte messages, {memory_mb() - before:.0f} MB more in memory"
    show(title, [row._asdict() for row in rows], as_json=as_json, with_database=False)


class Row(NamedTuple):
    what: str
    messages: int
    per_second: float
    best_pass: float


def messages() -> Iterator[bytes]:
    """Six factors with least, mean, greatest value and flag; one volume makes the message 536 bytes long."""
    for number in range(MESSAGES):
        device = f"010000A8900016F0{number % DEVICES:08X}"
        head = [("QN", f"20261126{number:09d}"), ("ST", "32"), ("CN", "2051"), ("PW", "123456")]
        head += [("MN", device), ("Flag", "5")]
        yield encode(head, [[("DataTime", f"2026112600{number % 60:02d}00")], *_items(number)])


def _items(number: int) -> Iterator[list[tuple[str, str]]]:
    for place, factor in enumerate(("w00000", "w01001", "w01018", "w21001", "w21003", "w21011")):
        mean = 3300 + (number * 7 + place * 131) % 5600
        values = (("Min", mean - 50), ("Avg", mean), ("Max", mean + 50))
        told = [(f"{factor}-{name}", f"{value / 100:.2f}") for name, value in values]
        volume = [] if place else [(f"{factor}-Cou", f"{mean * 3.1:.6f}")]
        yield [*volume, *told, (f"{factor}-Flag", "N")]


def measured(
    what: str, work: Callable[[Sequence[bytes]], int], frames: Sequence[bytes], seconds: float
) -> Row:
    """Processor time, which other work on the machine disturbs least in the best of the passes."""
    assert work(frames) == len(frames)
    passes = [frames[at : at + PASS] for at in range(0, len(frames), PASS)]
    done, taken = 0, []
    gc.collect()
    until = time.perf_counter() + seconds
    while time.perf_counter() < until:
        given = passes[done % len(passes)]
        began = time.process_time()
        work(given)
        taken.append(time.process_time() - began)
        done += 1
    return Row(what, done * PASS, done * PASS / sum(taken), PASS / min(taken))


def split_only(frames: Sequence[bytes]) -> int:
    """What a short script does: no check value, no order, no faults, the text of each field."""
    return sum(bool(_split(frame[6:-6])) for frame in frames)


def split_checked(frames: Sequence[bytes]) -> int:
    return sum(_loop(frame[6:-6]) == int(frame[-6:-2], 16) and bool(_split(frame[6:-6])) for frame in frames)


def _split(segment: bytes) -> dict[str, Any]:
    header, _marks, data = segment.decode().partition("CP=&&")
    found: dict[str, Any] = dict(pair.split("=", 1) for pair in header.rstrip(";").split(";"))
    items = data[:-2].replace(",", ";").split(";")
    found["CP"] = dict(pair.split("=", 1) for pair in items)
    return found


def _table() -> list[int]:
    found = []
    for byte in range(256):
        value = byte
        for _bit in range(8):
            value = (value >> 1) ^ (0xA001 if value & 1 else 0)
        found.append(value)
    return found


TABLE = _table()
READER = FlatReader()


def _loop(data: bytes) -> int:
    value = 0xFFFF
    for byte in data:
        value = TABLE[(value >> 8) ^ byte]
    return value


def framed(frames: Sequence[bytes]) -> int:
    splitter = Splitter()
    return sum(len(splitter.feed(frame)) for frame in frames)


def flat(frames: Sequence[bytes]) -> int:
    """Framing, check value, header, time, numbers and flags as the row that is stored."""
    splitter, read = Splitter(), 0
    for frame in frames:
        for piece in splitter.feed(frame):
            if READER.read(piece.segment) is None:
                READER.learn(decode(piece))
            read += 1
    return read


def full(frames: Sequence[bytes]) -> int:
    """Every field with its text, its Decimal and its faults."""
    splitter = Splitter()
    return sum(bool(decode(piece).fields) for sent in frames for piece in splitter.feed(sent))


def memory_mb() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
