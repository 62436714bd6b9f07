"""台账: what each list shows, to whom, and what its filters leave."""

import pytest
from django.urls import reverse

from bihuan.oversight.enterprises import panels
from bihuan.oversight.enterprises.actions.codes import Visit, begin_inspection, issue_code, note_look
from bihuan.oversight.enterprises.models import Enterprise, Logger, Outlet
from bihuan.oversight.enterprises.tests.conftest import build_plant
from bihuan.oversight.enterprises.tests.things import make_plant

pytestmark = pytest.mark.django_db
LISTS = ("enterprises", "outlets", "loggers", "limits", "production-facilities", "treatment-facilities")


@pytest.fixture
def two(plant, world):
    """A second plant that lies in the other county."""
    other = build_plant(world, uscc="91330402MA2CXY717U", mn="BBBB", name="桐乡某化工有限公司")
    where = Enterprise.where(world.other_town)
    for model in (Enterprise, Outlet, Logger):
        own = {"pk": other.enterprise.pk} if model is Enterprise else {"enterprise": other.enterprise}
        model.objects.filter(**own).update(**where)
    return plant, other


def rows(client, name, **asked):
    return client.get(reverse(f"{name}-list"), asked).text


@pytest.mark.parametrize("name", LISTS)
def test_each_list_shows_and_exports(plant, world, as_user, name):
    client = as_user(world.county_officer)
    assert plant.enterprise.name in rows(client, name)
    assert client.get(reverse(f"{name}-export")).status_code == 200


def test_a_list_shows_what_lies_in_reach(two, world, as_user):
    here, there = two
    assert there.enterprise.name not in rows(as_user(world.county_officer), "enterprises")
    assert there.enterprise.name in rows(as_user(world.outsider), "enterprises")
    text = rows(as_user(world.city_officer), "enterprises")
    assert here.enterprise.name in text
    assert there.enterprise.name in text


@pytest.mark.parametrize(
    ("name", "asked", "found"),
    [
        ("enterprises", {"colour": "grey"}, True),
        ("enterprises", {"colour": "red"}, False),
        ("enterprises", {"class": "key"}, True),
        ("enterprises", {"coded": "1"}, False),
        ("enterprises", {"monitored": "1"}, True),
        ("enterprises", {"q": "某印染"}, True),
        ("enterprises", {"q": "91330402MA00000159"}, True),
        ("enterprises", {"q": "化工"}, False),
        ("outlets", {"monitored": "0"}, True),
        ("outlets", {"medium": "voc"}, False),
        ("outlets", {"enterprise": "印染"}, True),
        ("loggers", {"running": "0"}, False),
        ("loggers", {"edition": "2017"}, True),
        ("limits", {"factor": "a21026"}, True),
        ("limits", {"kind": "standard"}, False),
        ("production-facilities", {"metered": "1"}, True),
        ("treatment-facilities", {"metered": "1"}, False),
    ],
)
def test_filters(plant, world, as_user, name, asked, found):
    from bihuan.oversight.enterprises.actions.records import make_findable

    make_findable(plant.enterprise)
    plant.enterprise.save()
    table = rows(as_user(world.county_officer), name, **asked).split("<table")[-1]
    assert ("海宁某印染有限公司" in table or "DW001" in table) is found


def test_outlets_lead_to_the_page_that_another_area_gives_them(plant, world, as_user, monkeypatch):
    monkeypatch.setattr(panels, "_outlet_pages", [])
    client = as_user(world.county_officer)
    assert f"/enterprises/{plant.enterprise.pk}/#outlet-{plant.chimney.pk}" in rows(client, "outlets")
    panels.register_outlet_page(lambda outlet: f"/curves/{outlet.pk}/")
    assert f"/curves/{plant.chimney.pk}/" in rows(client, "outlets")


def test_readings_of_codes_are_for_offices(plant, world, as_user):
    code = issue_code(plant.enterprise, by=world.city_officer)
    note_look(code, by=world.county_officer)
    begin_inspection(code, Visit(task="T-1", purpose="检查"), by=world.county_officer)
    begin_inspection(code, Visit(emergency=True, purpose="接报"), by=world.county_officer)
    text = rows(as_user(world.auditor), "scans")
    for word in ("T-1", "未核验", "吴县办", "无任务紧急检查"):
        assert word in text
    for user in (world.clerk, world.outsider, world.grid_worker):
        assert "T-1" not in rows(as_user(user), "scans")
    assert "T-1" not in rows(as_user(world.auditor), "scans", unjustified="1")


def test_objections_wait_for_their_answer(world, as_user):
    make_plant(world)
    assert "未评有误" in rows(as_user(world.county_officer), "colour-objections", open="1")
    assert "未评有误" not in rows(as_user(world.clerk), "colour-objections")
