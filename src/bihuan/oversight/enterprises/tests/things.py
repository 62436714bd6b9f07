"""What the addresses of this area name, made on the base world."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from bihuan.oversight.enterprises.actions.by_hand import object_to
from bihuan.oversight.enterprises.actions.codes import Visit, begin_inspection, issue_code
from bihuan.oversight.enterprises.actions.colour import recolour
from bihuan.oversight.enterprises.actions.merging import merge
from bihuan.oversight.enterprises.actions.records import save_enterprise, unit_of
from bihuan.oversight.enterprises.models import Enterprise
from bihuan.oversight.enterprises.queries.codes import text_of
from bihuan.oversight.enterprises.tests.conftest import build_plant


def make_plant(world: Any) -> Mapping[str, Any]:
    """An enterprise of the base world's town, whose clerk is the base world's."""
    plant = build_plant(world)
    enterprise = plant.enterprise
    unit_of(enterprise)
    enterprise.refresh_from_db()
    code = issue_code(enterprise, by=world.city_officer)
    duplicate = Enterprise(name="海宁某印染公司", uscc="", registered_on=date(2024, 1, 1))
    save_enterprise(duplicate, by=None, jurisdiction=world.town)
    merger = merge(duplicate, enterprise, by=world.city_officer, reason="重复建档")
    recolour([enterprise.pk])
    objection = object_to(enterprise, by=world.clerk, text="未评有误")
    scan = begin_inspection(code, Visit(emergency=True, purpose="接报"), by=world.county_officer)
    return {
        "enterprise": enterprise.pk,
        "enterprise_act": "merge",
        "record_kind": "logger",
        "outlet_kind": "outlet",
        "outlet": plant.chimney.pk,
        "limit_kind": "limit",
        "limit": plant.limit.pk,
        "objection": objection.pk,
        "merger": merger.pk,
        "scan": scan.pk,
        "code": text_of(code),
    }
