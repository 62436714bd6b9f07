"""Who may do what in the loop, in the words of the mechanism's step tables."""

from collections.abc import Mapping

from bihuan.kernel.people.permissions import ONLOOKERS, Role

_CHECKERS = (Role.CITY_OFFICE, Role.LIST_MANAGER, Role.COUNTY_OFFICE)
_BUSINESS = tuple(role for role in Role if role not in ONLOOKERS)
_WORKERS = (Role.RESPONSIBLE_UNIT, Role.ENTERPRISE_CLERK)

PERMISSIONS: Mapping[str, tuple[Role, ...]] = {
    "problem.report": _BUSINESS,
    "problem.triage": _CHECKERS,
    "problem.verify": _CHECKERS,
    "problem.sign": (Role.LEADER,),
    "problem.register": (Role.LIST_MANAGER, Role.CITY_OFFICE),
    "problem.assign": (Role.CITY_OFFICE,),
    "problem.send_back": _WORKERS,
    "problem.rectify": _WORKERS,
    "problem.publicise": _WORKERS,
    "problem.attach": _BUSINESS,
    "plan.submit": _WORKERS,
    "plan.approve": (Role.ACCEPTANCE_UNIT,),
    "problem.accept": (Role.ACCEPTANCE_UNIT,),
    "problem.suspend": (Role.CITY_OFFICE,),
    "problem.close": (Role.CITY_OFFICE, Role.COUNTY_OFFICE),
    "problem.visit": (Role.CITY_OFFICE, Role.COUNTY_OFFICE),
    "problem.reopen": (Role.CITY_OFFICE,),
    "problem.remind": (*_CHECKERS, Role.LEADER),
    "problem.answer": (Role.CITY_OFFICE, Role.COUNTY_OFFICE, Role.RESPONSIBLE_UNIT),
}
