"""A small city's enterprises, entered one by one through the area's own actions."""

from datetime import date, datetime, time, timedelta
from typing import Any

from django.utils import timezone

from bihuan.kernel.people.models import Unit
from bihuan.kernel.places.models import Jurisdiction
from bihuan.oversight.enterprises.actions.limits import NewLimit, set_limit
from bihuan.oversight.enterprises.actions.loggers import Binding, NewLogger, install_logger
from bihuan.oversight.enterprises.actions.records import (
    save_enterprise,
    save_link,
    save_outlet,
    save_production,
    save_site,
    save_treatment,
    unit_of,
)
from bihuan.oversight.enterprises.demo.plants import MARK, Pipe, Plant, tightened
from bihuan.oversight.enterprises.models import (
    Enterprise,
    EnterpriseCode,
    FacilityLink,
    Outlet,
    ProductionFacility,
    Site,
    TreatmentFacility,
)
from bihuan.oversight.enterprises.rules.vocabulary import Edition, Medium, OutletKind, TreatedMedium


def enter(plant: Plant, *, unit: Unit | None = None) -> Enterprise:
    """Everything about one invented enterprise; with a unit it takes that unit's name."""
    place = Jurisdiction.objects.get(pk=plant.spot.jurisdiction_id)
    enterprise = Enterprise(
        name=unit.name if unit else plant.name,
        uscc=plant.uscc,
        legal_representative=plant.legal,
        contact_name=plant.contact,
        contact_phone=plant.phone,
        address=plant.address,
        industry_code=plant.trade.code,
        industry=plant.trade.industry,
        management_class=plant.trade.management,
        key_unit=plant.key,
        lon=plant.lon,
        lat=plant.lat,
        registered_on=timezone.localdate(plant.coded_at),
        remark=MARK,
    )
    save_enterprise(enterprise, by=None, jurisdiction=place)
    EnterpriseCode.objects.filter(enterprise=enterprise).update(issued_at=plant.coded_at)
    if unit is not None:
        unit_of(enterprise)
        enterprise.refresh_from_db()
    site = Site(
        enterprise=enterprise,
        name=enterprise.name,
        source_code=plant.source_code,
        jurisdiction=place,
        address=plant.address,
        industry_code=plant.trade.code,
        lon=plant.lon,
        lat=plant.lat,
        remark=MARK,
    )
    save_site(site, by=None)
    _outlets(plant, site)
    return enterprise


def _outlets(plant: Plant, site: Site) -> None:
    machines = _machines(plant, site) if plant.has_facilities else []
    for at, pipe in enumerate(plant.pipes):
        outlet = _outlet(plant, site, pipe)
        _limits(plant, outlet, pipe)
        if machines:
            _treat(plant, outlet, pipe, machines=machines, at=at)
        if pipe.monitored:
            _logger(plant, outlet, at)


def _outlet(plant: Plant, site: Site, pipe: Pipe) -> Outlet:
    outlet = Outlet(
        site=site,
        code=pipe.code,
        name=pipe.spec.name,
        medium=pipe.spec.medium,
        kind=OutletKind.MAIN if plant.key else OutletKind.GENERAL,
        system_code=pipe.system_code,
        must_monitor=pipe.monitored,
        lon=pipe.lon,
        lat=pipe.lat,
        remark=MARK,
    )
    save_outlet(outlet, by=None)
    return outlet


def _limits(plant: Plant, outlet: Outlet, pipe: Pipe) -> None:
    since = timezone.localdate(plant.coded_at)
    for spec in pipe.spec.limits:
        steps = [(since, spec.upper)]
        if plant.stricter_since and spec.lower is None:
            steps.append((plant.stricter_since, tightened(spec.upper)))
        for day, upper in steps:
            limit = NewLimit(
                spec.factor,
                spec.averaging,
                plant.source(),
                day,
                upper=upper,
                lower=spec.lower,
                reference_oxygen_pct=spec.oxygen,
            )
            set_limit(outlet, limit, by=None)


def _machines(plant: Plant, site: Site) -> list[ProductionFacility]:
    made = []
    for at, name in enumerate(plant.trade.production, start=1):
        facility = ProductionFacility(
            site=site,
            code=f"MF{at:04d}",
            name=name,
            product=plant.trade.industry[:20],
            rated_kw=75,
            remark=MARK,
        )
        facility.meter = f"d201{at:02d}" if plant.key else ""
        save_production(facility, by=None)
        made.append(facility)
    return made


def _treat(plant: Plant, outlet: Outlet, pipe: Pipe, *, machines: list[ProductionFacility], at: int) -> None:
    water = pipe.spec.medium == Medium.WATER
    facility = TreatmentFacility(
        site=outlet.site,
        code=f"T{'W' if water else 'A'}{at + 1:03d}",
        name=pipe.spec.treatment,
        process=pipe.spec.process,
        medium=TreatedMedium.WATER if water else TreatedMedium.AIR,
        meter=f"d301{at + 1:02d}" if plant.key else "",
        rated_kw=22,
        remark=MARK,
    )
    save_treatment(facility, by=None)
    since = timezone.localdate(plant.coded_at)
    for number, machine in enumerate(machines):
        ends: dict[str, Any] = {"production": machine, "treatment": facility, "outlet": outlet}
        if number:
            ends["outlet"] = None
        save_link(FacilityLink(**ends, valid_from=since, remark=MARK), by=None)


def _logger(plant: Plant, outlet: Outlet, at: int) -> None:
    """A 2025 logger took the place of a 2017 one, under the same number."""
    editions = [(plant.coded_at, plant.edition)]
    if plant.edition == Edition.E2025:
        changed = max(date(2026, 1, 15), timezone.localdate(plant.coded_at) + timedelta(days=30))
        moment = timezone.make_aware(datetime.combine(changed, time(10)))
        editions = [(plant.coded_at, Edition.E2017), (moment, Edition.E2025)]
    for moment, edition in editions:
        logger = NewLogger(
            mn=plant.mn(at),
            outlets=(Binding(outlet),),
            valid_from=moment,
            edition=edition,
            password="123456",
            key=f"{plant.number:016d}" if edition == Edition.E2025 else None,
            settings={"maker": "演示仪器厂", "realtime_interval_s": 60, "minute_interval_min": 10},
        )
        install_logger(logger, by=None)
