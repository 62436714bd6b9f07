"""Conversion of flue-gas concentrations to reference oxygen (折算), HJ 212-2017 D.2.3. Pure."""

from dataclasses import dataclass
from enum import StrEnum

AIR_OXYGEN = 21.0


class OxygenState(StrEnum):
    OK = "ok"
    HIGH = "o2_high"
    INVALID = "o2_invalid"


@dataclass(frozen=True, slots=True)
class ConversionRule:
    """At `invalid_from` % and above nothing can be converted; from `high_from` % on it is flagged (ours)."""

    invalid_from: float = 21.0
    high_from: float = 19.0


@dataclass(frozen=True, slots=True)
class Converted:
    value: float | None
    state: OxygenState = OxygenState.OK


def convert(
    concentration: float, oxygen: float | None, reference: float | None, rule: ConversionRule | None = None
) -> Converted:
    """C·(21−O2ref)/(21−O2) in the unit of `concentration`, from standard-state dry values.

    Without a reference the trade converts nothing and C stays. A missing, negative or impossible oxygen
    gives no value: never a negative or an infinite one.
    """
    rule = rule or ConversionRule()
    if reference is None:
        return Converted(concentration)
    if oxygen is None or oxygen < 0 or oxygen >= min(rule.invalid_from, AIR_OXYGEN):
        return Converted(None, OxygenState.INVALID)
    state = OxygenState.HIGH if oxygen >= rule.high_from else OxygenState.OK
    return Converted(concentration * (AIR_OXYGEN - reference) / (AIR_OXYGEN - oxygen), state)


def excess_air(oxygen: float) -> float:
    """α = 21/(21−O2), for standards that set a reference α instead of a reference oxygen."""
    return AIR_OXYGEN / (AIR_OXYGEN - oxygen)


def convert_by_excess_air(concentration: float, oxygen: float, reference_alpha: float) -> float:
    """C·α/αs."""
    return concentration * excess_air(oxygen) / reference_alpha
