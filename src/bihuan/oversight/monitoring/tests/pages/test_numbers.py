"""The numbers of gateway and store: read by all, changed by a new version of the city office."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from bihuan.oversight.monitoring.actions.keeping import load_keeping
from bihuan.oversight.monitoring.models import Keeping

pytestmark = pytest.mark.django_db


def test_what_holds_and_what_is_to_come(world, as_user):
    load_keeping()
    client, day = as_user(world.city_officer), timezone.localdate() + timedelta(days=3)
    said = {"value": "600", "valid_from": str(day), "source": "运维约定", "ours": "on"}
    address = reverse("monitoring-number-new", args=["idle_limit"])
    assert client.post(address, said).status_code == 302
    text = as_user(world.leader).get(reverse("monitoring-numbers")).text
    assert "3,900 s" in text
    assert f'{day} <span class="num">600 s</span> 运维约定' in text
    assert address not in text


def test_a_version_without_its_basis_or_in_the_past_is_refused(world, as_user):
    client, address = as_user(world.city_officer), reverse("monitoring-number-new", args=["idle_limit"])
    today = timezone.localdate()
    for wrong in ({"source": " "}, {"valid_from": str(today - timedelta(days=1))}, {"value": "-1"}):
        said = {"value": "600", "valid_from": str(today), "source": "运维约定"} | wrong
        assert client.post(address, said).status_code == 200
    assert not Keeping.objects.filter(value=600).exists()


def test_only_the_city_office_changes_one_that_exists(world, as_user):
    for user, name, status in (
        (world.county_officer, "idle_limit", 403),
        (world.city_officer, "idle_limit", 200),
        (world.city_officer, "nothing", 404),
    ):
        assert as_user(user).get(reverse("monitoring-number-new", args=[name])).status_code == status
