from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bihuan.kernel.calendar.rules import Calendar
from bihuan.kernel.notices.rules.reminders import Steps, label, sent_on, step_between

STEPS = Steps((-30, -15, -7, -3, -1, 0, 1), 7)
# The national holiday of 2026: 1 to 7 October rest, Saturday the 10th works.
DAYS = {date(2026, 10, day): day == 10 for day in (*range(1, 8), 10)}
CALENDAR = Calendar(days=DAYS, version="test", horizon=date(2026, 12, 31))


def step(due: str, today: str, *, after: str = "2026-01-01") -> int | None:
    return step_between(
        date.fromisoformat(due),
        after=date.fromisoformat(after),
        today=date.fromisoformat(today),
        steps=STEPS,
        calendar=CALENDAR,
    )


@pytest.mark.parametrize(
    ("today", "found"),
    [
        ("2026-07-14", -30), ("2026-07-29", -15), ("2026-08-06", -7), ("2026-08-10", -3),
        ("2026-08-12", -1), ("2026-08-13", 0), ("2026-08-14", 1), ("2026-08-21", 8), ("2026-08-28", 15),
        ("2027-08-13", 365),
    ],
)  # fmt: skip
def test_the_steps_of_a_due_date(today, found):
    """Mechanism §7: T−30, −15, −7, −3, −1, 0, +1, then weekly; the date is a Thursday."""
    day = date.fromisoformat(today)
    before = (day - timedelta(days=1)).isoformat()
    assert step("2026-08-13", today, after=before) == found


@pytest.mark.parametrize("today", ["2026-07-13", "2026-08-07", "2026-08-11", "2026-08-17"])
def test_between_two_steps_nothing_is_sent(today):
    before = (date.fromisoformat(today) - timedelta(days=1)).isoformat()
    assert step("2026-08-13", today, after=before) is None


def test_before_a_holiday_people_are_told_of_what_ends_in_it():
    """Due on 5 October: the last three steps all come forward to 30 September, and the last is sent."""
    assert sent_on(date(2026, 10, 5), 0, CALENDAR) == date(2026, 9, 30)
    assert step("2026-10-05", "2026-09-30", after="2026-09-29") == 0
    assert sent_on(date(2026, 10, 5), 1, CALENDAR) == date(2026, 10, 8)
    assert step("2026-10-05", "2026-10-08", after="2026-09-30") == 1


def test_a_period_that_began_late_is_not_reminded_of_what_had_passed():
    assert step("2026-08-13", "2026-08-10", after="2026-08-10") is None
    assert step("2026-08-13", "2026-08-12", after="2026-08-10") == -1


def test_after_a_pause_of_the_machine_only_the_last_step_is_made_up():
    assert step("2026-08-13", "2026-08-13", after="2026-07-10") == 0


def test_a_step_has_a_name_for_ever():
    assert [label(one) for one in (-30, 0, 8)] == ["T-30", "T+0", "T+8"]


@given(due=st.dates(date(2026, 2, 1), date(2026, 12, 1)))
def test_over_the_days_each_step_comes_once_and_only_on_working_days(due):
    sent, before = [], due - timedelta(days=60)
    for count in range(110):
        day = due - timedelta(days=59) + timedelta(days=count)
        if not CALENDAR.works(day):
            continue
        found = step_between(due, after=before, today=day, steps=STEPS, calendar=CALENDAR)
        before = day
        if found is not None:
            sent.append(found)
    assert sent == sorted(set(sent))
    assert set(sent) <= set(STEPS.until(60))
    assert {1, 8} & set(sent)  # a holiday may bring both to one day
