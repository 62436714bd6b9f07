"""What a sensor would measure at any minute: a daily rhythm, slow drift and noise. Pure, the same for a seed.

The value of a minute depends on nothing but the series and the minute, so that real-time, minute, hour and
day records of one device agree, whoever asks for them and in whatever order.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

import numpy as np

MINUTES_A_DAY, BEIJING_MINUTES = 1440, 480
SLOW_DAYS, SLOWER_DAYS = 3.1, 11.0


class Slots(NamedTuple):
    mean: Any
    low: Any
    high: Any


@dataclass(frozen=True)
class Boost:
    """From one minute to another (since 1970) all values are so many times higher."""

    begin: int
    end: int
    times: float


@dataclass(frozen=True)
class Series:
    """`swing` is the share by which the day moves it, `noise` the share of chance."""

    key: int
    base: float
    decimals: int = 2
    swing: float = 0.15
    noise: float = 0.03
    lowest: float = 0.0
    highest: float = float("inf")
    boosts: Sequence[Boost] = ()

    def boosted(self, boost: Boost) -> "Series":
        return replace(self, boosts=(*self.boosts, boost))

    def slots(self, begins: Any, minutes: int) -> Slots:
        """Mean, least and greatest of each slot of so many minutes; `begins` are minutes since 1970."""
        begins = np.asarray(begins, dtype=np.int64)
        middle = begins + minutes / 2
        mean = self.base * self._rhythm(middle) * (1 + self.noise * _chance(begins, self.key))
        for boost in self.boosts:
            mean = np.where((begins >= boost.begin) & (begins < boost.end), mean * boost.times, mean)
        spread = mean * self.noise * (0.5 + np.abs(_chance(begins, self.key + 1)))
        return Slots(*(self._shown(one) for one in (mean, mean - spread, mean + spread)))

    def at(self, second: int, minutes: int) -> float:
        """The value in a moment, within the slot that holds it."""
        slot = self.slots([second // 60 // minutes * minutes], minutes)
        wobble = float(_chance(np.array([second]), self.key + 2)[0])
        share = min(1.0, max(-1.0, wobble))
        half = float(slot.high[0] - slot.low[0]) / 2
        return float(self._shown(np.array([slot.mean[0] + share * half]))[0])

    def _rhythm(self, minutes: Any) -> Any:
        day = 2 * np.pi * (minutes + BEIJING_MINUTES) / MINUTES_A_DAY
        phase = (self.key % 628) / 100
        slow, slower = day / SLOW_DAYS + phase, day / SLOWER_DAYS + 2 * phase
        return 1 + self.swing * np.sin(day - 2.2 + phase / 6) + 0.05 * np.sin(slow) + 0.05 * np.sin(slower)

    def _shown(self, values: Any) -> Any:
        return np.round(np.clip(values, self.lowest, self.highest), self.decimals)


def _chance(numbers: Any, key: int) -> Any:
    """About a normal distribution: the sum of four uniform numbers that a hash of the number gives."""
    bits = _hashed(numbers.astype(np.uint64) + np.uint64(key * 0x9E3779B97F4A7C15 % 2**64))
    parts = [(bits >> np.uint64(16 * place)) & np.uint64(0xFFFF) for place in range(4)]
    return (np.sum(parts, axis=0, dtype=np.float64) / 65_535 - 2) * 1.73


def _hashed(numbers: Any) -> Any:
    with np.errstate(over="ignore"):
        mixed = (numbers ^ (numbers >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
        mixed = (mixed ^ (mixed >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
        return mixed ^ (mixed >> np.uint64(31))
