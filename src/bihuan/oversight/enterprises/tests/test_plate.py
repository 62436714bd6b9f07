"""The plate to print."""

import pytest
from django.urls import reverse

from bihuan.oversight.enterprises.actions.codes import issue_code

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(("asked", "size"), [("", "a5"), ("?size=a6", "a6"), ("?size=a0", "a5")])
def test_the_plate_carries_the_code_and_no_personal_data(plant, world, as_user, asked, size):
    plant.enterprise.contact_phone = "13812345678"
    plant.enterprise.save()
    issue_code(plant.enterprise, by=world.city_officer)
    text = (
        as_user(world.county_officer)
        .get(reverse("enterprise-plate", args=[plant.enterprise.pk]) + asked)
        .text
    )
    assert f"plate-{size}" in text
    assert "<svg" in text
    assert plant.enterprise.name in text
    assert "13812345678" not in text
    assert plant.enterprise.uscc not in text


def test_without_a_code_there_is_no_plate(plant, world, as_user):
    answer = as_user(world.county_officer).get(reverse("enterprise-plate", args=[plant.enterprise.pk]))
    assert answer.status_code == 409
