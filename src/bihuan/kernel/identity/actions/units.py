"""Units: who can be responsible, accept or employ. A unit is renamed, never deleted: records name it."""

from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from bihuan.kernel.errors import Refused
from bihuan.kernel.ledger.actions import append
from bihuan.kernel.people.access import actor_of, require
from bihuan.kernel.people.models import Unit

PERMISSION = "account.administer"
FIELDS = ("name", "short_name", "kind", "jurisdiction_id", "parent_id")


@transaction.atomic
def save_unit(unit: Unit, *, by: Any) -> bool:
    """Enter a unit or correct one; whether anything changed. `by` None is the system."""
    before = Unit.objects.select_for_update(of=("self",)).filter(pk=unit.pk).first()
    places = [unit.jurisdiction.path, *([before.jurisdiction.path] if before else [])]
    actor = actor_of(None)
    for path in places if by is not None else []:
        actor = require(by, PERMISSION, path=path)
    if Unit.Kind.ENTERPRISE in {unit.kind, before.kind if before else ""}:
        raise Refused(reason=_("An enterprise is entered in the register of enterprises."))
    if unit.parent_id and unit.pk in _above(unit.parent):
        raise Refused(reason=_("A unit can't stand below itself."))
    if Unit.objects.filter(name=unit.name).exclude(pk=unit.pk).exists():
        raise Refused(reason=_("There is a unit with this name already."))
    said = {name: getattr(unit, name) for name in FIELDS}
    if before and said == {name: getattr(before, name) for name in FIELDS}:
        return False
    unit.save()
    append(f"unit:{unit.pk}", "unit.corrected" if before else "unit.entered", by=actor, payload=said)
    return True


def _above(unit: Unit | None) -> list[int]:
    found: list[int] = []
    while unit is not None and unit.pk not in found:
        found.append(unit.pk)
        unit = unit.parent
    return found
