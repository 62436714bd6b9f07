"""Orders to devices: who may give them, what they leave behind, and how they are taken back."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from bihuan.kernel.errors import Forbidden, Refused
from bihuan.kernel.ledger.models import Event
from bihuan.oversight.enterprises.tests.conftest import Plant
from bihuan.oversight.monitoring.actions.orders import may_order, order, order_missing, withdraw
from bihuan.oversight.monitoring.models import Gap, Order
from bihuan.oversight.monitoring.rules.commands import WrongParameter

pytestmark = pytest.mark.django_db


def events(made: Order) -> list[tuple[str, str]]:
    return list(Event.objects.filter(stream=made.stream).order_by("seq").values_list("kind", "reason"))


def test_an_office_orders_and_it_waits(world: Any, plant: Plant) -> None:
    made = order(
        plant.logger, by=world.county_officer, command=1062, parameters={"RtdInterval": "60"}, reason="值太疏"
    )
    made.refresh_from_db()
    assert (made.state, made.mn, made.system, made.command) == ("waiting", plant.logger.mn, "31", 1062)
    assert made.parameters == [["RtdInterval", "60"]]
    assert made.by == world.county_officer
    assert made.not_after - made.made_at == pytest.approx(timedelta(hours=24), abs=timedelta(seconds=5))
    assert events(made) == [("order.given", "值太疏")]
    payload = Event.objects.get(stream=made.stream).payload
    assert payload == {"order": made.pk, "command": 1062, "parameters": {"RtdInterval": "60"}}


@pytest.mark.parametrize("who", ["outsider", "leader", "handler", "grid_worker"])
def test_others_may_not(world: Any, plant: Plant, who: str) -> None:
    assert not may_order(plant.logger, getattr(world, who))
    with pytest.raises(Forbidden):
        order(plant.logger, by=getattr(world, who), command=1011, reason="看看")
    assert not Order.objects.exists()


def test_without_a_reason_or_with_wrong_numbers_nothing_is_ordered(world: Any, plant: Plant) -> None:
    with pytest.raises(Refused):
        order(plant.logger, by=world.county_officer, command=1011, reason=" ")
    with pytest.raises(WrongParameter):
        order(
            plant.logger, by=world.county_officer, command=1062, parameters={"RtdInterval": "1"}, reason="试"
        )
    assert not Order.objects.exists()


def test_a_logger_that_is_gone_takes_no_orders(world: Any, plant: Plant) -> None:
    plant.logger.valid_to = timezone.now() - timedelta(days=1)
    with pytest.raises(Refused):
        order(plant.logger, by=world.county_officer, command=1011, reason="看看")


def test_what_waits_can_be_taken_back_once(world: Any, plant: Plant) -> None:
    made = order(plant.logger, by=world.county_officer, command=3012, reason="突击采样")
    with pytest.raises(Forbidden):
        withdraw(made, by=world.outsider, reason="不用了")
    with pytest.raises(Refused):
        withdraw(made, by=world.county_officer, reason="")
    gone = withdraw(made, by=world.county_officer, reason="不用了")
    assert (gone.state, gone.ended_at is None) == ("withdrawn", False)
    assert events(made)[-1] == ("order.withdrawn", "不用了")
    with pytest.raises(Refused):
        withdraw(made, by=world.county_officer, reason="不用了")


def test_what_is_sent_cant_be_taken_back(world: Any, plant: Plant) -> None:
    made = order(plant.logger, by=world.county_officer, command=3012, reason="突击采样")
    Order.objects.filter(pk=made.pk).update(state="sent")
    with pytest.raises(Refused):
        withdraw(made, by=world.county_officer, reason="不用了")


def test_a_gap_is_asked_for_by_the_house(plant: Plant) -> None:
    end = timezone.now().replace(minute=0, second=0, microsecond=0)
    gap = Gap.objects.create(
        outlet=plant.chimney.pk, logger=plant.logger.pk, mn=plant.logger.mn, command=2061,
        begin=end - timedelta(hours=3), end=end, missing=3,
    )  # fmt: skip
    made = order_missing(gap)
    gap.refresh_from_db()
    assert (gap.asked, made.gap, made.by, made.command) == (1, gap, None, 2061)
    assert [name for name, _text in made.parameters] == ["BeginTime", "EndTime"]
    event = Event.objects.get(stream=made.stream)
    assert (event.actor, event.payload["gap"]) == ("system", gap.pk)
