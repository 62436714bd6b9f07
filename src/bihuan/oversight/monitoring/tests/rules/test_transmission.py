"""The valid transmission rate (telemetry chapter 3.5)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bihuan.oversight.monitoring.rules.transmission import (
    FactorHours,
    TransmissionRule,
    count_day,
    total,
    transmission_rate,
    valid_transmission_rate,
    validity_rate,
)
from bihuan.oversight.monitoring.rules.validity import Status

RULE = TransmissionRule()
V, BAD, M, S = Status.VALID, Status.INVALID, Status.MISSING, Status.STOPPED


def test_four_factors_a_day_are_91_667_per_cent() -> None:
    hours = FactorHours(must_transmit=96, transmitted=92, must_be_valid=92, valid=88)
    assert transmission_rate(hours) == pytest.approx(95.833, abs=5e-4)
    assert validity_rate(hours) == pytest.approx(95.652, abs=5e-4)
    assert valid_transmission_rate(hours) == pytest.approx(91.667, abs=5e-4)


def test_twenty_three_of_twenty_four_are_full_for_an_analyser_that_checks_itself() -> None:
    for lost in (M, BAD):
        assert valid_transmission_rate(count_day("w01018", [lost, *[V] * 23], RULE)) == 100
    assert valid_transmission_rate(count_day("w01018", [M, BAD, *[V] * 22], RULE)) == pytest.approx(
        95.833, abs=5e-4
    )
    assert valid_transmission_rate(count_day("a21026", [M, *[V] * 23], RULE)) == pytest.approx(
        95.833, abs=5e-4
    )


def test_the_checking_hour_can_be_switched_off() -> None:
    rule = TransmissionRule(check_hours=0)
    assert count_day("w01018", [M, *[V] * 23], rule) == FactorHours(24, 23, 23, 23)


def test_stopped_hours_leave_the_denominator() -> None:
    assert count_day("w21003", [S] * 12 + [V] * 12, RULE) == FactorHours(12, 12, 12, 12)
    assert count_day("w21003", [S] * 24, RULE) == FactorHours()
    assert valid_transmission_rate(FactorHours()) is None


def test_a_silent_day_has_no_validity_to_speak_of() -> None:
    silent = count_day("a21026", [M] * 24, RULE)
    assert transmission_rate(silent) == 0
    assert validity_rate(silent) is None
    assert valid_transmission_rate(silent) is None


statuses = st.lists(st.sampled_from(list(Status)), min_size=24, max_size=24)


@given(st.lists(statuses, min_size=1, max_size=5), st.sampled_from(["w01018", "a21026"]))
def test_counts_add_up_and_rates_stay_within_bounds(days: list[list[Status]], factor: str) -> None:
    whole = total(count_day(factor, day, RULE) for day in days)
    assert whole.valid <= whole.must_be_valid <= whole.must_transmit
    assert whole.transmitted <= whole.must_transmit
    rate = valid_transmission_rate(whole)
    assert rate is None or 0 <= rate <= 100
