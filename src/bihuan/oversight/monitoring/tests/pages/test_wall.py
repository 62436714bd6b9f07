"""The wall: how every outlet stands, by county, each number leading to its rows."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from bihuan.oversight.monitoring.models import Alarm, DeviceState, RuleVersion
from bihuan.oversight.monitoring.queries.standing import monitored

pytestmark = pytest.mark.django_db


def heard(plant, minutes=1):
    at = timezone.now() - timedelta(minutes=minutes)
    DeviceState.objects.update_or_create(
        mn=plant.logger.mn,
        defaults={"logger": plant.logger.pk, "last_seen": at, "last_data_time": at, "peer": "x"},
    )


def alarm(outlet, rule, **more):
    return Alarm.objects.create(
        **Alarm.where(outlet.jurisdiction), parties=outlet.parties, enterprise=outlet.enterprise,
        outlet=outlet, rule=rule, version=RuleVersion.objects.filter(rule=rule).first(), factor_code="a21026",
        period="hour", started_at=timezone.now(), found_at=timezone.now(), level=2, **more,
    )  # fmt: skip


def stands(world, outlet):
    return monitored(world.county_officer).get(pk=outlet.pk).standing


def test_silence_is_no_data_and_never_normal(plant, world):
    assert stands(world, plant.chimney) == "silent"
    heard(plant, minutes=31)
    assert stands(world, plant.chimney) == "silent"
    heard(plant, minutes=29)
    assert stands(world, plant.chimney) == "normal"


def test_the_strongest_state_shows(plant, world):
    heard(plant)
    alarm(plant.chimney, "E4")
    assert stands(world, plant.chimney) == "near"
    alarm(plant.chimney, "E1")
    assert stands(world, plant.chimney) == "exceeding"
    Alarm.objects.update(ended_at=timezone.now() + timedelta(minutes=1))
    assert stands(world, plant.chimney) == "normal"


def test_each_number_leads_to_its_rows(plant, world, as_user):
    heard(plant)
    alarm(plant.chimney, "E1")
    client = as_user(world.county_officer)
    text = client.get(reverse("monitoring-wall")).text
    address = f"{reverse('monitored-outlets-list')}?standing=exceeding&amp;jurisdiction=330481"
    assert address in text
    rows = client.get(address.replace("&amp;", "&")).text
    assert "DA001" in rows
    assert "DW001" not in rows


def test_another_county_sees_nothing_of_it(plant, world, as_user):
    assert "jurisdiction=330481&" not in as_user(world.outsider).get(reverse("monitoring-counts")).text
    assert not monitored(world.outsider).exists()


def test_a_poll_takes_few_queries(plant, world, as_user, django_assert_max_num_queries):
    client = as_user(world.county_officer)
    client.get(reverse("monitoring-counts"))
    with django_assert_max_num_queries(9):
        client.get(reverse("monitoring-counts"))
