"""Published and computed worked dates of mechanism.md §7, and properties that hold for any date."""

from datetime import date, timedelta

import chinese_calendar
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bihuan.kernel.calendar.rules import (
    Calendar,
    Deadline,
    TimeLeft,
    Unit,
    add_months,
    deadline,
    remaining_working_days,
    resumed_due,
    time_left,
    whole_months_between,
    working_days_between,
    working_days_in_year,
)

FIRST, LAST = date(2004, 1, 1), date(2026, 12, 31)
DAYS = {
    FIRST + timedelta(days=n): chinese_calendar.is_workday(FIRST + timedelta(days=n))
    for n in range((LAST - FIRST).days + 1)
}
OFFICIAL = Calendar(days=DAYS, version="test", horizon=LAST)
in_range = st.dates(date(2005, 1, 1), date(2026, 1, 1))


@pytest.mark.parametrize(
    ("start", "length", "end"),
    [
        ("2026-02-12", 5, "2026-02-26"),
        ("2026-09-18", 5, "2026-09-24"),
        ("2026-09-28", 10, "2026-10-16"),
        ("2025-12-30", 3, "2026-01-05"),
        ("2017-11-28", 5, "2017-12-05"),
        ("2021-02-04", 30, "2021-03-23"),
        ("2024-08-21", 45, "2024-10-29"),
    ],
)
def test_worked_working_days(start: str, length: int, end: str) -> None:
    due = deadline(date.fromisoformat(start), length, Unit.WORKING_DAY, calendar=OFFICIAL)
    assert due == Deadline(date.fromisoformat(end), provisional=False)


def test_calendar_days_with_the_start_counted() -> None:
    due = deadline(date(2019, 12, 13), 7, Unit.CALENDAR_DAY, calendar=OFFICIAL, start_inclusive=True)
    assert due.day == date(2019, 12, 19)


@pytest.mark.parametrize(("year", "days"), [(2024, 251), (2025, 248), (2026, 248)])
def test_working_days_of_a_year(year: int, days: int) -> None:
    assert working_days_in_year(year, OFFICIAL) == days


def test_beyond_the_horizon_a_date_is_provisional() -> None:
    assert deadline(date(2026, 12, 28), 5, Unit.WORKING_DAY, calendar=OFFICIAL).provisional
    assert deadline(date(2026, 12, 25), 10, Unit.CALENDAR_DAY, calendar=OFFICIAL, roll=True).provisional


def test_an_end_on_a_rest_day_rolls_only_where_the_rule_says_so() -> None:
    friday = date(2026, 3, 6)
    kept = deadline(friday, 1, Unit.CALENDAR_DAY, calendar=OFFICIAL)
    rolled = deadline(friday, 1, Unit.CALENDAR_DAY, calendar=OFFICIAL, roll=True)
    assert (kept.day, rolled.day) == (date(2026, 3, 7), date(2026, 3, 9))


@pytest.mark.parametrize(
    ("unit", "length", "end"),
    [
        (Unit.MONTH, 6, date(2022, 7, 31)),
        (Unit.YEAR, 1, date(2023, 1, 31)),
        (Unit.MONTH, 1, date(2022, 2, 28)),
    ],
)
def test_months_and_years(unit: Unit, length: int, end: date) -> None:
    assert deadline(date(2022, 1, 31), length, unit, calendar=OFFICIAL).day == end


def test_working_days_with_the_start_counted() -> None:
    monday = date(2026, 3, 2)
    due = deadline(monday, 1, Unit.WORKING_DAY, calendar=OFFICIAL, start_inclusive=True)
    assert due.day == monday


def test_a_negative_length_is_a_mistake() -> None:
    with pytest.raises(ValueError):
        deadline(date(2022, 1, 1), -1, Unit.WORKING_DAY, calendar=OFFICIAL)


def test_time_left_counts_working_days_ahead_and_calendar_days_late() -> None:
    friday = date(2026, 3, 6)
    assert time_left(date(2026, 3, 9), friday, OFFICIAL) == TimeLeft(1, 0)
    assert time_left(date(2026, 3, 4), friday, OFFICIAL) == TimeLeft(0, 2)


def test_eleven_whole_months_early() -> None:
    assert whole_months_between(date(2021, 12, 30), date(2022, 11, 30)) == 11
    assert whole_months_between(date(2021, 12, 31), date(2022, 11, 30)) == 11
    assert whole_months_between(date(2022, 11, 30), date(2021, 12, 30)) == -11
    assert whole_months_between(date(2022, 1, 15), date(2022, 2, 14)) == 0


def test_working_days_of_a_week_forwards_and_backwards() -> None:
    friday, next_friday = date(2026, 3, 6), date(2026, 3, 13)
    assert working_days_between(friday, next_friday, OFFICIAL) == 5
    assert working_days_between(next_friday, friday, OFFICIAL) == -5


@given(in_range, st.integers(0, 120))
def test_a_deadline_holds_exactly_its_working_days(start: date, length: int) -> None:
    due = deadline(start, length, Unit.WORKING_DAY, calendar=OFFICIAL)
    assert working_days_between(start, due.day, OFFICIAL) == length
    assert length == 0 or OFFICIAL.works(due.day)


@given(in_range, in_range)
def test_working_days_between_is_odd(first: date, last: date) -> None:
    assert working_days_between(first, last, OFFICIAL) == -working_days_between(last, first, OFFICIAL)


@given(in_range, st.integers(0, 60), in_range)
def test_a_pause_keeps_what_was_left(paused_on: date, length: int, resumed_on: date) -> None:
    due = deadline(paused_on, length, Unit.WORKING_DAY, calendar=OFFICIAL)
    left = remaining_working_days(paused_on, due.day, OFFICIAL)
    again = resumed_due(resumed_on, left, OFFICIAL)
    assert working_days_between(resumed_on, again.day, OFFICIAL) == left == length


@given(in_range, st.integers(-48, 48))
def test_months_there_and_back_stay_in_the_month(start: date, count: int) -> None:
    there = add_months(start, count)
    assert (there.year * 12 + there.month) - (start.year * 12 + start.month) == count
    assert whole_months_between(start, there) in (count, count - 1, count + 1)
