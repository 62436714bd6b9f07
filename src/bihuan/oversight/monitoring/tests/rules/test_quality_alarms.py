"""Q1–Q7 of the telemetry chapter 5."""

import csv
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from bihuan.oversight.monitoring.rules.alarms import quality
from bihuan.oversight.monitoring.rules.episodes import Point
from bihuan.oversight.monitoring.rules.periods import HOUR, MINUTE, SHANGHAI
from bihuan.oversight.monitoring.rules.readings import Reading

START = datetime(2026, 11, 2, tzinfo=SHANGHAI)
REAL = Path(__file__).parents[7] / "shared/data/wastewater_online_monitor/outlet_hourly.csv"
WATER_CONSTANT = {"samples": 6, "minutes": 0}
GAS_CONSTANT = {"samples": 4, "minutes": 60}
SPIKE = {"mads": 6, "share": 0.5, "within": 2, "least_points": 12}
STEP = {"hours": 6, "share": 0.4, "load_share": 0.2}


def series(*values: float | None, length: timedelta = HOUR) -> list[Point]:
    return [Point(START + n * length, value, length=length) for n, value in enumerate(values)]


def at(hour: float) -> datetime:
    return START + hour * HOUR


def test_q1_raw_repeats_of_one_analyser_cycle_are_normal() -> None:
    held = [Reading(at(n / 6), 33.1, sampled_at=at(n // 24 * 4), minutes=10) for n in range(6 * 20)]
    points = quality.by_sample(held)
    assert len(points) == 5
    assert quality.constant(points, WATER_CONSTANT) == []


def test_q1_six_distinct_samples_of_the_same_value() -> None:
    (episode,) = quality.constant(series(30, 33.1, 33.1, 33.1, 33.1, 33.1, 33.1, 31), WATER_CONSTANT)
    assert (episode.start, episode.end, episode.count) == (at(1), at(7), 6)


def test_q1_flue_gas_needs_sixty_minutes_and_may_go_on() -> None:
    still = series(*[12.34] * 60, length=MINUTE)
    (episode,) = quality.constant(still, GAS_CONSTANT)
    assert episode.is_open
    assert quality.constant(still[:59], GAS_CONSTANT) == []


def test_q1_zeros_are_another_rules_matter() -> None:
    assert quality.constant(series(*[0.0] * 12), WATER_CONSTANT) == []


def test_by_sample_keeps_readings_without_sample_time() -> None:
    assert len(quality.by_sample([Reading(at(n), 1.0) for n in range(3)])) == 3


@pytest.mark.skipif(
    not REAL.exists(), reason="the real series of a waste-water monitor is not beside this checkout"
)
def test_q1_and_q2_on_a_real_monitor_find_its_frozen_weeks() -> None:
    with REAL.open(encoding="utf-8") as file:
        rows = [row for row in csv.DictReader(file) if row["hourly_mean_value"]]
    points = [
        Point(
            datetime.fromisoformat(row["monitor_time"]).replace(tzinfo=SHANGHAI),
            float(row["hourly_mean_value"]),
        )
        for row in rows
    ]
    frozen = quality.constant(points, WATER_CONSTANT)
    assert max(episode.count for episode in frozen) == 172
    assert all(episode.count >= 6 for episode in frozen)
    spikes = quality.spike(points, step=0.01, p=SPIKE)
    assert spikes
    assert all(episode.count <= 2 and (episode.peak or 0) > 0 for episode in spikes)


def test_q2_two_hours_of_zero_while_running() -> None:
    (episode,) = quality.zero(series(5, 0, 0, 5, 0, 5), {"hours": 2})
    assert (episode.start, episode.end) == (at(1), at(3))
    stopped = [Point(at(n), 0.0, usable=False) for n in range(5)]
    assert quality.zero(stopped, {"hours": 2}) == []


def test_q3_below_minus_two_per_cent_of_the_range_three_times() -> None:
    p = {"share": 0.02, "records": 3}
    (episode,) = quality.negative(series(1, -5, -4, -6, 1), "a21026", upper_range=100, p=p)
    assert (episode.start, episode.end, episode.peak) == (at(1), at(4), -6)
    (going,) = quality.negative(series(1, -5, -4, -6), "a21026", upper_range=100, p=p)
    assert going.is_open
    assert quality.negative(series(-2, -2, -2, -2), "a21026", upper_range=100, p=p) == []
    assert quality.negative(series(-5, -5, -5), "a21026", upper_range=None, p=p) == []
    assert quality.negative(series(-5, -5, -5), "a01013", upper_range=100, p=p) == []


def noisy(count: int = 24) -> list[float]:
    return [20 + (n % 3) * 0.5 for n in range(count)]


def test_q4_one_hour_far_away_and_back() -> None:
    (episode,) = quality.spike(series(*noisy(), 60, *noisy(5)), step=0.1, p=SPIKE)
    assert (episode.start, episode.end, episode.peak) == (at(24), at(25), 60)


def test_q4_what_stays_is_no_spike_and_what_is_last_may_stay() -> None:
    assert quality.spike(series(*noisy(), 60, 61, 62, *noisy(5)), step=0.1, p=SPIKE) == []
    assert quality.spike(series(*noisy(), 60), step=0.1, p=SPIKE) == []


def test_q4_needs_a_day_to_compare_with_and_half_the_median() -> None:
    assert quality.spike(series(*noisy(6), 60, *noisy(3)), step=0.1, p=SPIKE) == []
    assert quality.spike(series(*noisy(), 25, *noisy(3)), step=0.1, p=SPIKE) == []


def test_q5_a_step_without_a_change_of_load() -> None:
    values = [*[50.0] * 24, *[20.0] * 8]
    (episode,) = quality.step_change(series(*values), STEP)
    assert episode.start == at(27)
    same = {at(n): 100.0 for n in range(32)}
    assert quality.step_change(series(*values), STEP, load=same)
    less = {at(n): 100.0 if n < 24 else 40.0 for n in range(32)}
    assert quality.step_change(series(*values), STEP, load=less) == []
    assert quality.step_change(series(*[0.0] * 40), STEP) == []


def test_q6_over_range_by_flag_or_by_nature() -> None:
    readings = [Reading(at(0), 7.1), Reading(at(1), 14.2), Reading(at(2), 7.0), Reading(at(3), 7.2, "T")]
    assert [one.start for one in quality.out_of_range(readings, "w01001")] == [at(1), at(3)]
    assert [one.start for one in quality.out_of_range(readings, "w01018")] == [at(3)]


def test_q7_a_day_below_the_detection_limit_or_far_below_the_usual() -> None:
    p = {"share": 0.05, "hours": 24}
    usual = [30.0] * 60
    (episode,) = quality.low_plateau(series(*usual, *[1.0] * 24), detection_limit=None, p=p)
    assert episode.count == 24
    assert quality.low_plateau(series(*usual, *[2.0] * 24), detection_limit=None, p=p) == []
    assert quality.low_plateau(series(*usual, *[2.0] * 24), detection_limit=4, p=p)
    assert quality.low_plateau(series(*[1.0] * 30), detection_limit=4, p=p) == []
