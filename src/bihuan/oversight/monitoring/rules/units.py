"""Units: what a device edition sends, in the unit we judge in. Pure.

The units of 2005, 2017 and 2025 differ by 10³ to 10⁶ for some metals and pressures, so no value is judged
without its unit; the binding per device and factor comes from the device register.
"""

from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext_lazy as _

from bihuan.kernel.errors import BihuanError


class UnknownUnit(BihuanError):
    message = _("Values in %(given)s can't be read as %(wanted)s.")


@dataclass(frozen=True, slots=True)
class Unit:
    """A quantity and how many of its base unit one is."""

    quantity: str
    scale: Decimal


def _units(quantity: str, **scales: str) -> dict[str, Unit]:
    return {name: Unit(quantity, Decimal(scale)) for name, scale in scales.items()}


UNITS: dict[str, Unit] = {
    **_units("one", **{"1": "1", "": "1"}),
    **_units("share", **{"%": "1"}),
    **_units("liquid", **{"g/L": "1000", "mg/L": "1", "ug/L": "1e-3", "ng/L": "1e-6"}),
    **_units("gas", **{"g/m3": "1000", "mg/m3": "1", "ug/m3": "1e-3", "ng/m3": "1e-6"}),
    **_units("pressure", **{"MPa": "1e6", "kPa": "1e3", "hPa": "1e2", "Pa": "1"}),
    **_units("flow", **{"m3/s": "1", "L/s": "1e-3", "L/min": "1", "m3/h": "1"}),
    **_units("mass", **{"t": "1e3", "kg": "1", "g": "1e-3", "mg": "1e-6"}),
    **_units("volume", **{"m3": "1", "L": "1e-3"}),
    **_units("speed", **{"m/s": "1", "km/h": "1"}),
    **_units("power", **{"MW": "1e3", "kW": "1", "W": "1e-3"}),
    **_units("temperature", **{"Cel": "1"}),
    **_units("level", **{"dB": "1"}),
    **_units("current", **{"A": "1", "mA": "1e-3"}),
}
SIXTY, PER_HOUR = Decimal(60_000), Decimal(3600)
UNITS["L/min"] = Unit("flow", 1 / SIXTY)
UNITS["m3/h"] = Unit("flow", 1 / PER_HOUR)
UNITS["km/h"] = Unit("speed", Decimal(10) / 36)


def ratio(given: str, wanted: str) -> Decimal:
    """What a value in `given` is multiplied by to stand in `wanted`; UnknownUnit across quantities."""
    if given == wanted:
        return Decimal(1)
    found, goal = UNITS.get(given), UNITS.get(wanted)
    if found is None or goal is None or found.quantity != goal.quantity:
        raise UnknownUnit(given=given, wanted=wanted)
    return found.scale / goal.scale


def in_unit(value: float, given: str, wanted: str) -> float:
    """`value` read in `given`, as a number in `wanted`."""
    return float(Decimal(repr(value)) * ratio(given, wanted))


def flow_unit_suspect(mean: float, quantity_m3: float, seconds: float, unit: str, tolerance: float) -> bool:
    """Whether the mean flow, read in `unit`, contradicts the volume the device counted itself.

    Loggers often send m³/h under a code meant for L/s or m³/s (telemetry chapter 2.3).
    """
    expected = in_unit(mean, unit, "m3/s") * seconds
    return abs(expected - quantity_m3) > tolerance * max(abs(expected), abs(quantity_m3))


PRESSURE_KPA = 20.0


def pressure_suggests_pascal(static_kpa: float) -> bool:
    """A duct's static pressure beyond ±20 kPa was surely sent in Pa (ours; frames with −120 were seen)."""
    return abs(static_kpa) > PRESSURE_KPA
