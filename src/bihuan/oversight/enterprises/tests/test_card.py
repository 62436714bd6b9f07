"""Behind the printed code: the public card, the enterprise's door, the officers' gate."""

import pytest
from django.urls import reverse

from bihuan.oversight.enterprises import panels
from bihuan.oversight.enterprises.actions import records
from bihuan.oversight.enterprises.actions.codes import issue_code, revoke_code
from bihuan.oversight.enterprises.actions.colour import recolour
from bihuan.oversight.enterprises.models import Enterprise, Scan
from bihuan.oversight.enterprises.queries import codes

pytestmark = pytest.mark.django_db
SECRET = {"contact_name": "赵厂长", "contact_phone": "13812345678", "legal_representative": "钱法人"}


@pytest.fixture
def code(plant, world):
    Enterprise.objects.update(**SECRET)
    records.unit_of(plant.enterprise)
    recolour()
    return issue_code(plant.enterprise, by=world.city_officer)


@pytest.fixture
def card(code):
    return reverse("code", args=[codes.text_of(code)])


def test_anybody_reads_what_is_public(card, anonymous, plant):
    text = anonymous.get(card).text
    for word in (plant.enterprise.name, plant.enterprise.uscc, "二氧化硫", "≤ 50 mg/m3", "12345"):
        assert word in text
    for word in (*SECRET.values(), plant.logger.mn, "未评", "灰码"):
        assert word not in text
    assert not Scan.objects.exists()


def test_the_colour_is_shown_only_where_a_city_decides_so(card, anonymous, settings):
    settings.BIHUAN_PUBLIC_COLOUR = True
    assert "灰码 · 未评" in anonymous.get(card).text


def test_what_areas_publish_stands_on_the_card(card, anonymous, monkeypatch):
    monkeypatch.setattr(panels, "_panels", {})
    public = frozenset({panels.PUBLIC})
    panels.register_panel(
        panels.Panel("toy", "公开的处罚", "enterprises/card_refused.html", lambda *_of: {}, audiences=public)
    )
    assert "公开的处罚" in anonymous.get(card).text


def test_a_made_up_code_and_a_forged_one_look_alike(card, anonymous):
    forged = f"{card[:-2]}{'A' if card[-2] != 'A' else 'B'}/"
    answers = [anonymous.get(address) for address in ("/c/nonsense/", forged)]
    assert [answer.status_code for answer in answers] == [404, 404]


def test_a_revoked_plate_says_so_and_no_more(card, anonymous, plant, world):
    revoke_code(plant.enterprise, by=world.city_officer, reason="铭牌遗失")
    answer = anonymous.get(card)
    assert answer.status_code == 410
    assert plant.enterprise.name not in answer.text


def test_too_many_calls_are_turned_away(card, anonymous):
    for _call in range(codes.CALLS_A_MINUTE):
        anonymous.get(card)
    assert anonymous.get(card).status_code == 429


def test_behind_a_proxy_each_caller_is_counted_apart(card, anonymous, settings, monkeypatch):
    """The proxy's address is everybody's; what a caller says in front of it is not believed."""
    settings.BIHUAN_TRUSTED_PROXIES = 1
    monkeypatch.setattr(codes, "CALLS_A_MINUTE", 1)
    assert anonymous.get(card, HTTP_X_FORWARDED_FOR="9.9.9.9").status_code == 200
    assert anonymous.get(card, HTTP_X_FORWARDED_FOR="9.9.9.8").status_code == 200
    assert anonymous.get(card, HTTP_X_FORWARDED_FOR="1.2.3.4, 9.9.9.9").status_code == 429


def test_the_clerk_gets_a_door(card, as_user, world, plant):
    text = as_user(world.clerk).get(card).text
    assert reverse("enterprise", args=[plant.enterprise.pk]) in text
    assert "任务编号" not in text
    assert not Scan.objects.exists()


@pytest.mark.parametrize(
    ("user", "gate"),
    [("county_officer", True), ("grid_worker", True), ("outsider", False), ("auditor", False)],
)
def test_an_officers_look_is_kept(card, as_user, world, user, gate):
    text = as_user(getattr(world, user)).get(card).text
    assert ("任务编号" in text) is gate
    inspectors = ("county_officer", "grid_worker", "outsider")
    assert Scan.objects.filter(kind="look").count() == (1 if user in inspectors else 0)


def test_the_gate_opens_with_a_task(card, as_user, world, plant):
    client = as_user(world.county_officer)
    refused = client.post(f"{card}inspect/", {"purpose": "检查"})
    assert refused.status_code == 409
    assert "任务编号" in refused.text
    assert client.post(f"{card}inspect/", {"task": "双随机-1"}).status_code == 409
    answer = client.post(
        f"{card}inspect/", {"task": "双随机-1", "purpose": "检查", "lon": "120.5", "lat": "30.5"}
    )
    assert answer.url == reverse("enterprise", args=[plant.enterprise.pk])
    scan = Scan.objects.get(kind="inspection")
    assert (scan.task, scan.lon, scan.user) == ("双随机-1", 120.5, world.county_officer)


def test_an_emergency_is_justified_afterwards(card, as_user, world, plant):
    client = as_user(world.county_officer)
    assert client.post(f"{card}inspect/", {"emergency": "on", "purpose": "接报偷排"}).status_code == 302
    scan = Scan.objects.get(kind="emergency")
    address = reverse("scan-justify", args=[scan.pk])
    assert as_user(world.city_officer).get(address).status_code == 404
    assert client.post(address, {"text": "夜间接报"}).status_code == 302
    assert client.post(address, {"text": "again"}).status_code == 200


def test_dead_codes_open_no_gate(card, as_user, world, plant):
    client = as_user(world.county_officer)
    assert client.post("/c/nonsense/inspect/", {"task": "1"}).status_code == 404
    revoke_code(plant.enterprise, by=world.city_officer, reason="遗失")
    assert client.post(f"{card}inspect/", {"task": "1"}).status_code == 410


def test_the_plate_of_a_merged_entry_shows_the_one_that_is_kept(card, anonymous, plant, world):
    from datetime import date

    from bihuan.oversight.enterprises.actions.merging import merge

    kept = Enterprise(name="海宁总公司", uscc="", registered_on=date(2024, 1, 1))
    records.save_enterprise(kept, by=None, jurisdiction=world.town)
    merge(plant.enterprise, kept, by=world.county_officer, reason="重复")
    assert "海宁总公司" in anonymous.get(card).text
