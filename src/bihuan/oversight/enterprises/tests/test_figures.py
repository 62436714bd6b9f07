"""What the area counts, as of a moment and over a scope."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.utils import timezone

from bihuan.kernel.figures import queries
from bihuan.kernel.figures.actions import declare_complete, record_figure
from bihuan.kernel.figures.registry import Scope
from bihuan.oversight.enterprises.actions.codes import issue_code, revoke_code
from bihuan.oversight.enterprises.actions.colour import recolour
from bihuan.oversight.enterprises.models import Outlet
from bihuan.oversight.enterprises.tests.conftest import moment

pytestmark = pytest.mark.django_db


@pytest.fixture
def count(world):
    def value(name, *, at=None, path=""):
        scope = Scope(as_of=at or timezone.now(), path=path or world.city.path)
        return queries.value(name, scope).value

    return value


def test_enterprises_and_outlets(plant, world, count):
    assert count("enterprises_entered") == 1
    assert count("enterprises_entered", path=world.other_county.path) == 0
    assert count("enterprises_entered", at=moment(2023, 6, 1)) == 0
    assert count("outlets_monitored") == 1
    Outlet.objects.update(must_monitor=True)
    assert count("outlets_owing_monitoring") == 1


def test_colours_as_they_were(plant, world, count):
    recolour()
    assert count("enterprises_unrated") == 1
    assert count("enterprises_red") == count("enterprises_green") == count("enterprises_yellow") == 0
    assert count("enterprises_unrated", at=timezone.now() - timedelta(days=1)) == 0


def test_codes_are_quoted_until_the_register_is_complete_and_then_counted(plant, world, count):
    issue_code(plant.enterprise, by=None)
    record_figure(
        "enterprises_coded",
        by=None,
        jurisdiction=world.city,
        as_of=date(2023, 1, 20),
        document_ref="市政府报告",
        author="市府",
        value=Decimal(10199),
    )
    assert count("enterprises_coded") == 10199
    since = timezone.localdate()
    declare_complete(
        "enterprises_coded", by=None, jurisdiction=world.city, since=since, document_ref="专班纪要"
    )
    assert count("enterprises_coded") == 1
    revoke_code(plant.enterprise, by=world.city_officer, reason="关停")
    assert count("enterprises_coded") == 0
