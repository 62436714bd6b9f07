"""When an hour, a day, a month of data is valid. Pure.

HJ 75-2017 for flue gas, HJ 355/356-2019 for waste water.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from math import ceil

from bihuan.oversight.monitoring.rules.marking import Cover
from bihuan.oversight.monitoring.rules.means import time_weighted_mean
from bihuan.oversight.monitoring.rules.periods import HOURS_A_DAY, MINUTE, MINUTES_AN_HOUR
from bihuan.oversight.monitoring.rules.readings import Reading, Use, counts, use_of

FEBRUARY = 2


class Status(StrEnum):
    """What a period of one factor turned out to be."""

    VALID = "valid"
    INVALID = "invalid"
    STOPPED = "stopped"
    MISSING = "missing"


class Reason(StrEnum):
    """Why it is not valid; empty when it is."""

    NONE = ""
    FEW = "too_few_data"
    MARKED = "marked_invalid"
    FLAGGED = "device_flag"
    STOPPED = "facility_stopped"
    ABSENT = "no_data"
    OXYGEN = "oxygen_invalid"


@dataclass(frozen=True, slots=True)
class ValidityRule:
    """Least counts of one rule set.

    `by_cycle` judges an hour by analyser cycles (waste water) instead of minutes (flue gas).
    """

    minute_samples: int = 12
    hour_minutes: int = 45
    day_hours: int = 20
    month_days: int = 25
    february_days: int = 23
    by_cycle: bool = False
    cycle_share: float = 1.0


@dataclass(frozen=True, slots=True)
class Hour:
    """One judged hour of one factor; `minutes` are those that counted, `basis` what the mean was made of."""

    status: Status
    reason: Reason = Reason.NONE
    mean: float | None = None
    minutes: float = 0.0
    basis: str = ""
    records: tuple[int, ...] = ()
    over_range: bool = False


def minute_is_valid(samples: int, rule: ValidityRule) -> bool:
    """At least 12 samples, one each 5 s (HJ 212-2017 D.2.2)."""
    return samples >= rule.minute_samples


def judge_hour(
    *,
    minutes: Sequence[Reading],
    record: Reading | None,
    marked: Cover,
    rule: ValidityRule,
    edition: str = "2017",
    cycle_minutes: int = 60,
) -> Hour:
    """Judge one hour from its minute records, else from the hour the device sent.

    `minutes` holds only readings outside marks. An hour that stood still altogether is stopped: it leaves
    both sides of every rate (HJ 75-2017 12). What was measured all the same stays, to hold against the mark.
    """
    if marked.stopped >= MINUTES_AN_HOUR or _all_stopped(minutes, record, edition):
        mean = record.value if record else None
        return Hour(Status.STOPPED, Reason.STOPPED, mean, records=_records(minutes, record))
    used = [reading for reading in minutes if counts(reading, edition)]
    basis = "minutes"
    if not minutes and record is not None:
        used, basis = [record] if counts(record, edition) else [], "hour"
    if not used:
        return _without_data(minutes, record, marked)
    free = MINUTES_AN_HOUR - marked.stopped - marked.invalid
    covered = min(free, float(sum(reading.minutes for reading in used)))
    mean = time_weighted_mean((reading.value or 0.0, reading.minutes) for reading in used)
    over = any(use_of(reading.flag, edition) is Use.OVER_RANGE for reading in used)
    enough = _enough(used, covered, rule=rule, cycle_minutes=cycle_minutes)
    reason = Reason.NONE if enough else _why_few(marked, rule)
    status = Status.VALID if enough else Status.INVALID
    return Hour(status, reason, mean, covered, basis, _records(used, None), over)


def _enough(used: Sequence[Reading], covered: float, *, rule: ValidityRule, cycle_minutes: int) -> bool:
    """By analyser cycles where the device tells its sample times; else by minutes covered (ours)."""
    sampled = {reading.sampled_at for reading in used if reading.sampled_at is not None}
    if rule.by_cycle and sampled:
        due = max(1, MINUTES_AN_HOUR // cycle_minutes)
        return len(sampled) >= due * rule.cycle_share
    return covered >= rule.hour_minutes


def _all_stopped(minutes: Sequence[Reading], record: Reading | None, edition: str) -> bool:
    told = [*minutes, *([record] if record is not None else [])]
    return bool(told) and all(use_of(reading.flag, edition) is Use.STOPPED for reading in told)


def _without_data(minutes: Sequence[Reading], record: Reading | None, marked: Cover) -> Hour:
    records = _records(minutes, record)
    if marked.invalid > 0:
        return Hour(Status.INVALID, Reason.MARKED, records=records)
    if minutes or record is not None:
        return Hour(Status.INVALID, Reason.FLAGGED, records=records)
    return Hour(Status.MISSING, Reason.ABSENT)


def _why_few(marked: Cover, rule: ValidityRule) -> Reason:
    short = MINUTES_AN_HOUR - marked.invalid - marked.stopped < rule.hour_minutes
    return Reason.MARKED if short else Reason.FEW


def _records(readings: Sequence[Reading], record: Reading | None) -> tuple[int, ...]:
    told = [*readings, *([record] if record is not None else [])]
    return tuple(sorted({reading.record for reading in told if reading.record is not None}))


def outside(readings: Sequence[Reading], spans: Sequence[tuple[datetime, datetime]]) -> list[Reading]:
    """The readings whose period no span touches."""
    return [
        reading
        for reading in readings
        if not any(low < reading.at + reading.minutes * MINUTE and reading.at < high for low, high in spans)
    ]


@dataclass(frozen=True, slots=True)
class Day:
    """Hours of one factor and day: how many were valid, how many were due (24 less the stopped)."""

    status: Status
    valid: int
    due: int
    needed: int


def judge_day(statuses: Sequence[Status], rule: ValidityRule) -> Day:
    """Flue gas: 20 valid hours of 24 (HJ 75-2017); waste water: three quarters of the hours due (ours).

    Where hours stood still the count scales with the hours due (ours), since stopped hours leave both sides.
    """
    valid = sum(status is Status.VALID for status in statuses)
    due = HOURS_A_DAY - sum(status is Status.STOPPED for status in statuses)
    needed = ceil(rule.day_hours * due / HOURS_A_DAY)
    if due == 0:
        return Day(Status.STOPPED, valid, due, needed)
    if not any(status in (Status.VALID, Status.INVALID) for status in statuses):
        return Day(Status.MISSING, valid, due, needed)
    return Day(Status.VALID if valid >= needed else Status.INVALID, valid, due, needed)


def month_is_valid(valid_days: int, month: date, rule: ValidityRule) -> bool:
    """At least 25 valid days, 23 in February (HJ 75-2017)."""
    return valid_days >= (rule.february_days if month.month == FEBRUARY else rule.month_days)


def label_end_suspect(at: datetime, received: datetime, interval: timedelta) -> bool:
    """Whether the sender seems to label the end of its periods: it came in sooner than half an interval."""
    return received - at < interval / 2
