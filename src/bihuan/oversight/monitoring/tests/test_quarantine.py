"""Frames that were set aside: run once more, or discarded; nothing of them is lost."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone

from bihuan.kernel.errors import Forbidden, Refused
from bihuan.kernel.ledger.models import Event
from bihuan.oversight.enterprises.models import Logger
from bihuan.oversight.enterprises.public import FactorTable
from bihuan.oversight.enterprises.tests.conftest import Plant
from bihuan.oversight.monitoring.actions.quarantine import discard, replay, replay_device
from bihuan.oversight.monitoring.gateway.intake import take
from bihuan.oversight.monitoring.models import MinuteMessage, Origin, QuarantinedFrame
from bihuan.oversight.monitoring.store.layouts import LayoutBook
from bihuan.oversight.monitoring.store.writing import Batch, Store
from bihuan.oversight.monitoring.tests.gateway.conftest import BOUNDS, COD, read, receipt, sent

pytestmark = pytest.mark.django_db
NEW = "A100000B200000C300000D40"


def keep(raw: bytes) -> QuarantinedFrame:
    """A frame as the gateway set it aside an hour ago, when nobody knew its number."""
    batch = Batch()
    take(read(raw), None, receipt(timezone.now() - timedelta(hours=1)), BOUNDS).add_to(batch)
    connection.ensure_connection()
    Store(connection.connection, LayoutBook(FactorTable(()))).write(batch)
    return QuarantinedFrame.objects.latest("pk")


@pytest.fixture
def kept(plant: Plant) -> QuarantinedFrame:
    return keep(sent(*COD, MN=NEW))


def know(plant: Plant) -> None:
    Logger.objects.filter(pk=plant.logger.pk).update(mn=NEW)


def test_once_the_number_is_known_the_frame_is_stored(
    world: Any, plant: Plant, kept: QuarantinedFrame
) -> None:
    with pytest.raises(Refused):
        replay(kept, by=world.city_officer, reason="试一试")
    kept.refresh_from_db()
    assert kept.state == "waiting"
    know(plant)
    done = replay(kept, by=world.city_officer, reason="已登记")
    row = MinuteMessage.objects.get()
    assert (row.outlet, row.origin, row.values) == (plant.drain.pk, Origin.REPLAYED, pytest.approx([40.1]))
    assert row.arrived_at - timezone.now() < timedelta(minutes=1)
    assert (done.state, done.settled_by, done.settled_because) == ("replayed", world.city_officer, "已登记")
    event = Event.objects.get(stream=f"quarantine:{kept.pk}")
    assert (event.kind, event.payload["stored"], event.reason) == ("quarantine.replayed", 1, "已登记")
    with pytest.raises(Refused):
        replay(kept, by=world.city_officer)


def test_all_frames_of_a_device_at_once(world: Any, plant: Plant, kept: QuarantinedFrame) -> None:
    keep(sent(*COD, MN=NEW, at=timezone.now() - timedelta(hours=2)))
    keep(sent(*COD, MN=NEW, time=""))
    know(plant)
    assert replay_device(NEW, by=world.city_officer, reason="已登记") == (2, 1)
    assert MinuteMessage.objects.count() == 2
    assert QuarantinedFrame.objects.get(state="waiting").mn == NEW


def test_what_is_stored_already_is_not_stored_again(world: Any, plant: Plant, kept: QuarantinedFrame) -> None:
    know(plant)
    replay(kept, by=world.city_officer)
    again = keep(bytes(kept.raw))
    replay(again, by=world.city_officer)
    assert Event.objects.get(stream=f"quarantine:{again.pk}").payload["stored"] == 0
    assert MinuteMessage.objects.count() == 1


def test_a_frame_is_discarded_with_a_reason_and_stays(world: Any, kept: QuarantinedFrame) -> None:
    with pytest.raises(Refused):
        discard(kept, by=world.city_officer, reason="")
    gone = discard(kept, by=world.city_officer, reason="扫描器")
    assert (gone.state, QuarantinedFrame.objects.count()) == ("discarded", 1)
    assert Event.objects.get(stream=f"quarantine:{kept.pk}").kind == "quarantine.discarded"


@pytest.mark.parametrize("who", ["county_officer", "leader", "handler", "auditor"])
def test_others_may_not(world: Any, kept: QuarantinedFrame, who: str) -> None:
    for act in (replay, discard):
        with pytest.raises(Forbidden):
            act(kept, by=getattr(world, who), reason="试")
