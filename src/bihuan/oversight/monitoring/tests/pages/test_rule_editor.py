"""Rules: looked up, drafted, tried on past data, published; and a past month judged again."""

from datetime import timedelta
from typing import Any

import pytest
from django.urls import reverse

from bihuan.oversight.monitoring.actions import recomputing
from bihuan.oversight.monitoring.judgement.running import judge
from bihuan.oversight.monitoring.judgement.saving import finish
from bihuan.oversight.monitoring.models import Alarm, JudgedDay, Rejudgement, RuleVersion
from bihuan.oversight.monitoring.queries.rules import groups
from bihuan.oversight.monitoring.tests.conftest import DAY, MIDNIGHT
from bihuan.oversight.monitoring.tests.judgement.test_again import OVER, half_hours, thirty_minutes
from bihuan.oversight.monitoring.views import rules as views

pytestmark = pytest.mark.django_db


@pytest.fixture
def past(plant: Any, source: Any, monkeypatch: pytest.MonkeyPatch) -> Any:
    """A day on which SO₂ came near to its limit of 50 for three hours; pages read what the test filled."""
    values = [20.0, 23.0, 21.0, 46.0, 47.0, 46.5, *[20.0, 21.0, 23.0] * 6]
    source.series(plant.chimney.pk, "a21026", MIDNIGHT, values)
    judge([plant.chimney.pk], DAY, source=source, now=OVER)
    finish(DAY)
    for module in (views, recomputing):
        monkeypatch.setattr(module, "StoredSource", lambda: source)
    return plant


def said(**more: Any) -> dict[str, Any]:
    numbers = {
        "share": 0.95,
        "hours": 3,
        "window": 4,
        "clear_share": 0.95,
        "clear_periods": 2,
        "reopen_hours": 2,
    }
    return {
        **{f"number_{key}": value for key, value in numbers.items()},
        "enabled": "on",
        "medium": "",
        "factor": "",
        "outlet": "",
        "valid_from": "2026-11-20",
        "source": "市局会议纪要",
        "ours": "on",
        "reason": "减少误报",
        "first": "2026-11-02",
        "last": "2026-11-02",
        "place": "",
        **more,
    }


def post(client: Any, **more: Any) -> Any:
    return client.post(reverse("monitoring-rule-draft", args=["E4"]), said(**more))


def seal_in(text: str) -> str:
    return text.split('name="seal" value="')[1].split('"')[0]


def test_what_holds_today_stands_on_one_page(world, as_user):
    text = as_user(world.leader).get(reverse("monitoring-rules")).text
    assert "有效小时与有效日" in text
    assert "自定" in text
    assert reverse("monitoring-rule", args=["E1"]) in text
    lines = {line.rule.id: line for group in groups(DAY) for line in group.lines}
    assert len(lines["validity"].general) == 5  # all media, three of gas, water
    assert sorted(one.factor_code for one in lines["Q2"].special) == ["a00000", "w00000"]


def test_only_the_city_office_drafts(world, as_user):
    address = reverse("monitoring-rule-draft", args=["E4"])
    assert as_user(world.county_officer).get(address).status_code == 403
    page = as_user(world.city_officer).get(address)
    assert 'name="number_share"' in page.text
    assert 'value="0.9"' in page.text
    assert address not in as_user(world.county_officer).get(reverse("monitoring-rule", args=["E4"])).text


def test_a_dry_run_says_what_would_change_and_keeps_nothing(past, world, as_user):
    before = RuleVersion.objects.count()
    text = post(as_user(world.city_officer), number_share=0.99).text
    assert "不再报警" in text
    assert "海宁某印染有限公司 DA001" in text
    assert "二氧化硫" in text
    assert RuleVersion.objects.count() == before
    assert not Alarm.objects.exists()


def test_what_was_tried_is_published_with_its_reason(past, world, as_user):
    client = as_user(world.city_officer)
    seal = seal_in(post(client).text)
    answer = post(client, seal=seal, publish="1")
    assert answer.status_code == 302
    version = RuleVersion.objects.get(rule="E4", made_by=world.city_officer)
    assert (version.parameters["share"], str(version.valid_from)) == (0.95, "2026-11-20")
    page = client.get(answer.url).text
    assert "减少误报" in page
    assert "市局会议纪要" in page


def test_numbers_that_were_not_tried_are_not_published(past, world, as_user):
    client = as_user(world.city_officer)
    seal = seal_in(post(client).text)
    for more in ({}, {"seal": "x"}, {"seal": seal, "number_share": 0.5}):
        assert "尚未试算" in post(client, publish="1", **more).text
    assert not RuleVersion.objects.filter(made_by=world.city_officer).exists()


def test_an_override_is_for_one_factor_and_outlet(past, world, as_user):
    client, more = as_user(world.city_officer), {"factor": "a21026", "outlet": "DA001 海宁某印染"}
    seal = seal_in(post(client, **more).text)
    assert post(client, seal=seal, publish="1", **more).status_code == 302
    version = RuleVersion.objects.get(rule="E4", made_by=world.city_officer)
    assert (version.factor_code, version.outlet) == ("a21026", past.chimney)
    assert "海宁某印染有限公司 DA001" in client.get(reverse("monitoring-rule", args=["E4"])).text


@pytest.mark.parametrize(
    "wrong",
    [
        {"factor": "x99999"},
        {"outlet": "DA999"},
        {"number_share": ""},
        {"last": "2026-12-30"},
        {"first": "2026-08-01"},
        {"reason": ""},
    ],
)
def test_a_draft_with_a_mistake_is_not_tried(past, world, as_user, wrong):
    text = post(as_user(world.city_officer), **wrong).text
    assert 'id="trial"' not in text
    assert "市局会议纪要" in text  # nothing typed is lost


def test_a_validity_rule_shows_the_days_that_would_differ(plant, source, world, as_user, monkeypatch):
    half_hours(plant, source)
    judge([plant.chimney.pk], DAY, source=source, now=OVER)
    monkeypatch.setattr(views, "StoredSource", lambda: source)
    client = as_user(world.city_officer)
    numbers = RuleVersion.objects.filter(rule="validity", medium="flue_gas").latest("number").parameters
    data = said(medium="flue_gas", number_hour_minutes=30)
    data |= {f"number_{key}": value for key, value in numbers.items() if key != "hour_minutes"}
    text = client.post(reverse("monitoring-rule-draft", args=["validity"]), data).text
    assert '<span class="num">1</span>' in text.split('id="trial"')[1]
    assert JudgedDay.objects.get().version == 1


def test_a_month_is_judged_again_with_a_list_of_differences(plant, source, world, as_user, monkeypatch):
    half_hours(plant, source)
    judge([plant.chimney.pk], DAY, source=source, now=OVER)
    finish(DAY)
    thirty_minutes(world.city_officer)
    monkeypatch.setattr(recomputing, "StoredSource", lambda: source)
    client = as_user(world.city_officer)
    data = {"month": "2026-11", "outlet": "DA001 海宁", "place": "", "reason": "规则更新"}
    answer = client.post(reverse("rejudgement-new"), data)
    run = Rejudgement.objects.get()
    assert (answer.status_code, answer.url) == (302, reverse("rejudgement", args=[run.pk]))
    text = client.get(answer.url).text
    assert text.count("is-different") == 48
    assert "0 → 24" in text
    assert client.get(reverse("rejudgement-xlsx", args=[run.pk])).status_code == 200
    assert "规则更新" in client.get(reverse("rejudgements-list")).text
    assert as_user(world.outsider).get(answer.url).status_code == 404


def test_a_large_recomputation_goes_to_the_queue(plant, world, as_user, monkeypatch):
    monkeypatch.setattr(recomputing, "AT_ONCE", 0)
    client = as_user(world.city_officer)
    data = {"month": "2026-10", "outlet": "", "place": "330481", "reason": "规则更新"}
    answer = client.post(reverse("rejudgement-new"), data)
    assert (answer.status_code, answer.url) == (302, reverse("rejudgements-list"))
    assert not Rejudgement.objects.exists()


def test_a_draft_tried_over_days_after_a_newer_version_still_wins(past, world, as_user):
    """The dry run is about the draft, also where a version of the same scope began later than its days."""
    client = as_user(world.city_officer)
    seal = seal_in(post(client, valid_from="2026-11-01").text)
    post(client, seal=seal, publish="1", valid_from="2026-11-01")
    text = post(client, number_share=0.5, first=str(DAY - timedelta(days=20))).text
    assert 'id="trial"' in text
