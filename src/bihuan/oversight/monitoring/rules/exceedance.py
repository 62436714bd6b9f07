"""When a value exceeds its limit, and which statistic decides in which medium. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, ROUND_HALF_UP, Decimal
from enum import StrEnum


class Period(StrEnum):
    """The mean that is compared with a limit."""

    HOUR = "hour"
    DAY = "day"


DAY_DECIDES = frozenset({"water", "incineration"})
"""Media whose legal statistic is the day (water: weighted by flow); their hours warn only (telemetry 3.7)."""


def deciding(medium: str, averaging: str) -> Period | None:
    """The mean that establishes an exceedance of a limit: None where a limit is not judged by telemetry.

    Flue gas: the hourly mean, converted; where its standard sets a daily limit also the daily one. An hourly
    limit for water only warns.
    """
    if averaging == "month" or medium == "noise":
        return None
    if medium in DAY_DECIDES or averaging == "day":
        return Period.DAY
    return Period.HOUR


@dataclass(frozen=True, slots=True)
class Limit:
    """Upper and, for an interval such as pH, lower bound; `decimals` is how the limit is written."""

    upper: Decimal | None = None
    lower: Decimal | None = None
    decimals: int = 2


@dataclass(frozen=True, slots=True)
class Comparison:
    """`multiple` is value/limit − 1, None for an interval or where nothing exceeds."""

    value: Decimal
    exceeds: bool
    multiple: Decimal | None = None


def strictest(limits: Iterable[Limit]) -> Limit | None:
    """What binds where several limits hold: the lowest upper and the highest lower bound."""
    held = list(limits)
    uppers = [one for one in held if one.upper is not None]
    lowers = [one for one in held if one.lower is not None]
    if not held:
        return None
    upper = min(uppers, key=lambda one: one.upper or 0, default=None)
    lower = max(lowers, key=lambda one: one.lower or 0, default=None)
    decimals = max(one.decimals for one in (upper, lower) if one is not None)
    return Limit(upper.upper if upper else None, lower.lower if lower else None, decimals)


def decimal_of(value: float | Decimal) -> Decimal:
    """The shortest decimal that reads back as the float, so that 81.5 stays 81.5."""
    return value if isinstance(value, Decimal) else Decimal(repr(value))


def rounded(value: float | Decimal, decimals: int, *, half_even: bool = False) -> Decimal:
    """Rounded to `decimals`, half up unless configured otherwise (ours)."""
    mode = ROUND_HALF_EVEN if half_even else ROUND_HALF_UP
    return decimal_of(value).quantize(Decimal(1).scaleb(-decimals), rounding=mode)


def compare(value: float | Decimal, limit: Limit, *, half_even: bool = False) -> Comparison:
    """Strictly beyond the limit after rounding to the limit's decimals; on the limit is not beyond it."""
    seen = rounded(value, limit.decimals, half_even=half_even)
    below = limit.lower is not None and seen < limit.lower
    above = limit.upper is not None and seen > limit.upper
    multiple = None
    if above and limit.upper and limit.lower is None:
        multiple = rounded(seen / limit.upper - 1, 2)
    return Comparison(seen, below or above, multiple)


def near(value: float | Decimal, limit: Limit, share: float) -> bool:
    """At or beyond `share` of an upper limit; an interval has no near."""
    if limit.upper is None or limit.lower is not None:
        return False
    return decimal_of(value) >= limit.upper * decimal_of(share)


def back_to_normal(value: float | Decimal, limit: Limit, share: float) -> bool:
    """Whether it lies clear of the limit: below `share` of an upper one, inside an interval (hysteresis)."""
    if compare(value, limit).exceeds:
        return False
    if limit.upper is None or limit.lower is not None:
        return True
    return decimal_of(value) < limit.upper * decimal_of(share)
