"""E1–E4 of the telemetry chapter 5."""

from datetime import datetime
from decimal import Decimal

import pytest

from bihuan.oversight.monitoring.rules.alarms.limits import (
    Distance,
    Flowing,
    close_to_limit,
    exceed,
    forecast_day,
    forecast_exceeds,
)
from bihuan.oversight.monitoring.rules.episodes import Point
from bihuan.oversight.monitoring.rules.exceedance import Limit
from bihuan.oversight.monitoring.rules.periods import HOUR, SHANGHAI

START = datetime(2026, 11, 2, tzinfo=SHANGHAI)
SO2 = Limit(Decimal("35"), decimals=0)
PH = Limit(Decimal("9"), Decimal("6"))
EXCEED = {"clear_share": 0.95, "clear_periods": 2, "reopen_hours": 2}
NEAR = {"share": 0.9, "hours": 3, "window": 4, **EXCEED}
FORECAST = {"share": 0.9, "from_hour": 8, "least_hours": 6, "holding": 3}


def series(*values: float) -> list[Point]:
    return [Point(START + n * HOUR, value) for n, value in enumerate(values)]


def test_e1_exceeds_once_from_first_to_last_hour() -> None:
    (episode,) = exceed(series(30, 36, 80, 40, 34, 33, 32), SO2, EXCEED)
    assert (episode.start, episode.end) == (START + HOUR, START + 5 * HOUR)
    assert (episode.peak, episode.size, episode.count) == (80, 45, 3)


def test_e1_on_the_limit_after_rounding_is_none() -> None:
    assert exceed(series(35.4, 35, 35.49), SO2, EXCEED) == []
    assert len(exceed(series(35.5), SO2, EXCEED)) == 1


def test_e1_an_interval_is_left_on_both_sides_and_peaks_where_furthest() -> None:
    (episode,) = exceed(series(7, 9.3, 5.1, 7, 7), PH, EXCEED)
    assert episode.peak == 5.1
    assert episode.size == pytest.approx(0.9)


def test_e1_a_lower_limit_alone_knows_its_distance() -> None:
    assert Distance(Limit(lower=Decimal(2)))(Point(START, 0.5)) == 1.5
    assert Distance(SO2)(Point(START, None)) == -35


def test_e2_three_hours_in_a_row_are_told() -> None:
    (episode,) = exceed(series(36, 37, 38, 30, 30), SO2, EXCEED)
    assert episode.longest == 3


def test_e4_near_in_three_of_four_hours() -> None:
    (episode,) = close_to_limit(series(32, 31, 32, 33, 20, 20), SO2, NEAR)
    assert episode.count == 3
    assert close_to_limit(series(32, 31, 31, 33, 20), SO2, NEAR) == []


def hours(*concentrations: float, volume: float = 10, first: int = 2) -> list[Flowing]:
    return [
        Flowing(START + (first + n) * HOUR, volume, concentration)
        for n, concentration in enumerate(concentrations)
    ]


def test_e3_weighted_mean_so_far_and_held_to_the_end() -> None:
    forecast = forecast_day(hours(40, 40, 40, 60, 60, 60), FORECAST)
    assert forecast is not None
    assert forecast.so_far == pytest.approx(50)
    assert forecast.projected == pytest.approx((3 * 40 + 3 * 60 + 16 * 60) / 22)


def test_e3_not_before_eight_and_not_from_five_hours() -> None:
    assert forecast_day(hours(60, 60, 60, 60, 60), FORECAST) is None
    assert forecast_day(hours(60, 60, 60, 60, 60, 60, first=0), FORECAST) is None


def test_e3_without_flow_there_is_nothing_to_project() -> None:
    assert forecast_day(hours(60, 60, 60, 60, 60, 60, volume=0), FORECAST) is None
    dried = [*hours(60, 60, 60, first=2), *hours(60, 60, 60, volume=0, first=5)]
    assert forecast_day(dried, FORECAST) is None


def test_e3_a_last_hour_of_the_day_has_no_rest() -> None:
    forecast = forecast_day(hours(*[40] * 24, first=0), FORECAST)
    assert forecast is not None
    assert forecast.projected == pytest.approx(forecast.so_far)


def test_e3_warns_at_ninety_per_cent_or_by_projection() -> None:
    limit = Limit(Decimal(50), decimals=0)
    assert forecast_exceeds(forecast_day(hours(*[45] * 6), FORECAST), limit, FORECAST)
    assert forecast_exceeds(forecast_day(hours(30, 30, 30, 55, 55, 55), FORECAST), limit, FORECAST)
    assert not forecast_exceeds(forecast_day(hours(*[44] * 6), FORECAST), limit, FORECAST)
    assert not forecast_exceeds(None, limit, FORECAST)
