"""Who sees the records of an enterprise."""

import pytest

from bihuan.oversight.enterprises.models import Enterprise, Outlet

pytestmark = pytest.mark.django_db

SEES = {
    "leader": True,
    "city_officer": True,
    "list_manager": True,
    "county_officer": True,
    "auditor": True,
    "grid_worker": True,  # of the same town
    "clerk": True,  # of this enterprise
    "handler": False,
    "acceptor": False,
    "outsider": False,
}


@pytest.mark.parametrize(("user", "sees"), SEES.items())
def test_visibility(plant, world, user, sees):
    parties = [f"o{world.enterprise.pk}"]
    Outlet.objects.update(parties=parties)
    Enterprise.objects.update(parties=parties)
    reader = getattr(world, user)
    assert Enterprise.objects.visible_to(reader).exists() is sees
    assert Outlet.objects.visible_to(reader).exists() is sees


def test_a_clerk_sees_no_other_enterprise(plant, world):
    assert not Enterprise.objects.visible_to(world.clerk).exists()


def test_a_grid_worker_sees_no_other_town(plant, world):
    where = Enterprise.where(world.other_town)
    Enterprise.objects.update(
        jurisdiction=where["jurisdiction"], jurisdiction_path=where["jurisdiction_path"]
    )
    assert not Enterprise.objects.visible_to(world.grid_worker).exists()
