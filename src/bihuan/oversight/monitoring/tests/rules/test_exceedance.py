"""Exceedance by medium (telemetry chapter 3.7)."""

from decimal import Decimal

import pytest

from bihuan.oversight.monitoring.rules.exceedance import (
    Limit,
    Period,
    back_to_normal,
    compare,
    deciding,
    decimal_of,
    near,
    rounded,
    strictest,
)

COD = Limit(Decimal("50"), decimals=1)
PH = Limit(Decimal("9"), Decimal("6"), decimals=2)


@pytest.mark.parametrize(
    ("medium", "averaging", "period"),
    [
        ("water", "day", Period.DAY),
        ("water", "hour", Period.DAY),
        ("flue_gas", "hour", Period.HOUR),
        ("flue_gas", "instant", Period.HOUR),
        ("flue_gas", "day", Period.DAY),
        ("incineration", "hour", Period.DAY),
        ("voc", "hour", Period.HOUR),
        ("voc", "month", None),
        ("noise", "day", None),
    ],
)
def test_3_7_the_mean_that_decides(medium: str, averaging: str, period: Period | None) -> None:
    assert deciding(medium, averaging) is period


def test_the_strictest_of_several_limits_binds() -> None:
    permit, standard = Limit(Decimal(50), decimals=0), Limit(Decimal("35.5"), decimals=1)
    assert strictest([permit, standard]) == standard
    assert strictest([PH, Limit(Decimal(10), Decimal("6.5"), decimals=1)]) == Limit(
        Decimal(9), Decimal("6.5"), 2
    )
    assert strictest([Limit(lower=Decimal(2), decimals=1)]) == Limit(None, Decimal(2), 1)
    assert strictest([]) is None


def test_multiple_of_81_5_over_50_is_0_63() -> None:
    found = compare(81.5, COD)
    assert found.exceeds
    assert found.multiple == Decimal("0.63")


@pytest.mark.parametrize(
    ("value", "exceeds"), [(50, False), (50.04, False), (50.05, True), (50.049999, False), (50.1, True)]
)
def test_strictly_above_after_rounding_half_up(value: float, exceeds: bool) -> None:
    assert compare(value, COD).exceeds is exceeds


def test_half_even_is_a_configuration() -> None:
    assert rounded(50.25, 1) == Decimal("50.3")
    assert rounded(50.25, 1, half_even=True) == Decimal("50.2")


@pytest.mark.parametrize(("value", "exceeds"), [(5.99, True), (6, False), (9, False), (9.01, True)])
def test_ph_is_an_interval_without_a_multiple(value: float, exceeds: bool) -> None:
    found = compare(value, PH)
    assert found.exceeds is exceeds
    assert found.multiple is None


def test_a_lower_limit_alone() -> None:
    oxygen = Limit(lower=Decimal("2"), decimals=1)
    assert compare(1.9, oxygen).exceeds
    assert not near(1.9, oxygen, 0.9)
    assert back_to_normal(2.0, oxygen, 0.95)


def test_a_limit_of_zero_has_no_multiple() -> None:
    assert compare(1, Limit(Decimal(0))).multiple is None


def test_a_single_precision_value_reads_as_it_was_sent() -> None:
    assert decimal_of(81.5) == Decimal("81.5")
    assert decimal_of(Decimal("0.1")) == Decimal("0.1")


@pytest.mark.parametrize(("value", "is_near"), [(44.9, False), (45, True), (50, True), (60, True)])
def test_near_is_ninety_per_cent(value: float, is_near: bool) -> None:
    assert near(value, COD, 0.9) is is_near
    assert not near(value, PH, 0.9)


@pytest.mark.parametrize(("value", "normal"), [(47.4, True), (47.5, False), (49, False), (51, False)])
def test_back_to_normal_below_95_per_cent(value: float, normal: bool) -> None:
    assert back_to_normal(value, COD, 0.95) is normal


def test_inside_the_interval_ph_is_normal_again() -> None:
    assert back_to_normal(6.0, PH, 0.95)
    assert not back_to_normal(5.9, PH, 0.95)
