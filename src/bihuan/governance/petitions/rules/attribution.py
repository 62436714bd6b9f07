"""A case that several places answer for counts in parts, as exact fractions: Ningbo printed 4.5 and 1.5."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from fractions import Fraction
from typing import TypeVar

from django.utils.translation import gettext_lazy as _

from bihuan.kernel.errors import BihuanError

Place = TypeVar("Place")


class NotWhole(BihuanError):
    message = _("The parts of a case must add up to 1; these add up to %(sum)s.")


class BadPart(BihuanError):
    message = _("“%(text)s” is no part between 0 and 1; write 1/2, 0.5 or 1.")


def part(text: str) -> Fraction:
    """“1/2”, “0.5” or “1”, as an exact fraction above 0 and up to 1."""
    try:
        found = Fraction(text.strip())
    except (ValueError, ZeroDivisionError):
        raise BadPart(text=text) from None
    if not 0 < found <= 1:
        raise BadPart(text=text)
    return found


def check(parts: Iterable[Fraction]) -> None:
    total = sum(parts, Fraction(0))
    if total != 1:
        raise NotWhole(sum=str(total))


def equal(places: list[Place]) -> dict[Place, Fraction]:
    return {place: Fraction(1, len(places)) for place in places}


def totals(cases: Iterable[Mapping[Place, Fraction]]) -> dict[Place, Fraction]:
    """How much each place answers for; the sum over the places is the number of cases."""
    found: dict[Place, Fraction] = defaultdict(Fraction)
    for parts in cases:
        check(parts.values())
        for place, share in parts.items():
            found[place] += share
    return dict(found)


def printed(share: Fraction) -> str:
    """As lists print it: 4.5, 1, 0.25; a share that has no end in decimals stays a fraction."""
    denominator = share.denominator
    for prime in (2, 5):
        while denominator % prime == 0:
            denominator //= prime
    if denominator != 1:
        return str(share)
    return f"{float(share):.6f}".rstrip("0").rstrip(".")
