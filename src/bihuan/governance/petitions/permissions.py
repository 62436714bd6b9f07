"""Who may do what with petition cases."""

from collections.abc import Mapping

from bihuan.kernel.people.permissions import Role

_OFFICES = (Role.CITY_OFFICE, Role.COUNTY_OFFICE)

PERMISSIONS: Mapping[str, tuple[Role, ...]] = {
    "petition.receive": _OFFICES,
    "petition.find": _OFFICES,
    "petition.handle": (*_OFFICES, Role.RESPONSIBLE_UNIT),
    "petition.attribute": _OFFICES,
    "petition.strike_off": (Role.CITY_OFFICE,),
    "petition.unmask": (Role.CITY_OFFICE,),
}
