"""Worked examples of HJ 212-2017 D.2.3 (telemetry chapter 3.3)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bihuan.oversight.monitoring.rules.conversion import (
    ConversionRule,
    OxygenState,
    convert,
    convert_by_excess_air,
    excess_air,
)


@pytest.mark.parametrize(
    ("concentration", "oxygen", "reference", "converted"),
    [(100, 10, 6, 136.36), (50, 8.5, 9, 48.00), (40, 6.8, 6, 42.25), (12, 20.5, 11, 240.0)],
)
def test_d_2_3_examples(concentration: float, oxygen: float, reference: float, converted: float) -> None:
    assert convert(concentration, oxygen, reference).value == pytest.approx(converted, abs=5e-3)


def test_d_2_3_the_same_by_excess_air() -> None:
    assert excess_air(10) == pytest.approx(1.9091, abs=5e-5)
    assert convert_by_excess_air(100, 10, 1.4) == pytest.approx(136.36, abs=5e-3)


def test_d_2_3_a_trade_without_reference_converts_nothing() -> None:
    assert convert(33.3, 20.9, None).value == 33.3


@pytest.mark.parametrize("oxygen", [21, 21.5, 100, -0.1, None])
def test_impossible_oxygen_gives_no_value(oxygen: float | None) -> None:
    assert convert(10, oxygen, 6) == convert(99, oxygen, 6)
    assert convert(10, oxygen, 6).value is None
    assert convert(10, oxygen, 6).state is OxygenState.INVALID


@pytest.mark.parametrize(
    ("oxygen", "state"),
    [(18.99, OxygenState.OK), (19, OxygenState.HIGH), (20.99, OxygenState.HIGH)],
)
def test_oxygen_near_air_is_flagged_and_still_computed(oxygen: float, state: OxygenState) -> None:
    found = convert(12, oxygen, 11)
    assert found.state is state
    assert found.value is not None


def test_thresholds_are_of_the_rule_set() -> None:
    strict = ConversionRule(invalid_from=20, high_from=15)
    assert convert(10, 20, 6, strict).state is OxygenState.INVALID
    assert convert(10, 15, 6, strict).state is OxygenState.HIGH


@given(st.floats(0, 1e5), st.floats(-5, 30), st.floats(0, 18))
def test_never_negative_never_infinite(concentration: float, oxygen: float, reference: float) -> None:
    value = convert(concentration, oxygen, reference).value
    assert value is None or 0 <= value < float("inf")


@given(st.floats(1, 1e4), st.floats(0, 18))
def test_at_the_reference_nothing_changes(concentration: float, reference: float) -> None:
    assert convert(concentration, reference, reference).value == pytest.approx(concentration)
