"""The city on one screen: every number is the total of the list it opens."""

import re

import pytest
from django.urls import reverse
from django.utils import timezone

from bihuan.loop import actions
from bihuan.loop.tests.story import Story
from bihuan.page_text import page_text

pytestmark = pytest.mark.django_db
LINKED = re.compile(
    r'href="(/problems/\?[^"]+)"[^>]*>(?:\s*<span class="figure-label">.*?<span class="num figure">)?(\d+)',
    re.S,
)


@pytest.fixture
def busy(world):
    """One late, one fresh, one closed, one in the other county."""
    late = Story(world).rectifying()
    Story(world, procedure="feedback").closed()
    fresh = actions.report(
        by=world.county_officer,
        title="新发现的一件",
        jurisdiction=world.county,
        procedure="patrol",
        place="长安镇",
        lon=120.45,
        lat=30.45,
    )
    actions.report(
        by=world.outsider,
        title="外县的一件",
        jurisdiction=world.other_county,
        procedure="patrol",
        place="濮院镇",
    )
    return late.problem, fresh


def test_each_number_is_the_total_of_its_list(world, as_user, busy):
    client = as_user(world.leader)
    found = LINKED.findall(page_text(client.get(reverse("city"))))
    assert len(found) >= 10
    assert any(int(number) > 0 for _url, number in found)
    for url, number in found:
        listed = page_text(client.get(url.replace("&amp;", "&")))
        assert f'data-total="{number}"' in listed, url


def test_what_is_late_stands_with_whose_move_it_is(world, as_user, busy):
    shown = page_text(as_user(world.leader).get(reverse("city")))
    assert "某河段直排污水" in shown
    assert "海宁市住房和城乡建设局" in shown


def test_a_county_office_counts_its_own(world, as_user, busy):
    county = as_user(world.county_officer).get(reverse("map-points")).json()["features"]
    assert [one["properties"]["title"] for one in county] == ["新发现的一件"]
    rows = {
        one["properties"]["name"]: one["properties"]
        for one in as_user(world.county_officer).get(reverse("map-counties")).json()["features"]
    }
    assert rows["桐乡市"]["open"] == 0
    assert (rows["海宁市"]["open"], rows["海宁市"]["overdue"]) == (2, 1)
    city = as_user(world.leader).get(reverse("map-counties")).json()["features"]
    assert {one["properties"]["name"]: one["properties"]["open"] for one in city}["桐乡市"] == 1


def test_a_past_day_shows_what_was_open_then_and_no_clocks(world, as_user, busy):
    client = as_user(world.leader)
    shown = page_text(client.get(reverse("city"), {"as_of": "2022-03-01"}))
    assert "2022-03-01" in shown
    assert "standing=overdue" not in shown
    assert client.get(reverse("map-points")).json()["features"] == []
    client.post(reverse("as-of"), {"as_of": ""})
    assert len(client.get(reverse("map-points")).json()["features"]) == 1


def test_an_empty_city_says_so(world, as_user):
    shown = page_text(as_user(world.leader).get(reverse("city")))
    assert "没有超期" in shown or "无超期" in shown


def test_the_events_of_today_are_told(world, as_user, busy):
    shown = page_text(as_user(world.county_officer).get(reverse("city")))
    assert "新发现的一件" in shown
    assert "外县的一件" not in shown
    assert timezone.localdate().isoformat()[:4] in shown
