"""Units of the editions (telemetry chapter 2.3)."""

from decimal import Decimal

import pytest

from bihuan.oversight.monitoring.rules.units import (
    UnknownUnit,
    flow_unit_suspect,
    in_unit,
    pressure_suggests_pascal,
    ratio,
)


@pytest.mark.parametrize(
    ("given", "wanted", "factor"),
    [
        ("mg/L", "ug/L", 1000),
        ("mg/L", "ng/L", 1_000_000),
        ("mg/m3", "ng/m3", 1_000_000),
        ("MPa", "kPa", 1000),
        ("L/s", "m3/s", Decimal("0.001")),
        ("g", "kg", Decimal("0.001")),
        ("mg/L", "mg/L", 1),
    ],
)
def test_2005_to_2017_by_10_3_to_10_6(given: str, wanted: str, factor: Decimal) -> None:
    assert ratio(given, wanted) == factor


def test_a_cadmium_value_of_2005_is_a_thousand_times_that_of_2017() -> None:
    assert in_unit(0.0123, "mg/L", "ug/L") == pytest.approx(12.3)


def test_cubic_metres_an_hour() -> None:
    assert in_unit(36.0, "m3/h", "L/s") == pytest.approx(10.0)
    assert in_unit(60.0, "L/min", "L/s") == pytest.approx(1.0)
    assert in_unit(36.0, "km/h", "m/s") == pytest.approx(10.0)


@pytest.mark.parametrize(("given", "wanted"), [("mg/L", "mg/m3"), ("stone", "kg"), ("kg", "stone")])
def test_units_of_other_quantities_are_refused_by_name(given: str, wanted: str) -> None:
    with pytest.raises(UnknownUnit) as refusal:
        ratio(given, wanted)
    assert refusal.value.fields == {"given": given, "wanted": wanted}


@pytest.mark.parametrize(("unit", "suspect"), [("L/s", False), ("m3/h", True)])
def test_flow_in_the_wrong_unit_shows_in_the_volume(unit: str, suspect: bool) -> None:
    assert flow_unit_suspect(17.5, 63.0, 3600, unit, 0.05) is suspect


@pytest.mark.parametrize(("value", "suspect"), [(-0.5, False), (-120, True), (20, False)])
def test_static_pressure_of_a_hundred_is_in_pascal(value: float, suspect: bool) -> None:
    assert pressure_suggests_pascal(value) is suspect
