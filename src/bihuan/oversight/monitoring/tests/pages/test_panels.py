"""What monitoring shows on other pages: the enterprise's and that of an alarm's problem."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from bihuan.kernel.people.access import unit_token
from bihuan.loop.models import Problem
from bihuan.oversight.enterprises.actions.records import share_parties
from bihuan.oversight.monitoring.actions.alarms import raise_problem
from bihuan.oversight.monitoring.rules.periods import HOUR
from bihuan.oversight.monitoring.tests.pages.test_wall import alarm, heard
from bihuan.oversight.monitoring.tests.things import judged

pytestmark = pytest.mark.django_db


@pytest.fixture
def found(plant):
    """An exceedance that stands, yesterday for two hours, with its data."""
    share_parties(plant.enterprise)
    plant.chimney.refresh_from_db()
    yesterday = timezone.localdate() - timedelta(days=1)
    judged(plant.chimney, yesterday, value=60.0)
    begin = timezone.now() - timedelta(days=1)
    made = alarm(plant.chimney, "E1", peak=60.0, limit=50, unit="mg/m3", multiple=0.2)
    made.started_at, made.ended_at = begin, begin + 2 * HOUR
    made.save(update_fields=["started_at", "ended_at"])
    return made


def test_the_enterprise_page_shows_how_its_outlets_stand(found, plant, world, as_user):
    heard(plant)
    for user in (world.county_officer, world.clerk):
        text = as_user(user).get(reverse("enterprise", args=[plant.enterprise.pk])).text
        said = (
            "自动监控",
            "最新小时值与限值",
            "60 mg/m³",
            "≤ 50",
            reverse("monitoring-outlet", args=[plant.chimney.pk]),
        )
        assert [word for word in said if word not in text] == []


def test_of_the_past_and_without_a_logger_it_shows_nothing(plant, world, as_user):
    address = reverse("enterprise", args=[plant.enterprise.pk])
    client = as_user(world.county_officer)
    assert "panel-monitoring" not in client.get(address, {"as_of": "2025-06-01"}).text
    plant.logger.valid_to = timezone.now()
    plant.logger.save(update_fields=["valid_to"])
    assert "panel-monitoring" not in as_user(world.city_officer).get(address).text


def test_the_problem_shows_the_curve_with_limit_and_gaps(found, world, as_user):
    problem = raise_problem(found, by=None)
    text = as_user(world.county_officer).get(reverse("problem", args=[problem.pk])).text
    said = (
        "data-drawing=",
        "限值 ≤ 50 mg/m³（小时均值）",
        "峰值 60 mg/m³",
        "该排放口的全部曲线和数据",
        "E1@",
    )
    assert [word for word in said if word not in text] == []


def test_who_handles_it_sees_the_curve_without_the_outlet(found, plant, world, as_user):
    problem = raise_problem(found, by=None)
    Problem.objects.filter(pk=problem.pk).update(parties=[unit_token(world.bureau.pk)])
    text = as_user(world.handler).get(reverse("problem", args=[problem.pk])).text
    assert "data-drawing=" in text
    assert reverse("monitoring-outlet", args=[plant.chimney.pk]) not in text


def test_an_alarm_without_a_factor_is_drawn_over_the_first(found, plant, world, as_user):
    found.factor_code = ""
    found.save(update_fields=["factor_code"])
    problem = raise_problem(found, by=None)
    assert "二氧化硫" in as_user(world.county_officer).get(reverse("problem", args=[problem.pk])).text
