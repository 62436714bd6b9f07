"""Working days, deadlines and what is left of them. Pure: the calendar comes in as data."""

import calendar as months
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

ONE_DAY = timedelta(days=1)
SATURDAY = 5


class Unit(TextChoices):
    WORKING_DAY = "wd", _("working days")
    CALENDAR_DAY = "day", _("calendar days")
    MONTH = "month", _("months")
    YEAR = "year", _("years")


@dataclass(frozen=True)
class Calendar:
    """Known days with whether one works on them; beyond them a Monday-to-Friday guess, marked as such."""

    days: Mapping[date, bool]
    version: str
    horizon: date

    def knows(self, day: date) -> bool:
        return day in self.days

    def works(self, day: date) -> bool:
        return self.days.get(day, day.weekday() < SATURDAY)


@dataclass(frozen=True)
class Deadline:
    """`provisional` when a day between start and end is not in the official calendar yet."""

    day: date
    provisional: bool = False


def deadline(
    start: date,
    length: int,
    unit: Unit | str,
    *,
    calendar: Calendar,
    start_inclusive: bool = False,
    roll: bool = False,
) -> Deadline:
    """The last day of a period; the start day counts only where `start_inclusive`.

    `roll` moves an end on a rest day to the next working day (the pattern of Civil Code art. 203).
    """
    if length < 0:
        raise ValueError(length)
    if unit == Unit.WORKING_DAY:
        return _after_working_days(start, length, calendar=calendar, start_inclusive=start_inclusive)
    end = _end_by_calendar(start, length, Unit(unit))
    if start_inclusive:
        end -= ONE_DAY
    if not roll:
        return Deadline(end)
    return _rolled(end, calendar)


def _after_working_days(start: date, length: int, *, calendar: Calendar, start_inclusive: bool) -> Deadline:
    day = start - ONE_DAY if start_inclusive else start
    provisional = False
    while length > 0:
        day += ONE_DAY
        provisional |= not calendar.knows(day)
        length -= calendar.works(day)
    return Deadline(day, provisional)


def _end_by_calendar(start: date, length: int, unit: Unit) -> date:
    if unit is Unit.CALENDAR_DAY:
        return start + timedelta(days=length)
    return add_months(start, length * (12 if unit is Unit.YEAR else 1))


def _rolled(end: date, calendar: Calendar) -> Deadline:
    provisional = not calendar.knows(end)
    while not calendar.works(end):
        end += ONE_DAY
        provisional |= not calendar.knows(end)
    return Deadline(end, provisional)


def add_months(start: date, count: int) -> date:
    """The same day `count` months later, or the month's last day where that day doesn't exist."""
    index = start.year * 12 + start.month - 1 + count
    year, month = divmod(index, 12)
    last = months.monthrange(year, month + 1)[1]
    return date(year, month + 1, min(start.day, last))


def whole_months_between(first: date, last: date) -> int:
    """Complete months from `first` to `last`; negative when `last` comes earlier."""
    if last < first:
        return -whole_months_between(last, first)
    count = (last.year - first.year) * 12 + last.month - first.month
    return count if add_months(first, count) <= last else count - 1


def working_days_between(first: date, last: date, calendar: Calendar) -> int:
    """Working days after `first` up to and including `last`; negative when `last` comes earlier."""
    if last < first:
        return -working_days_between(last, first, calendar)
    return sum(calendar.works(first + timedelta(days=n)) for n in range(1, (last - first).days + 1))


def working_days_in_year(year: int, calendar: Calendar) -> int:
    return working_days_between(date(year - 1, 12, 31), date(year, 12, 31), calendar)


def remaining_working_days(paused_on: date, due_on: date, calendar: Calendar) -> int:
    """What a paused clock has left; never negative."""
    return max(0, working_days_between(paused_on, due_on, calendar))


def resumed_due(resumed_on: date, remaining: int, calendar: Calendar) -> Deadline:
    """The new end of a clock that goes on with the working days it had left."""
    return deadline(resumed_on, remaining, Unit.WORKING_DAY, calendar=calendar)


@dataclass(frozen=True)
class TimeLeft:
    """Working days left, or calendar days late; exactly one of the two is not zero unless due today."""

    working_days_left: int
    days_late: int


def time_left(due_on: date, today: date, calendar: Calendar) -> TimeLeft:
    if due_on < today:
        return TimeLeft(0, (today - due_on).days)
    return TimeLeft(working_days_between(today, due_on, calendar), 0)
