"""Roles as named sets of permissions. The kernel names the roles; each area grants what it defines."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Role(TextChoices):
    CITY_OFFICE = "city_office", _("city office")
    LIST_MANAGER = "list_manager", _("list manager")
    COUNTY_OFFICE = "county_office", _("county office")
    RESPONSIBLE_UNIT = "responsible_unit", _("responsible unit")
    ACCEPTANCE_UNIT = "acceptance_unit", _("acceptance unit")
    LEADER = "leader", _("leader")
    GRID_WORKER = "grid_worker", _("grid worker")
    ENTERPRISE_CLERK = "enterprise_clerk", _("enterprise clerk")
    AUDITOR = "auditor", _("auditor")
    ADMINISTRATOR = "administrator", _("system administrator")


OFFICES = (Role.CITY_OFFICE, Role.LIST_MANAGER, Role.COUNTY_OFFICE)
READERS_BY_PLACE = (*OFFICES, Role.LEADER, Role.AUDITOR)
# Who watches or runs the system takes no part in its business.
ONLOOKERS = (Role.AUDITOR, Role.ADMINISTRATOR)

# Acts that a password alone doesn't open, by the last word of a permission such as `petition.unmask`.
# Source: GB/T 22239-2019, level 3, identity authentication (recalled): two factors, for whom is our choice.
SECOND_FACTOR_ACTS: Mapping[str, Any] = {
    "unmask": _("see who complained"),
    "release": _("release reports"),
    "administer": _("administer accounts"),
}

_granted: dict[str, frozenset[str]] = {}


def grant(permission: str, roles: Iterable[str]) -> None:
    """Say which roles hold `permission`; called once per permission from an area's AppConfig.ready."""
    _granted[permission] = frozenset(str(role) for role in roles)


def roles_with(permission: str) -> frozenset[str]:
    """The roles that hold `permission`; KeyError for a permission nobody defined."""
    return _granted[permission]


def all_permissions() -> dict[str, frozenset[str]]:
    return dict(_granted)


def second_factor_acts(roles: Iterable[str]) -> list[str]:
    """What holders of `roles` may do that needs a second factor; empty where a password is enough."""
    held = frozenset(str(role) for role in roles)
    acts = {permission.rpartition(".")[2] for permission, holders in _granted.items() if holders & held}
    return [str(label) for act, label in SECOND_FACTOR_ACTS.items() if act in acts]
