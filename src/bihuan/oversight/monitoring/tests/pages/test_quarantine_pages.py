"""Frames set aside: listed with their faults, read beside their bytes, run once more or discarded."""

from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from bihuan.oversight.monitoring.models import MinuteMessage, QuarantinedFrame
from bihuan.oversight.monitoring.queries.frames import raw_text, views
from bihuan.oversight.monitoring.tests.gateway.conftest import COD, sent
from bihuan.oversight.monitoring.tests.test_quarantine import NEW, keep, know

pytestmark = pytest.mark.django_db


@pytest.fixture
def kept(plant: Any) -> QuarantinedFrame:
    return keep(sent(*COD, MN=NEW))


def act(client: Any, kept: QuarantinedFrame, name: str, **said: str) -> Any:
    return client.post(reverse("quarantined-act", args=[kept.pk, name]), said)


def test_the_city_reads_all_and_a_county_its_own(plant, world, as_user, kept):
    assert NEW in as_user(world.city_officer).get(reverse("quarantine-list")).text
    assert NEW not in as_user(world.county_officer).get(reverse("quarantine-list")).text
    know(plant)
    assert NEW in as_user(world.county_officer).get(reverse("quarantine-list")).text
    assert NEW not in as_user(world.outsider).get(reverse("quarantine-list")).text
    assert as_user(world.outsider).get(reverse("quarantined-frame", args=[kept.pk])).status_code == 404


def test_the_frame_is_read_beside_its_bytes(world, as_user, kept):
    text = as_user(world.city_officer).get(reverse("quarantined-frame", args=[kept.pk])).text
    assert "w01018-Avg=40.1" in text
    assert "化学需氧量" in text
    assert "未知设备标识" in text
    assert "没有登记该设备标识" in text
    assert "123456" not in text


def test_once_the_number_is_known_it_is_run_again(plant, world, as_user, kept):
    client = as_user(world.city_officer)
    assert "form-error" in act(client, kept, "replay").text
    know(plant)
    assert act(client, kept, "replay", reason="已登记").status_code == 302
    assert MinuteMessage.objects.count() == 1
    text = client.get(reverse("quarantined-frame", args=[kept.pk])).text
    assert "已登记" in text
    assert reverse("quarantined-act", args=[kept.pk, "replay"]) not in text
    assert reverse("device", args=[NEW]) in text


def test_discarding_needs_a_reason_and_keeps_the_frame(world, as_user, kept):
    client = as_user(world.city_officer)
    assert act(client, kept, "discard").status_code == 200
    assert act(client, kept, "discard", reason="调试报文").status_code == 302
    kept.refresh_from_db()
    assert (kept.state, kept.settled_because) == ("discarded", "调试报文")
    assert NEW in client.get(reverse("quarantine-list"), {"state": "discarded"}).text


def test_only_the_city_office_settles(plant, world, as_user, kept):
    know(plant)
    assert act(as_user(world.county_officer), kept, "discard", reason="试").status_code == 403
    assert act(as_user(world.leader), kept, "replay").status_code == 403


def test_bytes_that_are_no_frame_are_shown_all_the_same(world, as_user):
    now = timezone.now()
    kept = QuarantinedFrame.objects.create(
        digest=b"2" * 16, peer="10.0.0.9:1", reason="unreadable", faults=["not_a_frame"],
        raw=b"\x00\xff<script>", received_at=now, last_at=now,
    )  # fmt: skip
    text = as_user(world.city_officer).get(reverse("quarantined-frame", args=[kept.pk])).text
    assert "␀\\xff&lt;script&gt;" in text


def test_passwords_and_keys_are_hidden_wherever_they_stand():
    raw = b"##0080QN=1;ST=32;CN=1072;PW=abc123;MN=1;Flag=5;CP=&&NewPW=secret;SKCreateTime=2026&&0000\r\n"
    shown = raw_text(raw)
    assert "abc123" not in shown
    assert "secret" not in shown
    assert "SKCreateTime=2026" in shown


def test_every_fault_of_a_frame_is_said_in_words(db):
    (view,) = views(b"##0009ST=32;CN=2011;MN=A;CP=&&w01018-Rtd=x&&0000\r\n")
    assert all(str(fault.text)[0] not in "abcdefghijklmnopqrstuvwxyz_" for fault in view.faults)
    assert len(view.faults) >= 2
