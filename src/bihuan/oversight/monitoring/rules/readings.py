"""What judgement reads: one factor of one record, and what its flag says about it. Pure."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Use(StrEnum):
    """What a statistic may do with a reading."""

    VALID = "valid"
    INVALID = "invalid"
    STOPPED = "stopped"
    OVER_RANGE = "over_range"


@dataclass(frozen=True, slots=True)
class Reading:
    """One factor of one record.

    `at` is the start of the period for minute, hour and day records and the instant for real-time ones
    (HJ 212-2017 table 8). `minutes` is how much time it stands for. `sampled_at` tells analysers' cycles
    apart where the device says it.
    """

    at: datetime
    value: float | None
    flag: str = "N"
    minutes: int = 60
    sampled_at: datetime | None = None
    low: float | None = None
    high: float | None = None
    converted: float | None = None
    quantity: float | None = None
    record: int | None = None


_FLAGS_2017 = {
    "N": Use.VALID,
    "F": Use.STOPPED,
    "M": Use.INVALID,
    "S": Use.INVALID,
    "D": Use.INVALID,
    "C": Use.INVALID,
    "T": Use.OVER_RANGE,
    "B": Use.INVALID,
}
_FLAGS_2005 = {
    "N": Use.VALID,
    "P": Use.INVALID,
    "F": Use.STOPPED,
    "C": Use.INVALID,
    "M": Use.INVALID,
    "T": Use.OVER_RANGE,
    "D": Use.INVALID,
    "S": Use.INVALID,
    "0": Use.INVALID,
    "1": Use.VALID,
    "2": Use.INVALID,
    "3": Use.VALID,
}
FLAGS = {"2005": _FLAGS_2005, "2017": _FLAGS_2017, "2025": _FLAGS_2017}


def use_of(flag: str, edition: str = "2017") -> Use:
    """What the data flag allows (HJ 212-2017 table 10, HJ/T 212-2005 table 9).

    An unknown letter is kept but counts as invalid (ours: the table of 2025 could not be read). No flag at
    all is "N", as the 2005 edition leaves it out.
    """
    return FLAGS[edition].get(flag.upper() or "N", Use.INVALID)


def counts(reading: Reading, edition: str = "2017") -> bool:
    """Whether it enters a mean: a value, and a flag that stands for a measurement.

    Over-range counts: the true value is at least as high, so leaving it out would hide an exceedance.
    """
    return reading.value is not None and use_of(reading.flag, edition) in (Use.VALID, Use.OVER_RANGE)
