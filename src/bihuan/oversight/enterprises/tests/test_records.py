"""Entering and changing: permission, codes, one event with what changed, visibility of everything inside."""

from datetime import date

import pytest

from bihuan.kernel.errors import Forbidden, Refused
from bihuan.kernel.ledger.models import Event
from bihuan.kernel.people.models import Unit
from bihuan.oversight.enterprises.actions import records
from bihuan.oversight.enterprises.models import (
    Enterprise,
    FacilityLink,
    Outlet,
    ProductionFacility,
    Site,
    TreatmentFacility,
)
from bihuan.oversight.enterprises.rules.identifiers import BadCreditCode, BadSourceCode
from bihuan.oversight.enterprises.tests.conftest import USCC

pytestmark = pytest.mark.django_db
OTHER = "91330402MA2CXY717U"


def new(**said) -> Enterprise:
    fields = {"name": "嘉兴某化工有限公司", "uscc": OTHER, "registered_on": date(2026, 1, 5)}
    return Enterprise(**fields | said)


def last_event(enterprise: Enterprise) -> Event:
    return Event.objects.filter(stream=enterprise.stream).order_by("seq").last()


def test_a_new_enterprise_has_its_code_at_once(world):
    enterprise = new(uscc=OTHER.lower())
    assert records.save_enterprise(enterprise, by=world.county_officer, jurisdiction=world.town) == "new"
    assert (enterprise.uscc, enterprise.jurisdiction_path) == (OTHER, world.town.path)
    assert enterprise.codes.filter(revoked_at=None).count() == 1
    kinds = Event.objects.filter(stream=enterprise.stream).values_list("kind", flat=True)
    assert list(kinds) == ["enterprise.entered", "enterprise.code_issued"]
    assert "某化" in enterprise.search_terms


@pytest.mark.parametrize("user", ["outsider", "clerk", "leader", "grid_worker", "handler", "auditor"])
def test_only_the_offices_of_the_place_enter(world, user):
    with pytest.raises(Forbidden):
        records.save_enterprise(new(), by=getattr(world, user), jurisdiction=world.town)


def test_a_change_says_what_it_was_and_keeps_the_old_name(plant, world):
    enterprise = plant.enterprise
    enterprise.name, enterprise.contact_phone = "海宁新印染有限公司", "13800000000"
    assert records.save_enterprise(enterprise, by=world.county_officer, jurisdiction=world.town) == "changed"
    changes = last_event(enterprise).payload["changes"]
    assert changes["name"] == ["海宁某印染有限公司", "海宁新印染有限公司"]
    assert changes["contact_phone"] == ["***", "***"]
    assert enterprise.former_names == ["海宁某印染有限公司"]
    count = Event.objects.count()
    assert (
        records.save_enterprise(enterprise, by=world.county_officer, jurisdiction=world.town) == "unchanged"
    )
    assert Event.objects.count() == count


def test_an_enterprise_of_another_county_cant_be_moved_here(plant, world):
    with pytest.raises(Forbidden):
        records.save_enterprise(plant.enterprise, by=world.outsider, jurisdiction=world.other_town)


def test_what_lay_with_the_enterprise_moves_with_it(plant, world):
    Site.objects.create(name="桐乡厂区", enterprise=plant.enterprise, **Site.where(world.other_county))
    records.save_enterprise(plant.enterprise, by=world.city_officer, jurisdiction=world.area)
    paths = set(Site.objects.values_list("name", "jurisdiction_path"))
    assert paths == {("长安厂区", world.area.path), ("桐乡厂区", world.other_county.path)}
    assert set(Outlet.objects.values_list("jurisdiction_path", flat=True)) == {world.area.path}


@pytest.mark.parametrize(
    ("said", "error"),
    [
        ({"uscc": "91330402MA2CXY717X"}, BadCreditCode),
        ({"uscc": USCC}, Refused),
        ({"uscc": "H9", "id_kind": "h9"}, BadCreditCode),
    ],
)
def test_a_code_must_be_right_and_free(plant, world, said, error):
    with pytest.raises(error):
        records.save_enterprise(new(**said), by=world.county_officer, jurisdiction=world.town)


def test_an_enterprise_may_wait_for_its_code(world):
    enterprise = new(uscc="")
    records.save_enterprise(enterprise, by=world.county_officer, jurisdiction=world.town)
    assert (enterprise.uscc, enterprise.id_kind) == (None, "none")
    body = new(uscc="H9330402000000001a", id_kind="h9")
    records.save_enterprise(body, by=None, jurisdiction=world.town)
    assert body.uscc == "H9330402000000001a"


def test_a_site_carries_the_enterprises_own_code(plant, world):
    site = Site(enterprise=plant.enterprise, name="二厂", source_code=f"{USCC}002P")
    assert records.save_site(site, by=world.county_officer) == "new"
    assert site.jurisdiction == world.town
    for code, error in ((f"{OTHER}001P", Refused), (f"{USCC}002P", Refused), (f"{USCC}2P", BadSourceCode)):
        with pytest.raises(error):
            records.save_site(
                Site(enterprise=plant.enterprise, name="三厂", source_code=code), by=world.county_officer
            )
    plain = Site(enterprise=plant.enterprise, name="三厂", source_code="")
    records.save_site(plain, by=world.county_officer)
    assert plain.source_code is None


def test_what_stands_on_a_site_belongs_to_its_enterprise(plant, world):
    outlet = Outlet(site=plant.site, code="YS001", name="雨水口", medium="water", system_code="32")
    records.save_outlet(outlet, by=world.county_officer)
    assert (outlet.enterprise, outlet.nonstandard_code) == (plant.enterprise, True)
    production = ProductionFacility(site=plant.site, code="MF0009", name="锅炉")
    treatment = TreatmentFacility(site=plant.site, code="TA009", name="除尘", medium="air")
    records.save_production(production, by=world.county_officer)
    records.save_treatment(treatment, by=world.county_officer)
    link = FacilityLink(production=production, treatment=treatment, valid_from=date(2026, 1, 1))
    assert records.save_link(link, by=world.county_officer) == "new"
    assert link.site == plant.site
    assert last_event(plant.enterprise).kind == "link.entered"
    production.name = "一号锅炉"
    assert records.save_production(production, by=world.county_officer) == "changed"


def test_a_link_joins_two_ends_of_one_site(plant, world):
    other = Site(enterprise=plant.enterprise, name="二厂")
    records.save_site(other, by=world.county_officer)
    far = TreatmentFacility(site=other, code="TA001", name="除尘", medium="air")
    records.save_treatment(far, by=world.county_officer)
    with pytest.raises(Refused):
        records.save_link(
            FacilityLink(production=plant.dyeing, treatment=far, valid_from=date(2026, 1, 1)),
            by=world.county_officer,
        )
    with pytest.raises(Refused):
        records.save_link(
            FacilityLink(production=plant.dyeing, valid_from=date(2026, 1, 1)), by=world.county_officer
        )


def test_a_unit_makes_the_enterprise_a_party_of_everything_inside(plant, world):
    unit = records.unit_of(plant.enterprise, by=world.county_officer)
    assert unit == world.enterprise  # of the same name
    assert records.unit_of(plant.enterprise) == unit
    assert Outlet.objects.visible_to(world.clerk).count() == 2
    inside = [row.parties for model in records.belongings() for row in model.objects.all()]
    assert inside
    assert all(parties == [f"o{unit.pk}"] for parties in inside)


def test_a_name_that_is_a_units_already_gets_the_code_beside_it(world):
    twin = new(name=world.bureau.name)
    records.save_enterprise(twin, by=world.county_officer, jurisdiction=world.town)
    unit = records.unit_of(twin)
    assert (unit.kind, unit.name) == (Unit.Kind.ENTERPRISE, f"{world.bureau.name}（{OTHER}）")
    other = new(name="平湖某纸业有限公司", uscc="91330402123456788W")
    records.save_enterprise(other, by=world.county_officer, jurisdiction=world.town)
    assert records.unit_of(other).name == "平湖某纸业有限公司"
