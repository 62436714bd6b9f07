"""The page of an enterprise: everything about it, for officers and for its own clerk, and nobody else's."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.urls import reverse
from django.utils import timezone

from bihuan.loop.models import Problem
from bihuan.loop.tests.story import Story
from bihuan.oversight.enterprises import panels
from bihuan.oversight.enterprises.actions import records
from bihuan.oversight.enterprises.actions.codes import issue_code
from bihuan.oversight.enterprises.actions.colour import recolour
from bihuan.oversight.enterprises.actions.limits import NewLimit, set_limit, withdraw_limit
from bihuan.oversight.enterprises.actions.merging import merge
from bihuan.oversight.enterprises.models import Enterprise

pytestmark = pytest.mark.django_db


@pytest.fixture
def page(plant, world, as_user):
    records.unit_of(plant.enterprise)
    issue_code(plant.enterprise, by=world.city_officer)
    recolour()

    def get(user):
        return as_user(user).get(reverse("enterprise", args=[plant.enterprise.pk]))

    return get


def test_everything_about_it_stands_on_one_page(page, plant, world):
    text = page(world.county_officer).text
    said = (
        plant.enterprise.uscc,
        plant.site.source_code,
        "DA001",
        "锅炉烟囱",
        "MF0001",
        "喷淋塔",
        plant.logger.mn,
        "a21026 二氧化硫",
        "≤ 50 mg/m3",
        "灰码 · 未评",
        "赋码不足 7 日",
        "未接入",
        "企业码已赋",
    )
    assert [word for word in said if word not in text] == []


def test_the_clerk_sees_it_without_what_offices_do(page, plant, world):
    text = page(world.clerk).text
    assert "对色码提出异议" in text
    assert reverse("enterprise-act", args=[plant.enterprise.pk, "merge"]) not in text
    assert "对色码提出异议" not in page(world.county_officer).text


def test_it_is_not_there_for_others(page, world):
    assert page(world.outsider).status_code == page(world.handler).status_code == 404


def test_a_few_queries_are_enough(page, world, django_assert_max_num_queries):
    page(world.county_officer)
    with django_assert_max_num_queries(70):
        page(world.county_officer)


def test_a_problem_that_it_leads_is_listed_for_who_may_see_it(page, plant, world):
    story = Story(world).rectifying()
    plant.enterprise.codes.update(issued_at=timezone.now() - timedelta(days=30))
    Problem.objects.filter(pk=story.problem.pk).update(
        lead_unit=world.enterprise, due_on=timezone.localdate() - timedelta(days=3)
    )
    recolour()
    text = page(world.county_officer).text
    assert story.problem.number in text
    assert "黄码 · 关注" in text
    assert "Y8" in text
    assert story.problem.number not in page(world.grid_worker).text.split('id="problems"')[1]


def test_limits_show_what_was_and_what_was_withdrawn(page, plant, world):
    new = NewLimit(
        "a21026", "hour", "换发许可证", date(2025, 1, 1), upper=Decimal(35), reference_oxygen_pct=Decimal(9)
    )
    set_limit(plant.chimney, new, by=world.county_officer)
    withdraw_limit(plant.chimney.limits.get(upper=35), by=world.county_officer, reason="录入错误")
    text = page(world.county_officer).text
    assert "2024-01-01 ～ 2024-12-31" in text
    assert "已撤销：录入错误" in text
    assert "≤ 35 mg/m3（O₂ 9%）" in text


def test_panels_of_other_areas_stand_on_it(page, plant, world, monkeypatch):
    """The toy area's panel is drawn by a template of the house that only needs what the panel gives."""
    monkeypatch.setattr(panels, "_panels", {})

    def shown(enterprise, user, as_of):
        return {"enterprise": enterprise} if user != world.grid_worker else None

    template = "enterprises/_problems.html"
    officers = frozenset({panels.OFFICER})
    panels.register_panel(panels.Panel("toy", "玩具面板", template, shown, audiences=officers))
    assert "玩具面板" in page(world.county_officer).text
    assert "玩具面板" not in page(world.grid_worker).text
    assert "玩具面板" not in page(world.clerk).text


def test_a_merged_entry_leads_to_the_one_that_is_kept(plant, world, as_user):
    kept = Enterprise(name="海宁某印染公司", uscc="", registered_on=date(2024, 1, 1))
    records.save_enterprise(kept, by=None, jurisdiction=world.town)
    merge(plant.enterprise, kept, by=world.county_officer, reason="重复建档")
    client = as_user(world.county_officer)
    answer = client.get(reverse("enterprise", args=[plant.enterprise.pk]))
    assert (answer.status_code, answer.url) == (302, reverse("enterprise", args=[kept.pk]))
    text = client.get(answer.url).text
    assert "重复建档" in text
    assert "曾用名及别名" in text


def test_the_past_is_shown_and_not_changed(page, plant, world, as_user):
    client = as_user(world.county_officer)
    text = client.get(reverse("enterprise", args=[plant.enterprise.pk]) + "?as_of=2025-06-01").text
    assert "色码未计算" in text
    assert reverse("enterprise-record-new", args=[plant.enterprise.pk, "outlet"]) not in text


def test_the_map_has_sites_and_outlets_with_a_position(page, plant, world, as_user):
    plant.site.lon, plant.site.lat = 120.5, 30.5
    plant.site.save()
    client = as_user(world.county_officer)
    for name, count in (("enterprise-map", 1), ("enterprise-points", 1)):
        features = client.get(reverse(name, args=[plant.enterprise.pk])).json()["features"]
        assert len(features) == count
        assert features[0]["geometry"]["coordinates"] == [120.5, 30.5]
