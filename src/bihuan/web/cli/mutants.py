"""Thousands of damaged frames for the decoder: it must stand, name what is wrong, and claim nothing empty."""

import random
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from math import inf
from typing import Any

from bihuan.oversight.monitoring.rules.frame.decode import decode
from bihuan.oversight.monitoring.rules.frame.encode import encode, encode_parts, frame_of
from bihuan.oversight.monitoring.rules.frame.faults import Fault, Grave
from bihuan.oversight.monitoring.rules.frame.framing import Splitter
from bihuan.oversight.monitoring.rules.frame.header import cut
from bihuan.oversight.monitoring.rules.frame.types import Frame, Piece

KEY = b"0" * 16
IN_A_STREAM = 8
ODD = (
    b"&&",
    b"##",
    b"\r\n",
    b"=",
    b";",
    b",",
    b"//",
    b"CP=&&",
    b"\0",
    b" ",
    b"##0101",
    "清洗".encode("gbk"),
    b"{0xE4,",
)


@dataclass
class Tally:
    """`failures` and `empty` must stay empty; they keep the bytes that made them."""

    mutants: int = 0
    streams: int = 0
    frames: int = 0
    whole: int = 0
    slowest_us: float = 0.0
    faults: Counter[str] = field(default_factory=Counter)
    failures: list[tuple[str, str]] = field(default_factory=list)
    empty: list[str] = field(default_factory=list)
    uneven: list[str] = field(default_factory=list)

    def as_json(self) -> dict[str, Any]:
        return {
            "mutants": self.mutants,
            "streams_in_chunks": self.streams,
            "frames": self.frames,
            "read_without_loss": self.whole,
            "uncaught_failures": self.failures,
            "empty_successes": self.empty,
            "different_when_cut": self.uneven,
            "slowest_us": round(self.slowest_us),
            "faults": dict(self.faults.most_common()),
        }


def own_frames() -> list[bytes]:
    """Frames of every kind: real-time, hour, state, log, answer, parts, encrypted, of 2005."""
    head = [("QN", "20240123123205877"), ("ST", "32"), ("CN", "2011"), ("PW", "123456")]
    head += [("MN", "010000A8900016F000169DC0"), ("Flag", "5")]
    at = [("DataTime", "20240123123200")]
    cod = [("w01018-SampleTime", "20240123120000"), ("w01018-Rtd", "40.1"), ("w01018-Flag", "N")]
    gas = [[(f"a{code}-{kind}", "12.345") for kind in ("Min", "Avg", "Max")] for code in range(34001, 34012)]
    log = [("i11001-Info", "//清洗;管路,完成//")]
    old = [("ST", "32"), ("CN", "2011"), ("PW", "123456"), ("MN", "88888880000001")]
    answer = [("ST", "91"), ("CN", "9014")]
    return [
        encode(head, [at, cod]),
        encode(head, [at, *gas]),
        encode(head, [at, log]),
        encode(head, [at, [("SB1-RS", "1")], [("SB2-RS", "0")]]),
        encode(head, [at, cod, gas[0]], key=KEY),
        encode(head),
        encode(old, [at, [("011-Rtd", "231.0"), ("011-Flag", "N")]]),
        encode(answer, [[("QN", "20040516010101001")], [("CN", "2051")]]),
        *encode_parts(head, [at, *(gas * 2)]),
    ]


def run(
    seeds: Sequence[bytes],
    *,
    count: int,
    seed: int,
    seconds: float = inf,
    tell: Callable[[int], None] = lambda _: None,
) -> Tally:
    """Read `count` mutants, or as many as `seconds` allow; the same seed makes the same mutants."""
    chance = random.Random(seed)
    tally, until = Tally(), time.monotonic() + seconds
    stream: list[bytes] = []
    for number, mutant in enumerate(mutants(seeds, chance, count), 1):
        _try(mutant, chance, tally)
        stream.append(mutant)
        if len(stream) == IN_A_STREAM:
            _try_stream(b"".join(stream), chance, tally)
            stream = []
        if number % 1000 == 0:
            tell(number)
            if time.monotonic() > until:
                break
    return tally


def _try_stream(data: bytes, chance: random.Random, tally: Tally) -> None:
    """The same bytes in chunks of one to a hundred must give the same frames."""
    tally.streams += 1
    chunks, place = [], 0
    while place < len(data):
        size = chance.randint(1, 100)
        chunks.append(data[place : place + size])
        place += size
    try:
        even = _pieces(chunks) == _pieces([data])
    except Exception as error:  # noqa: BLE001 - to find any failure is what this is for
        tally.failures.append((repr(error), data.hex()))
        return
    if not even:
        tally.uneven.append(data.hex())


def mutants(seeds: Sequence[bytes], chance: random.Random, count: int) -> Iterator[bytes]:
    for _ in range(count):
        data = chance.choice(seeds)
        for _ in range(chance.choice((1, 1, 1, 2, 3, 8))):
            data = chance.choice(WAYS)(data, chance, seeds)
        yield data


def _try(mutant: bytes, chance: random.Random, tally: Tally) -> None:
    tally.mutants += 1
    began = time.process_time()
    try:
        pieces = _pieces([mutant])
        frames = [decode(piece, key=KEY if chance.random() < 0.5 else None) for piece in pieces]
    except Exception as error:  # noqa: BLE001 - to find any failure is what this is for
        tally.failures.append((repr(error), mutant.hex()))
        return
    tally.slowest_us = max(tally.slowest_us, (time.process_time() - began) * 1e6)
    for frame in frames:
        tally.frames += 1
        tally.whole += frame.is_whole
        tally.faults.update(map(str, frame.faults))
        if is_empty_success(frame):
            tally.empty.append(mutant.hex())
    place = chance.randrange(len(mutant) + 1)
    if _pieces([mutant[:place], mutant[place:]]) != pieces:
        tally.uneven.append(mutant.hex())


def is_empty_success(frame: Frame) -> bool:
    """Whether it counts as read while there is no command, no device, or none of the data that were sent."""
    if frame.gravity >= Grave.LOSS:
        return False
    named = frame.head.get("CN", "").isdigit() and (frame.head.get("MN") or frame.head.get("CN") == "9014")
    sent = (cut(frame.segment).data or b"").strip(b" ;,&\t\r\n\0")
    return not named or bool(sent and not frame.fields and Fault.ENCRYPTED not in frame.faults)


def _pieces(chunks: Sequence[bytes]) -> list[Piece]:
    splitter = Splitter()
    found = [piece for chunk in chunks for piece in splitter.feed(chunk)]
    return [*found, *splitter.flush()]


def _flip(data: bytes, chance: random.Random, _: Sequence[bytes]) -> bytes:
    place = chance.randrange(len(data) + 1)
    return data[:place] + bytes([chance.randrange(256)]) + data[place + 1 :]


def _drop(data: bytes, chance: random.Random, _: Sequence[bytes]) -> bytes:
    start = chance.randrange(len(data) + 1)
    return data[:start] + data[start + chance.choice((1, 1, 2, 10, 60)) :]


def _insert(data: bytes, chance: random.Random, _: Sequence[bytes]) -> bytes:
    place = chance.randrange(len(data) + 1)
    return data[:place] + chance.choice(ODD) + data[place:]


def _cut(data: bytes, chance: random.Random, _: Sequence[bytes]) -> bytes:
    return data[: chance.randrange(len(data) + 1)]


def _double(data: bytes, chance: random.Random, _: Sequence[bytes]) -> bytes:
    start = chance.randrange(len(data) + 1)
    return data[:start] + data[start : start + 40] * 2 + data[start + 40 :]


def _splice(data: bytes, chance: random.Random, seeds: Sequence[bytes]) -> bytes:
    other = chance.choice(seeds)
    return data[: chance.randrange(len(data) + 1)] + other[chance.randrange(len(other)) :]


def _glue(data: bytes, chance: random.Random, seeds: Sequence[bytes]) -> bytes:
    return data.rstrip(b"\r\n") + chance.choice(seeds)


def _case(data: bytes, chance: random.Random, _: Sequence[bytes]) -> bytes:
    place = chance.randrange(len(data) + 1)
    return data[:place] + data[place : place + 12].swapcase() + data[place + 12 :]


def _length(data: bytes, chance: random.Random, _: Sequence[bytes]) -> bytes:
    return data[:2] + b"%04d" % chance.choice((0, 1, 12, len(data), len(data) + 40, 9999)) + data[6:]


def _seal(data: bytes, chance: random.Random, _: Sequence[bytes]) -> bytes:
    """A right length and check value around what is there, so that the damage lies inside."""
    inside = data[6:].rstrip(b"\r\n")[:-4]
    return frame_of(inside) if len(inside) < 9000 and chance.random() < 0.8 else data


WAYS = (
    _flip,
    _flip,
    _drop,
    _insert,
    _insert,
    _cut,
    _double,
    _splice,
    _glue,
    _case,
    _length,
    _seal,
    _seal,
    _seal,
)
