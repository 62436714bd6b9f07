"""Devices: the silent ones first, one device's page with its frames read side by side, orders to it, gaps."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.urls import reverse
from django.utils import timezone

from bihuan.oversight.enterprises.models import Logger, LoggerOutlet
from bihuan.oversight.enterprises.public import FactorTable, logger_at
from bihuan.oversight.monitoring.actions.answers import begin
from bihuan.oversight.monitoring.gateway.intake import take
from bihuan.oversight.monitoring.models import DeviceNote, DeviceState, Gap, Order
from bihuan.oversight.monitoring.store.layouts import LayoutBook
from bihuan.oversight.monitoring.store.writing import Batch, Store
from bihuan.oversight.monitoring.tests.gateway.conftest import BOUNDS, COD, read, receipt, sent

pytestmark = pytest.mark.django_db
HOURS = 2061


def heard(logger: Logger, *, minutes: float, **more: Any) -> DeviceState:
    at = timezone.now() - timedelta(minutes=minutes)
    found, _new = DeviceState.objects.update_or_create(
        mn=logger.mn,
        defaults={"logger": logger.pk, "last_seen": at, "peer": "10.0.0.7:40001", "edition": "2017", **more},
    )
    return found


def arrived(raw: bytes, *, at: Any = None) -> None:
    """A frame stored as the gateway stores it."""
    frame = read(raw)
    batch, when = Batch(), at or timezone.now()
    take(frame, logger_at(frame.head["MN"], when), receipt(when), BOUNDS).add_to(batch)
    connection.ensure_connection()
    Store(connection.connection, LayoutBook(FactorTable(()))).write(batch)


def page(client: Any, plant: Any) -> str:
    text: str = client.get(reverse("device", args=[plant.logger.mn])).text
    return text


def test_the_silent_stand_first(plant, world, as_user):
    own = {"enterprise": plant.enterprise, "site": plant.site, "valid_from": plant.logger.valid_from}
    where = {**Logger.where(world.town), **own}
    silent, never = (Logger.objects.create(mn=mn, **where) for mn in ("SILENT01", "NEVER001"))
    heard(plant.logger, minutes=1)
    heard(silent, minutes=90)
    client = as_user(world.county_officer)
    text = client.get(reverse("devices-list")).text
    places = [text.index(f">{mn}<") for mn in (never.mn, silent.mn, plant.logger.mn)]
    assert places == sorted(places)
    assert [word in text for word in ("从未上线", "静默", "在线")] == [True] * 3
    only = client.get(reverse("devices-list"), {"contact": "silent"}).text
    assert silent.mn in only
    assert plant.logger.mn not in only
    assert silent.mn not in as_user(world.outsider).get(reverse("devices-list")).text


def test_a_device_tells_when_it_was_heard_and_how_wrong_its_clock_is(plant, world, as_user):
    heard(plant.logger, minutes=2, clock_error_s=412.0, faults={"wrong_length": 7}, edition="2005")
    text = page(as_user(world.county_officer), plant)
    assert "+412.0 s" in text
    assert "实际使用 2005" in text
    assert "× 7" in text
    assert "长度" in text


def test_frames_stand_beside_what_the_decoder_read(plant, world, as_user):
    LoggerOutlet.objects.get_or_create(logger=plant.logger, outlet=plant.drain)
    arrived(sent(("w01018-Avg", "40.1"), ("w01018-Flag", "D"), CN="2061"))
    text = page(as_user(world.county_officer), plant)
    assert "w01018-Avg=40.1" in text
    assert "化学需氧量" in text
    assert "小时数据" in text
    assert "D 仪器故障" in text
    assert "PW=••••••" in text
    assert "123456" not in text


def test_a_faulty_frame_names_its_fault_in_words(plant, world, as_user):
    LoggerOutlet.objects.get_or_create(logger=plant.logger, outlet=plant.drain)
    raw = sent(*COD)
    arrived(b"##0009" + raw[6:])
    text = page(as_user(world.county_officer), plant)
    assert "长度错误" in text
    assert "##0009" in text


def test_notes_are_told_in_words(plant, world, as_user):
    DeviceNote.objects.create(
        logger=plant.logger.pk, mn=plant.logger.mn, system="91", command=2081, digest=b"1" * 16,
        arrived_at=timezone.now(), fields=[["RestartTime", "20261126080000"]],
    )  # fmt: skip
    text = page(as_user(world.county_officer), plant)
    assert "数采仪重启" in text
    assert "20261126080000" in text


def test_an_order_is_chosen_filled_in_and_stands_on_the_page(plant, world, as_user):
    client, mn = as_user(world.county_officer), plant.logger.mn
    choice = client.get(reverse("device-order", args=[mn])).text
    assert reverse("device-order-command", args=[mn, HOURS]) in choice
    address = reverse("device-order-command", args=[mn, HOURS])
    assert 'name="BeginTime"' in client.get(address).text
    said = {"BeginTime": "2026-11-02T00:00", "EndTime": "2026-11-02T06:00", "reason": "补传缺失小时"}
    answer = client.post(address, said)
    assert (answer.status_code, answer.url) == (302, f"{reverse('device', args=[mn])}#orders")
    order = Order.objects.get()
    assert order.parameters == [["BeginTime", "20261102000000"], ["EndTime", "20261102060000"]]
    text = page(client, plant)
    assert "补传缺失小时" in text
    assert "等待设备上线" in text
    assert "补传缺失小时" in client.get(reverse("orders-list")).text


@pytest.mark.parametrize(
    "wrong",
    [
        {"BeginTime": ""},
        {"reason": " "},
        {"BeginTime": "2026-11-03T00:00"},
    ],
)
def test_an_order_with_a_mistake_is_not_given(plant, world, as_user, wrong):
    said = {"BeginTime": "2026-11-02T00:00", "EndTime": "2026-11-02T06:00", "reason": "补传"} | wrong
    address = reverse("device-order-command", args=[plant.logger.mn, HOURS])
    assert as_user(world.county_officer).post(address, said).status_code == 200
    assert not Order.objects.exists()


def test_intervals_are_kept_within_the_standard(plant, world, as_user):
    client, address = (
        as_user(world.city_officer),
        reverse("device-order-command", args=[plant.logger.mn, 1062]),
    )
    assert client.post(address, {"RtdInterval": "5", "reason": "试"}).status_code == 200
    assert client.post(address, {"RtdInterval": "60", "reason": "加密采集"}).status_code == 302
    assert Order.objects.get().parameters == [["RtdInterval", "60"]]


def test_who_orders_and_who_doesnt(plant, world, as_user):
    address = reverse("device-order-command", args=[plant.logger.mn, 1011])
    for user, status in ((world.leader, 403), (world.grid_worker, 403), (world.outsider, 404)):
        assert as_user(user).post(address, {"reason": "试"}).status_code == status
    assert reverse("device-order", args=[plant.logger.mn]) not in page(as_user(world.leader), plant)
    assert (
        as_user(world.city_officer)
        .get(reverse("device-order-command", args=[plant.logger.mn, 9999]))
        .status_code
        == 404
    )


def test_an_order_is_withdrawn_while_it_waits(plant, world, as_user):
    client = as_user(world.county_officer)
    client.post(reverse("device-order-command", args=[plant.logger.mn, 1011]), {"reason": "核对时钟"})
    order = Order.objects.get()
    address = reverse("order-withdraw", args=[order.pk])
    assert client.post(address, {"reason": "不需要了"}).status_code == 302
    assert Order.objects.get().state == "withdrawn"
    client.post(reverse("device-order-command", args=[plant.logger.mn, 1061]), {"reason": "查看间隔"})
    second = Order.objects.exclude(pk=order.pk).get()
    begin(second, at=timezone.now())
    assert client.post(reverse("order-withdraw", args=[second.pk]), {"reason": "晚了"}).status_code == 200
    assert Order.objects.get(pk=second.pk).state == "sent"


def test_gaps_are_listed_by_place_and_state(plant, world, as_user):
    begin = timezone.now() - timedelta(hours=5)
    Gap.objects.create(
        outlet=plant.drain.pk, logger=plant.logger.pk, mn=plant.logger.mn, command=HOURS, begin=begin,
        end=begin + timedelta(hours=2), missing=2, asked=1,
    )  # fmt: skip
    client = as_user(world.county_officer)
    for asked, found in (
        ({}, 1),
        ({"state": "filled"}, 0),
        ({"jurisdiction": "330481"}, 1),
        ({"enterprise": "印染"}, 1),
    ):
        text = client.get(reverse("gaps-list"), asked).text
        assert text.count("<tr data-row=") == found, asked
    assert "<tr data-row=" not in as_user(world.outsider).get(reverse("gaps-list")).text
    assert "小时数据" in page(client, plant)


def test_an_unknown_number_has_no_page(plant, world, as_user):
    assert as_user(world.city_officer).get(reverse("device", args=["NOBODY"])).status_code == 404
