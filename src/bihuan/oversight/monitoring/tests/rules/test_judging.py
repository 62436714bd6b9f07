"""An outlet's hours and days, end to end through the rules."""

from datetime import datetime

import pytest

from bihuan.oversight.monitoring.rules.conversion import ConversionRule, OxygenState
from bihuan.oversight.monitoring.rules.judging import (
    FactorHour,
    HourData,
    Plan,
    judge_factor_day,
    judge_outlet_hour,
)
from bihuan.oversight.monitoring.rules.marking import Cover
from bihuan.oversight.monitoring.rules.periods import MINUTE, SHANGHAI
from bihuan.oversight.monitoring.rules.readings import Reading
from bihuan.oversight.monitoring.rules.validity import Hour, Reason, Status, ValidityRule

START = datetime(2026, 11, 2, 8, tzinfo=SHANGHAI)
WATER = Plan(
    "water", ("w00000", "w01018", "w01001"), ValidityRule(by_cycle=True, day_hours=18), ConversionRule(),
    units={"w00000": "L/s", "w01018": "mg/L", "w01001": "1"},
)  # fmt: skip
GAS = Plan(
    "flue_gas", ("a00000", "a19001", "a21026"), ValidityRule(), ConversionRule(),
    units={"a00000": "m3/s", "a19001": "%", "a21026": "mg/m3"}, references={"a21026": 6.0},
)  # fmt: skip


def record(value: float, **more: float) -> HourData:
    return HourData(record=Reading(START, value, **more))


def test_a_water_hour_has_volume_and_mass() -> None:
    found = judge_outlet_hour(
        {"w00000": record(20), "w01018": record(40), "w01001": record(7.1)}, WATER, marked=Cover()
    )
    assert found["w00000"].quantity == 72
    assert found["w01018"].quantity == pytest.approx(2.88)
    assert found["w01001"].quantity is None
    assert found["w01018"].sent == 40
    assert found["w01018"].converted is None


def test_the_totaliser_of_the_device_comes_before_its_mean_flow() -> None:
    found = judge_outlet_hour(
        {"w00000": record(20, quantity=70), "w01018": record(40)}, WATER, marked=Cover()
    )
    assert found["w00000"].quantity == 70
    assert found["w01018"].quantity == pytest.approx(2.8)


def test_without_flow_or_without_a_valid_value_there_is_no_mass() -> None:
    found = judge_outlet_hour({"w01018": record(40)}, WATER, marked=Cover())
    assert found["w01018"].quantity is None
    assert found["w00000"].status is Status.MISSING
    invalid = HourData(record=Reading(START, 40, "D"))
    assert (
        judge_outlet_hour({"w00000": record(20), "w01018": invalid}, WATER, marked=Cover())["w01018"].quantity
        is None
    )


def test_a_flue_gas_hour_is_converted_with_its_own_oxygen() -> None:
    found = judge_outlet_hour(
        {"a00000": record(10), "a19001": record(10), "a21026": record(100, converted=130)},
        GAS, marked=Cover(),
    )  # fmt: skip
    sulphur = found["a21026"]
    assert sulphur.converted == pytest.approx(136.36, abs=5e-3)
    assert sulphur.sent_converted == 130
    assert sulphur.quantity == pytest.approx(100 * 10 * 3600 / 1e6)
    assert found["a19001"].quantity is None


@pytest.mark.parametrize("oxygen", [{"a19001": record(21)}, {}])
def test_impossible_or_missing_oxygen_invalidates_what_must_be_converted(oxygen: dict[str, HourData]) -> None:
    found = judge_outlet_hour({"a21026": record(100), **oxygen}, GAS, marked=Cover())["a21026"]
    assert (found.status, found.hour.reason) == (Status.INVALID, Reason.OXYGEN)
    assert found.oxygen is OxygenState.INVALID
    assert found.mean == 100


def test_an_outlet_without_an_oxygen_factor_is_not_converted() -> None:
    plan = Plan("flue_gas", ("a21026",), ValidityRule(), ConversionRule(), references={"a21026": 6.0})
    found = judge_outlet_hour({"a21026": record(100)}, plan, marked=Cover())["a21026"]
    assert found.hour.reason is Reason.OXYGEN


def test_an_already_invalid_hour_keeps_its_own_reason() -> None:
    few = HourData(minutes=[Reading(START + n * MINUTE, 9.0, minutes=1) for n in range(10)])
    found = judge_outlet_hour({"a21026": few}, GAS, marked=Cover())["a21026"]
    assert found.hour.reason is Reason.FEW


def hours(*means: float | None, status: Status = Status.VALID) -> list[FactorHour]:
    given = [FactorHour(Hour(status, mean=mean), quantity=mean) for mean in means]
    return [*given, *[FactorHour(Hour(Status.MISSING))] * (24 - len(means))]


def volumes(*values: float | None) -> list[float | None]:
    return [*values, *[None] * (24 - len(values))]


def test_d_1_a_water_day_is_weighted_by_flow() -> None:
    day = judge_factor_day(
        hours(40, 60, 500, 50), volumes(72, 36, 0, 108), WATER, has_flow=True, factor="w01018"
    )
    assert day.mean == pytest.approx(48.333, abs=5e-4)
    assert (day.method, day.day.status) == ("weighted", Status.INVALID)
    assert day.quantity == 650


def test_a_day_without_discharge_has_no_mean() -> None:
    day = judge_factor_day(hours(500), volumes(0), WATER, has_flow=True, factor="w01018")
    assert (day.mean, day.method) == (None, "no_discharge")
    nothing = judge_factor_day(hours(), volumes(), WATER, has_flow=True, factor="w01018")
    assert (nothing.mean, nothing.method, nothing.quantity) == (None, "weighted", None)


def test_ph_and_outlets_without_flow_meter_take_the_arithmetic_mean() -> None:
    assert judge_factor_day(hours(6, 8), volumes(1, 3), WATER, has_flow=True, factor="w01001").mean == 7
    day = judge_factor_day(hours(40, 60), volumes(), WATER, has_flow=False, factor="w01018")
    assert (day.mean, day.method) == (50, "arithmetic")


def test_a_flue_gas_day_is_the_mean_of_converted_hours() -> None:
    converted = [FactorHour(Hour(Status.VALID, mean=10.0), converted=value) for value in (20.0, 30.0)]
    rest = [FactorHour(Hour(Status.VALID, mean=10.0))] * 22
    day = judge_factor_day([*converted, *rest], volumes(), GAS, has_flow=True, factor="a21026")
    assert day.mean == 25
    assert judge_factor_day([*converted, *rest], volumes(), GAS, has_flow=True, factor="a00000").mean == 10
