"""What the area counts, as of a moment and over a scope."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.utils import timezone

from bihuan.kernel.figures import queries
from bihuan.kernel.figures.registry import Scope
from bihuan.oversight.monitoring.models import Alarm, OutletMonth
from bihuan.oversight.monitoring.rules.periods import HOUR
from bihuan.oversight.monitoring.tests.pages.test_wall import alarm
from bihuan.oversight.monitoring.tests.things import judged

pytestmark = pytest.mark.django_db


@pytest.fixture
def count(world):
    def value(name, *, at=None, path=""):
        return queries.value(name, Scope(as_of=at or timezone.now(), path=path or world.city.path)).value

    return value


def test_who_is_connected_and_who_sends(plant, world, count):
    assert count("enterprises_connected") == 1
    assert count("enterprises_connected", path=world.other_county.path) == 0
    assert count("outlets_sending") == 0
    judged(plant.chimney, timezone.localdate() - timedelta(days=1), came=20)
    assert count("outlets_sending") == 1
    assert count("outlets_sending", at=timezone.now() - timedelta(days=5)) == 0


def test_the_valid_transmission_rate_of_the_month(plant, world, count):
    assert count("valid_transmission_rate") is None
    month = timezone.localdate().replace(day=1)
    OutletMonth.objects.create(outlet=plant.chimney, month=month, due=96, came=92, must_be_valid=92, valid=88)
    assert count("valid_transmission_rate") == Decimal("91.7")
    assert count("valid_transmission_rate", path=world.other_county.path) is None


def test_exceedance_in_hours_and_episodes(plant, count):
    for hours, handling in ((3, "new"), (2, "raised"), (9, "dismissed"), (9, "annulled")):
        alarm(plant.chimney, "E1", count=hours, handling=handling, ended_at=timezone.now() + HOUR)
    alarm(plant.chimney, "E4", count=50, ended_at=timezone.now() + HOUR)
    Alarm.objects.update(started_at=timezone.now())
    assert count("exceedance_hours") == 5
    assert count("exceedance_episodes") == 2


def test_alarms_going_on_and_ended(plant, count):
    now = timezone.now()
    alarm(plant.chimney, "E1")
    alarm(plant.drain, "E1", ended_at=now + timedelta(minutes=1))
    Alarm.objects.update(started_at=now)
    assert count("alarms_going_on", at=now) == 2
    assert count("alarms_ended", at=now) == 0
    later = now + timedelta(minutes=5)
    assert (count("alarms_going_on", at=later), count("alarms_ended", at=later)) == (1, 1)
    assert count("alarms_going_on", at=now - HOUR) == 0
