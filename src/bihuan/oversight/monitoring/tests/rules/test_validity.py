"""Least counts of HJ 75-2017 and HJ 212-2017 appendix D (telemetry chapter 3.1)."""

from datetime import date, datetime, timedelta

import pytest

from bihuan.oversight.monitoring.rules.marking import Cover
from bihuan.oversight.monitoring.rules.periods import (
    HOUR,
    MINUTE,
    SHANGHAI,
    day_of,
    hour_of,
    hours_of,
    month_bounds,
    overlap,
    start_of,
)
from bihuan.oversight.monitoring.rules.readings import Reading, Use, counts, use_of
from bihuan.oversight.monitoring.rules.validity import (
    Reason,
    Status,
    ValidityRule,
    judge_day,
    judge_hour,
    label_end_suspect,
    minute_is_valid,
    month_is_valid,
    outside,
)

START = datetime(2026, 11, 2, 8, tzinfo=SHANGHAI)
GAS = ValidityRule()
WATER = ValidityRule(by_cycle=True, day_hours=18)
FREE = Cover()


def minutes(count: int, *, flag: str = "N", value: float | None = 10.0, length: int = 1) -> list[Reading]:
    return [Reading(START + n * length * MINUTE, value, flag, minutes=length, record=n) for n in range(count)]


@pytest.mark.parametrize(("samples", "valid"), [(11, False), (12, True)])
def test_d_2_2_a_minute_needs_12_samples(samples: int, valid: bool) -> None:
    assert minute_is_valid(samples, GAS) is valid


@pytest.mark.parametrize(("count", "status"), [(44, Status.INVALID), (45, Status.VALID), (60, Status.VALID)])
def test_hj_75_an_hour_needs_45_valid_minutes(count: int, status: Status) -> None:
    hour = judge_hour(minutes=minutes(count), record=None, marked=FREE, rule=GAS)
    assert hour.status is status
    assert hour.mean == 10
    assert hour.records == tuple(range(count))
    assert hour.basis == "minutes"


def test_minutes_with_a_fault_flag_dont_count() -> None:
    readings = [*minutes(44), Reading(START + 50 * MINUTE, 99.0, "D", minutes=1)]
    hour = judge_hour(minutes=readings, record=None, marked=FREE, rule=GAS)
    assert (hour.status, hour.reason, hour.mean) == (Status.INVALID, Reason.FEW, 10)


def test_over_range_counts_and_is_told() -> None:
    hour = judge_hour(minutes=minutes(60, flag="T"), record=None, marked=FREE, rule=GAS)
    assert hour.status is Status.VALID
    assert hour.over_range


def test_without_minutes_the_hour_of_the_device_is_taken() -> None:
    record = Reading(START, 33.0, record=7)
    hour = judge_hour(minutes=[], record=record, marked=FREE, rule=GAS)
    assert (hour.status, hour.mean, hour.basis, hour.records) == (Status.VALID, 33.0, "hour", (7,))


@pytest.mark.parametrize(("marked", "status"), [(15, Status.VALID), (16, Status.INVALID)])
def test_marked_minutes_are_not_valid_minutes(marked: int, status: Status) -> None:
    hour = judge_hour(minutes=[], record=Reading(START, 33.0), marked=Cover(invalid=marked), rule=GAS)
    assert hour.status is status
    assert hour.reason == ("" if status is Status.VALID else Reason.MARKED)


def test_an_hour_of_marks_without_data_is_marked() -> None:
    hour = judge_hour(minutes=[], record=None, marked=Cover(invalid=60), rule=GAS)
    assert (hour.status, hour.reason) == (Status.INVALID, Reason.MARKED)


def test_an_hour_of_faults_is_invalid_and_one_of_nothing_is_missing() -> None:
    fault = judge_hour(minutes=[], record=Reading(START, 3.0, "D"), marked=FREE, rule=GAS)
    assert (fault.status, fault.reason) == (Status.INVALID, Reason.FLAGGED)
    faults = judge_hour(minutes=minutes(60, flag="B"), record=None, marked=FREE, rule=GAS)
    assert (faults.status, faults.reason) == (Status.INVALID, Reason.FLAGGED)
    nothing = judge_hour(minutes=[], record=None, marked=FREE, rule=GAS)
    assert (nothing.status, nothing.reason) == (Status.MISSING, Reason.ABSENT)


@pytest.mark.parametrize(
    ("readings", "record", "marked"),
    [
        ([], None, Cover(stopped=60)),
        (minutes(60, flag="F"), None, FREE),
        ([], Reading(START, 0.0, "F"), FREE),
    ],
)
def test_a_stopped_hour_is_neither_valid_nor_invalid(
    readings: list[Reading], record: Reading | None, marked: Cover
) -> None:
    hour = judge_hour(minutes=readings, record=record, marked=marked, rule=GAS)
    assert (hour.status, hour.reason) == (Status.STOPPED, Reason.STOPPED)
    assert hour.mean == (record.value if record else None)


@pytest.mark.parametrize(
    ("cycle", "sampled", "status"),
    [
        (60, 1, Status.VALID),
        (20, 3, Status.VALID),
        (20, 2, Status.INVALID),
        (120, 1, Status.VALID),
    ],
)
def test_hj_356_water_counts_analyser_cycles(cycle: int, sampled: int, status: Status) -> None:
    readings = [
        Reading(START + n * 10 * MINUTE, 30.0, minutes=10, sampled_at=START + (n % sampled) * 20 * MINUTE)
        for n in range(3)
    ]
    hour = judge_hour(minutes=readings, record=None, marked=FREE, rule=WATER, cycle_minutes=cycle)
    assert hour.status is status


@pytest.mark.parametrize(("count", "status"), [(4, Status.INVALID), (5, Status.VALID)])
def test_water_without_sample_times_counts_minutes(count: int, status: Status) -> None:
    hour = judge_hour(minutes=minutes(count, length=10), record=None, marked=FREE, rule=WATER)
    assert hour.status is status


def hours(valid: int, *, stopped: int = 0, missing: int = 0) -> list[Status]:
    rest = 24 - valid - stopped - missing
    return (
        [Status.VALID] * valid
        + [Status.STOPPED] * stopped
        + [Status.MISSING] * missing
        + [Status.INVALID] * rest
    )


@pytest.mark.parametrize(("valid", "status"), [(19, Status.INVALID), (20, Status.VALID), (24, Status.VALID)])
def test_hj_75_a_day_needs_20_valid_hours(valid: int, status: Status) -> None:
    assert judge_day(hours(valid), GAS).status is status


def test_stopped_hours_leave_both_sides_of_a_day() -> None:
    assert judge_day(hours(10, stopped=12), GAS).status is Status.VALID
    assert judge_day(hours(9, stopped=12), GAS).status is Status.INVALID
    assert judge_day(hours(0, stopped=24), GAS).status is Status.STOPPED
    assert judge_day(hours(0, missing=24), GAS).status is Status.MISSING


def test_a_water_day_needs_three_quarters() -> None:
    assert judge_day(hours(18), WATER).status is Status.VALID
    assert judge_day(hours(17), WATER).status is Status.INVALID


@pytest.mark.parametrize(
    ("days", "month", "valid"),
    [(24, 3, False), (25, 3, True), (22, 2, False), (23, 2, True)],
)
def test_hj_75_a_month_needs_25_days_and_february_23(days: int, month: int, valid: bool) -> None:
    assert month_is_valid(days, date(2026, month, 1), GAS) is valid


@pytest.mark.parametrize(
    ("flag", "edition", "use"),
    [
        ("N", "2017", Use.VALID),
        ("", "2005", Use.VALID),
        ("n", "2017", Use.VALID),
        ("T", "2017", Use.OVER_RANGE),
        ("F", "2017", Use.STOPPED),
        ("F", "2005", Use.STOPPED),
        ("P", "2005", Use.INVALID),
        ("P", "2017", Use.INVALID),
        ("?", "2025", Use.INVALID),
    ],
)
def test_flags_by_edition(flag: str, edition: str, use: Use) -> None:
    assert use_of(flag, edition) is use


def test_a_reading_without_value_never_counts() -> None:
    assert not counts(Reading(START, None))
    assert counts(Reading(START, 0.0))


def test_readings_a_mark_touches_are_left_out() -> None:
    readings = minutes(6, length=10)
    kept = outside(readings, [(START + 15 * MINUTE, START + 25 * MINUTE)])
    assert [one.record for one in kept] == [0, 3, 4, 5]


@pytest.mark.parametrize(("after", "suspect"), [(4, True), (5, False), (12, False)])
def test_a_record_that_comes_at_its_label_names_the_end(after: int, suspect: bool) -> None:
    assert label_end_suspect(START, START + after * MINUTE, timedelta(minutes=10)) is suspect


def test_hours_and_days_are_cut_in_beijing_time() -> None:
    utc = datetime.fromisoformat("2026-11-01T16:30:00+00:00")
    assert day_of(utc) == date(2026, 11, 2)
    assert hour_of(utc) == start_of(date(2026, 11, 2))
    assert hours_of(date(2026, 11, 2))[8] == START
    assert month_bounds(date(2026, 2, 9)) == (start_of(date(2026, 2, 1)), start_of(date(2026, 3, 1)))
    assert overlap(START, START + HOUR, START + 30 * MINUTE, START + 3 * HOUR) == 30 * MINUTE
    assert overlap(START, START + HOUR, START + 2 * HOUR, START + 3 * HOUR) == timedelta(0)
