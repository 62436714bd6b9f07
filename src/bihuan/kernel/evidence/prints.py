"""What a photo looks like, in a few numbers that survive re-encoding, resizing, brightening, some cropping.

A difference hash (64 bits) of the whole and of windows inside it: a crop resembles one of the windows of its
original. How well that works is measured by `bihuan bench photos`.
"""

import io
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import imagehash
import numpy
from PIL import Image, ImageStat

BITS, BANDS = 64, 4
BAND = BITS // BANDS
BAND_MASK = (1 << BAND) - 1
SIZE = (160, 120)
SCALES = (0.92, 0.84, 0.76)
STEPS = (0.0, 0.5, 1.0)


@dataclass(frozen=True)
class LikenessRule:
    """How many of 64 bits may differ; ours, chosen after `bihuan bench photos` (docs/benchmarks.md).

    `same_problem` is for before and after of one problem, which rightly show the same place; `contrast` is
    the spread of grey (0–255) below which a picture or window shows too little to be compared.
    """

    whole: int = 6
    part: int = 6
    same_problem: int = 4
    contrast: float = 6.0
    version: str = "likeness-1"
    ours: bool = True


LIKENESS_RULE = LikenessRule()


@dataclass(frozen=True)
class Print:
    """`whole` is None where the picture shows too little."""

    whole: int | None
    parts: tuple[int, ...] = ()


def windows() -> Iterator[tuple[int, int, int, int]]:
    width, height = SIZE
    for scale in SCALES:
        across, down = round(width * scale), round(height * scale)
        for x in STEPS:
            for y in STEPS:
                left, top = round((width - across) * x), round((height - down) * y)
                yield left, top, left + across, top + down


WINDOWS = tuple(windows())


def fingerprint(picture: bytes, rule: LikenessRule = LIKENESS_RULE) -> Print:
    """Of an image file as it is shown (upright)."""
    with Image.open(io.BytesIO(picture)) as image:
        grey = image.convert("L").resize(SIZE, Image.Resampling.LANCZOS)
    if not _shows_something(grey, rule):
        return Print(None)
    views = (grey.crop(box) for box in WINDOWS)
    return Print(_hash(grey), tuple(_hash(view) for view in views if _shows_something(view, rule)))


def _shows_something(grey: Image.Image, rule: LikenessRule) -> bool:
    return ImageStat.Stat(grey).stddev[0] >= rule.contrast


def _hash(grey: Image.Image) -> int:
    """As a signed 64-bit number, as PostgreSQL keeps it."""
    packed = numpy.packbits(imagehash.dhash(grey).hash.flatten()).tobytes()
    return int.from_bytes(packed, "big", signed=True)


def bands(value: int) -> list[int]:
    """The four quarters of a hash, each with its place: two hashes that differ little share one of them."""
    bits = value & (1 << BITS) - 1
    return [(place << BAND) | (bits >> (place * BAND)) & BAND_MASK for place in range(BANDS)]


def near_bands(value: int) -> list[int]:
    """The quarters, and each with one bit turned: hashes that differ in up to 7 bits surely share one."""
    return [
        quarter ^ turned for quarter in bands(value) for turned in (0, *(1 << bit for bit in range(BAND)))
    ]


def distance(first: int, second: int) -> int:
    """In how many of the 64 bits two hashes differ."""
    return ((first ^ second) & (1 << BITS) - 1).bit_count()


def likeness(first: Print, second: Print, rule: LikenessRule = LIKENESS_RULE) -> tuple[str, int] | None:
    """("whole" or "part", distance) when one resembles the other or a window of it; None otherwise."""
    if first.whole is None or second.whole is None:
        return None
    whole = distance(first.whole, second.whole)
    if whole <= rule.whole:
        return "whole", whole
    part = min(_nearest(first.whole, second.parts), _nearest(second.whole, first.parts))
    return ("part", part) if part <= rule.part else None


def could_meet(own: Print, other: Print) -> bool:
    """Whether the look-up (twins.py) would bring `other` forward: some quarter is shared."""
    if own.whole is None or other.whole is None:
        return False
    wholes, quarters = set(bands(other.whole)), set(bands(own.whole))
    return bool(
        wholes.intersection(near_bands(own.whole))
        or quarters.intersection(all_bands(other.parts))
        or wholes.intersection(all_bands(own.parts))
    )


def _nearest(whole: int, parts: Sequence[int]) -> int:
    return min((distance(whole, part) for part in parts), default=BITS)


def all_bands(hashes: Iterable[int]) -> list[int]:
    return sorted({band for value in hashes for band in bands(value)})
