"""A plant of the base world's enterprise: one site, two outlets, a logger, facilities and their links."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pytest
from django.utils.timezone import make_aware

from bihuan.oversight.enterprises.models import (
    Enterprise,
    FacilityLink,
    Logger,
    LoggerOutlet,
    Outlet,
    OutletLimit,
    ProductionFacility,
    Site,
    TreatmentFacility,
)

USCC = "91330402MA00000159"
MN = "010000A8900016F000169DC0"
SINCE = date(2024, 1, 1)


def moment(*parts: int) -> datetime:
    return make_aware(datetime(*parts))


@dataclass
class Plant:
    enterprise: Enterprise
    site: Site
    chimney: Outlet
    drain: Outlet
    logger: Logger
    dyeing: ProductionFacility
    scrubber: TreatmentFacility
    link: FacilityLink
    limit: OutletLimit


def build_plant(world: Any, *, uscc: str = USCC, mn: str = MN, name: str = "海宁某印染有限公司") -> Plant:
    where = {**Enterprise.where(world.town)}
    enterprise = Enterprise.objects.create(
        name=name, uscc=uscc, registered_on=SINCE, management_class="key", **where
    )
    own = {**where, "enterprise": enterprise}
    site = Site.objects.create(name="长安厂区", source_code=f"{uscc}001P", **own)
    at = {**own, "site": site}
    chimney = Outlet.objects.create(
        code="DA001", name="锅炉烟囱", medium="flue_gas", system_code="31", lon=120.5, lat=30.5, **at
    )
    drain = Outlet.objects.create(code="DW001", name="总排口", medium="water", system_code="32", **at)
    logger = Logger.objects.create(mn=mn, edition="2017", valid_from=moment(2024, 1, 1), **at)
    LoggerOutlet.objects.create(logger=logger, outlet=chimney)
    dyeing = ProductionFacility.objects.create(code="MF0001", name="染缸", meter="d20101", **at)
    scrubber = TreatmentFacility.objects.create(code="TA001", name="喷淋塔", medium="air", **at)
    link = FacilityLink.objects.create(
        production=dyeing, treatment=scrubber, outlet=chimney, valid_from=SINCE, **at
    )
    limit = OutletLimit.objects.create(
        outlet=chimney,
        factor_code="a21026",
        averaging="hour",
        upper=Decimal(50),
        unit="mg/m3",
        valid_from=SINCE,
        source="排污许可证",
        **own,
    )
    return Plant(enterprise, site, chimney, drain, logger, dyeing, scrubber, link, limit)


@pytest.fixture
def plant(world: Any) -> Plant:
    return build_plant(world)
