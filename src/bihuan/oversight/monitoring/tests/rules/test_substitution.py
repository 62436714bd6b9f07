"""Substitution of mass, HJ 75-2017 section 12 and HJ 356 (telemetry chapter 3.4)."""

import pytest

from bihuan.oversight.monitoring.rules.substitution import (
    Cause,
    Method,
    Substitute,
    SubstitutionRule,
    capture_rate,
    flue_gas_mass,
    flue_gas_method,
    legacy_waste_water,
    waste_water_mass,
)

RULE = SubstitutionRule()


def test_hj_75_12_capture_rate_of_a_quarter() -> None:
    assert capture_rate(2160, 120, 300) == pytest.approx(85.29, abs=5e-3)
    assert capture_rate(2160, 2160, 0) is None


@pytest.mark.parametrize(
    ("capture", "length", "method"),
    [
        (90.0, 24, Method.MAXIMUM_180),
        (99.0, 25, Method.MAXIMUM_720),
        (89.99, 3, Method.MAXIMUM_2160),
        (75.0, 500, Method.MAXIMUM_2160),
        (74.99, 1, Method.MANUAL),
        (None, 1, Method.MANUAL),
    ],
)
def test_hj_75_12_depth_by_capture_and_length(capture: float | None, length: int, method: Method) -> None:
    assert flue_gas_method(capture, length, RULE) is method


def masses(capture: float, length: int, cause: Cause = Cause.OTHER) -> Substitute:
    gap = [900.0, *([50.0] * 100), 700.0, *([40.0] * 300), 500.0, *([30.0] * 179)]
    return flue_gas_mass(
        capture=capture,
        length_hours=length,
        cause=cause,
        before_gap=gap,
        before_calibration=[1.0, 2.0],
        rule=RULE,
    )


def test_hj_75_12_the_maximum_of_as_many_valid_hours() -> None:
    assert masses(95, 24) == Substitute(500.0, Method.MAXIMUM_180)
    assert masses(95, 25) == Substitute(900.0, Method.MAXIMUM_720)
    assert masses(80, 24) == Substitute(900.0, Method.MAXIMUM_2160)


def test_hj_75_12_out_of_control_counts_from_the_last_calibration() -> None:
    assert masses(95, 24, Cause.OUT_OF_CONTROL) == Substitute(2.0, Method.MAXIMUM_180)


def test_without_history_or_capture_it_is_manual() -> None:
    nothing = flue_gas_mass(
        capture=95, length_hours=1, cause=Cause.OTHER, before_gap=[], before_calibration=[], rule=RULE
    )
    assert nothing == masses(60, 1) == Substitute(None, Method.MANUAL)


def test_hj_356_2019_mean_of_the_valid_days_since_the_check() -> None:
    assert waste_water_mass([2.0, 4.0], normal_period=True) == Substitute(3.0, Method.DAILY_MEAN)
    assert waste_water_mass([2.0, 4.0], normal_period=False).method is Method.MANUAL
    assert waste_water_mass([], normal_period=True).kg is None


def test_hj_t_356_2007_as_long_a_period_before() -> None:
    assert legacy_waste_water([9.0, 1.0, 3.0], 2) == Substitute(2.0, Method.PRECEDING_MEAN)
    assert legacy_waste_water([7.0, 6.0, 9.0], 3, is_ph=True) == Substitute(7.0, Method.PRECEDING_MEDIAN)
    assert legacy_waste_water([], 3).method is Method.MANUAL
