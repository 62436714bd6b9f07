"""The numbers that gateway and store go by: delivered with their sources, changed by new versions only."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.utils import timezone

from bihuan.kernel.errors import Forbidden, Refused
from bihuan.oversight.monitoring.actions.keeping import load_keeping, publish_keeping
from bihuan.oversight.monitoring.models import Keeping
from bihuan.oversight.monitoring.queries.keeping import numbers_on
from bihuan.oversight.monitoring.rules.keeping import NUMBERS

pytestmark = pytest.mark.django_db


def test_the_delivered_numbers_are_loaded_once_and_marked(world: Any) -> None:
    assert load_keeping() == len(NUMBERS)
    assert load_keeping() == 0
    assert Keeping.objects.get(name="resends").ours is False
    assert Keeping.objects.get(name="rate_limit").ours is True


def test_a_new_version_holds_from_its_day_on(world: Any) -> None:
    load_keeping()
    today = timezone.localdate()
    start = today + timedelta(days=3)
    publish_keeping("idle_limit", by=world.city_officer, value=600, valid_from=start, source="运维约定")
    assert numbers_on(today)["idle_limit"] == 3900
    assert numbers_on(start)["idle_limit"] == 600
    for name, day in (("idle_limit", start), ("nothing", start), ("idle_limit", date(2020, 1, 1))):
        with pytest.raises(Refused):
            publish_keeping(name, by=world.city_officer, value=1, valid_from=day, source="运维约定")
    with pytest.raises(Forbidden):
        publish_keeping("idle_limit", by=world.county_officer, value=1, valid_from=start, source="试")


def test_without_any_row_the_delivered_numbers_hold() -> None:
    assert numbers_on(date(2026, 1, 1)) == {one.name: one.value for one in NUMBERS}
