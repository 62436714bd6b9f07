"""Finding the place a row belongs to. A name that is nobody's is refused; another city's record is kept
outside and flagged, never placed by guess."""

from dataclasses import dataclass
from fractions import Fraction

from django.conf import settings
from django.utils.translation import gettext as _

from bihuan.governance.petitions.actions.outside import outside_place
from bihuan.governance.petitions.rules.attribution import equal
from bihuan.kernel.errors import Unusable
from bihuan.kernel.places import national
from bihuan.kernel.places.models import Jurisdiction
from bihuan.kernel.places.printed import Area, areas
from bihuan.kernel.places.queries import place_named
from bihuan.kernel.places.rules import short_name
from bihuan.kernel.registers.faults import RowFault

FIELD = "行政区域"


@dataclass(frozen=True)
class Placed:
    jurisdiction: Jurisdiction
    parts: dict[Jurisdiction, Fraction]
    printed: str
    outside: bool


def place(given: Area, text: str) -> Placed:
    """By province, city and county where the row has them apart, else by the text of one column."""
    named = [given] if given.city or given.county else areas(text)
    if not named:
        raise RowFault(FIELD, _("The row names no place."))
    printed = "、".join(dict.fromkeys(one.text for one in named))
    found = list(dict.fromkeys(_find(one) for one in named))
    inside = [one for one in found if one is not None]
    if not inside:
        outside = outside_place()
        return Placed(outside, {outside: Fraction(1)}, printed, True)
    if len(inside) < len(found):
        raise RowFault(FIELD, _("“%(name)s” names places of this city and of others.") % {"name": printed})
    whole = inside[0] if len(inside) == 1 else this_city()
    return Placed(whole, equal(inside), printed, False)


def this_city() -> Jurisdiction:
    city: Jurisdiction | None = Jurisdiction.objects.filter(code=settings.BIHUAN_CITY).first()
    if city is None:
        raise Unusable(
            reason=_("This instance has no places yet; load them first: bihuan setup places FILE.")
        )
    return city


def _find(area: Area) -> Jurisdiction | None:
    """The jurisdiction in this city, None for another city; RowFault for a name that is nobody's."""
    city = this_city()
    if area.city and _same(area.city, city.name):
        return _inside(area.county, city) if area.county else city
    own = _named(area.city or area.county, city)
    if own is not None and (not area.county or own.level != Jurisdiction.Level.TOWN):
        return own
    if area.city and national.knows(area.city, area.county):
        return None
    raise _unknown(area.county or area.city, within=area.city if area.county else "")


def _inside(name: str, city: Jurisdiction) -> Jurisdiction:
    """The county or functional area, also where a town follows its name."""
    found = _named(name, city) or next(
        (one for one in _counties(city) if name.startswith((one.name, short_name(one.name)))), None
    )
    if found is None:
        raise _unknown(name)
    return found


def _named(name: str, city: Jurisdiction) -> Jurisdiction | None:
    found = place_named(name, within=city.path)
    return None if found is None or found.code == city.code else found


def _counties(city: Jurisdiction) -> list[Jurisdiction]:
    levels = (Jurisdiction.Level.COUNTY, Jurisdiction.Level.FUNCTIONAL)
    return list(Jurisdiction.objects.filter(path__startswith=city.path, level__in=levels))


def _same(name: str, other: str) -> bool:
    return short_name(name) == short_name(other)


def _unknown(name: str, *, within: str = "") -> RowFault:
    city = within or this_city().name
    return RowFault(
        FIELD, _("%(city)s has no place with the name “%(name)s”.") % {"city": city, "name": name}
    )
