"""The valid transmission rate (数据传输有效率), counted in factor-hours. Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from bihuan.oversight.monitoring.rules.periods import HOURS_A_DAY
from bihuan.oversight.monitoring.rules.validity import Status

PER_CENT = 100.0
CHECKED_DAILY = frozenset({"w01018", "w21003", "w21011", "w21001"})
"""COD, NH₃-N, TP, TN: their analysers check themselves against a standard for one hour a day."""


@dataclass(frozen=True, slots=True)
class TransmissionRule:
    """`check_hours` a day may be missing or invalid for factors of `checked` and still count as full."""

    check_hours: int = 1
    checked: frozenset[str] = CHECKED_DAILY
    target: float = 75.0


@dataclass(frozen=True, slots=True)
class FactorHours:
    """Hours that should have come and did, should have been valid and were. They add up."""

    must_transmit: int = 0
    transmitted: int = 0
    must_be_valid: int = 0
    valid: int = 0

    def __add__(self, other: "FactorHours") -> "FactorHours":
        return FactorHours(
            self.must_transmit + other.must_transmit,
            self.transmitted + other.transmitted,
            self.must_be_valid + other.must_be_valid,
            self.valid + other.valid,
        )


def total(parts: Iterable[FactorHours]) -> FactorHours:
    return sum(parts, FactorHours())


def transmission_rate(hours: FactorHours) -> float | None:
    return hours.transmitted / hours.must_transmit * PER_CENT if hours.must_transmit else None


def validity_rate(hours: FactorHours) -> float | None:
    return hours.valid / hours.must_be_valid * PER_CENT if hours.must_be_valid else None


def valid_transmission_rate(hours: FactorHours) -> float | None:
    """transmitted/due × valid/due in per cent; None where nothing was due (stood still throughout)."""
    sent, good = transmission_rate(hours), validity_rate(hours)
    return None if sent is None or good is None else sent * good / PER_CENT


def count_day(factor: str, statuses: Sequence[Status], rule: TransmissionRule) -> FactorHours:
    """The factor-hours of one factor and day from the statuses of its hours.

    A stopped hour leaves both sides. What came must be valid. For a factor whose analyser checks itself,
    the allowed hour a day counts as if it had come and been valid, so that 23 of 24 are 100 %.
    """
    due = sum(status is not Status.STOPPED for status in statuses)
    came = sum(status in (Status.VALID, Status.INVALID) for status in statuses)
    valid = sum(status is Status.VALID for status in statuses)
    if factor in rule.checked and due == HOURS_A_DAY:
        allowed = min(rule.check_hours, due - valid)
        lost = min(allowed, due - came)
        return FactorHours(due, came + lost, came + lost, valid + allowed)
    return FactorHours(due, came, came, valid)
