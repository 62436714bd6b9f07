"""Mass for hours without valid data. Only the mass is ever replaced, never a concentration. Pure.

HJ 75-2017 section 12 (flue gas; read through an implementation), HJ 356-2019 (waste water; unconfirmed) and,
as a legacy set, HJ/T 356-2007.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from statistics import median

PER_CENT = 100.0


class Cause(StrEnum):
    OUT_OF_CONTROL = "out_of_control"
    OTHER = "other"


class Method(StrEnum):
    """How a mass came about; `measured` is not a substitute, `manual` asks for manual monitoring."""

    MEASURED = "measured"
    MAXIMUM_180 = "maximum_180_hours"
    MAXIMUM_720 = "maximum_720_hours"
    MAXIMUM_2160 = "maximum_2160_hours"
    DAILY_MEAN = "mean_of_valid_days"
    PRECEDING_MEAN = "mean_of_preceding_period"
    PRECEDING_MEDIAN = "median_of_preceding_period"
    MANUAL = "manual_monitoring"


DEPTH = {Method.MAXIMUM_180: 180, Method.MAXIMUM_720: 720, Method.MAXIMUM_2160: 2160}


@dataclass(frozen=True, slots=True)
class SubstitutionRule:
    good_capture: float = 90.0
    least_capture: float = 75.0
    short_hours: int = 24


@dataclass(frozen=True, slots=True)
class Substitute:
    """`kg` is None where the standard asks for manual monitoring or nothing valid lies before."""

    kg: float | None
    method: Method


def capture_rate(hours: float, stopped: float, invalid: float) -> float | None:
    """(hours − stop − invalid)/(hours − stop)·100 of a quarter; None when it stood still throughout."""
    running = hours - stopped
    return (running - invalid) / running * PER_CENT if running > 0 else None


def flue_gas_method(capture: float | None, length_hours: int, rule: SubstitutionRule) -> Method:
    """HJ 75-2017 table 4: by the capture rate of the quarter before and the length of the gap."""
    if capture is None or capture < rule.least_capture:
        return Method.MANUAL
    if capture < rule.good_capture:
        return Method.MAXIMUM_2160
    return Method.MAXIMUM_180 if length_hours <= rule.short_hours else Method.MAXIMUM_720


def flue_gas_mass(
    *,
    capture: float | None,
    length_hours: int,
    cause: Cause,
    before_gap: Sequence[float],
    before_calibration: Sequence[float],
    rule: SubstitutionRule,
) -> Substitute:
    """The substitute for each hour of a gap, in kg/h; both series are valid hours, oldest first.

    Out of control counts back from the last calibration, everything else from the failure.
    """
    method = flue_gas_method(capture, length_hours, rule)
    history = before_calibration if cause is Cause.OUT_OF_CONTROL else before_gap
    if method is Method.MANUAL or not history:
        return Substitute(None, Method.MANUAL)
    return Substitute(max(history[-DEPTH[method] :]), method)


def waste_water_mass(valid_days_since_check: Sequence[float], *, normal_period: bool) -> Substitute:
    """HJ 356-2019, kg/d: in a normal period the mean daily mass since the last passed check; else manual."""
    if not normal_period or not valid_days_since_check:
        return Substitute(None, Method.MANUAL)
    return Substitute(sum(valid_days_since_check) / len(valid_days_since_check), Method.DAILY_MEAN)


def legacy_waste_water(preceding: Sequence[float], length: int, *, is_ph: bool = False) -> Substitute:
    """HJ/T 356-2007: the mean of an equally long period before; for pH its median."""
    history = list(preceding[-length:])
    if not history:
        return Substitute(None, Method.MANUAL)
    if is_ph:
        return Substitute(median(history), Method.PRECEDING_MEDIAN)
    return Substitute(sum(history) / len(history), Method.PRECEDING_MEAN)
