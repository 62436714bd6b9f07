"""Weighted milestones and the report's words for where a problem stands."""

from datetime import date

import pytest

from bihuan.loop.rules.plans import MilestoneFact, TrackRule, reporting_status, track, weights_complete
from bihuan.loop.rules.states import ReportingStatus, State

AUGUST = date(2022, 8, 15)
PLAN = [
    MilestoneFact(date(2022, 3, 31), 20, date(2022, 3, 30)),
    MilestoneFact(date(2022, 6, 30), 30),
    MilestoneFact(date(2022, 12, 31), 50),
]


def test_worked_example_on_the_fifteenth_of_august() -> None:
    found = track(PLAN, AUGUST)
    assert (found.planned, found.actual, found.gap, found.days_late) == (50, 20, 30, 46)
    assert found.colour(TrackRule()) == "red"


@pytest.mark.parametrize(
    ("on", "colour"),
    [
        (date(2022, 3, 1), "green"),
        (date(2022, 3, 31), "green"),
        (date(2022, 7, 1), "red"),
        (date(2023, 1, 5), "red"),
    ],
)
def test_colours_over_the_year(on: date, colour: str) -> None:
    assert track(PLAN, on).colour(TrackRule()) == colour


def test_a_small_gap_is_yellow_until_it_is_old() -> None:
    small = [MilestoneFact(date(2022, 6, 30), 10), MilestoneFact(date(2022, 12, 31), 90)]
    assert track(small, date(2022, 7, 1)).colour(TrackRule()) == "yellow"
    assert track(small, AUGUST).colour(TrackRule()) == "red"


@pytest.mark.parametrize(
    ("weights", "complete"),
    [([20, 30, 50], True), ([100], True), ([], False), ([50, 40], False), ([120, -20], False)],
)
def test_weights_add_up_to_a_hundred(weights, complete) -> None:
    assert weights_complete(weights) == complete


@pytest.mark.parametrize(
    ("state", "status"),
    [
        (State.REGISTERED, ReportingStatus.BEHIND),
        (State.CLOSED, ReportingStatus.CLOSED),
        (State.ARCHIVED, ReportingStatus.CLOSED),
        (State.LONG_TERM, ReportingStatus.LONG_TERM),
        (State.ACCEPTED, ReportingStatus.COMPLETED),
        (State.RECTIFYING, ReportingStatus.BEHIND),
    ],
)
def test_the_word_of_the_report(state, status) -> None:
    assert reporting_status(state, PLAN, on=AUGUST) == status


def test_without_a_plan_or_a_gap() -> None:
    assert reporting_status(State.REPORTED, [], on=AUGUST) == ReportingStatus.NOT_STARTED
    assert reporting_status(State.RECTIFYING, [], on=AUGUST) == ReportingStatus.ON_TRACK
    assert reporting_status(State.RECTIFYING, [], on=AUGUST, overdue=True) == ReportingStatus.BEHIND
