"""The alarm desk: what waits stands first, who may settle it, and what an alarm's page opens to."""

from datetime import timedelta
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from bihuan.kernel.people.access import unit_token
from bihuan.oversight.monitoring.actions.alarms import raise_problem
from bihuan.oversight.monitoring.judgement.running import judge
from bihuan.oversight.monitoring.models import Alarm, AlarmSource
from bihuan.oversight.monitoring.tests.conftest import DAY, MIDNIGHT
from bihuan.oversight.monitoring.tests.things import make_alarm

pytestmark = pytest.mark.django_db


@pytest.fixture
def alarm(plant: Any) -> Alarm:
    return make_alarm(plant.chimney)


def desk(client: Any, **asked: Any) -> str:
    text: str = client.get(reverse("alarms-list"), asked).text
    return text


def labels(text: str) -> list[str]:
    """The first cell of every row, in order."""
    rows = text.split("<tr data-row=")[1:]
    return [row.split("</a>")[0].rpartition(">")[2] for row in rows]


def test_what_waits_stands_first_by_level(plant, world, as_user, alarm):
    ended = {"ended_at": timezone.now(), "handling": "dismissed"}
    make_alarm(plant.chimney, "Q1", level=1, **ended)
    make_alarm(plant.chimney, "Q4", level=4)
    make_alarm(plant.chimney, "W1", level=1, factor_code="")
    assert labels(desk(as_user(world.county_officer))) == ["生产而未治理", "超标", "突变", "恒值"]


def test_a_row_tells_peak_limit_and_place(world, as_user, alarm):
    text = desk(as_user(world.county_officer))
    assert "92 / 50 mg/m³" in text
    assert "海宁某印染有限公司 DA001" in text
    assert reverse("monitoring-outlet", args=[alarm.outlet_id]) in text


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ({"state": "open"}, True),
        ({"state": "dismissed"}, False),
        ({"family": "exceedance"}, True),
        ({"family": "quality"}, False),
        ({"rule": "E1"}, True),
        ({"factor": "二氧化硫"}, True),
        ({"factor": "so2"}, True),
        ({"factor": "a21026"}, True),
        ({"factor": "COD"}, False),
        ({"level": "2"}, True),
        ({"going": "0"}, False),
        ({"jurisdiction": "330481"}, True),
        ({"enterprise": "印染"}, True),
    ],
)
def test_filters(world, as_user, alarm, asked, found):
    assert (len(labels(desk(as_user(world.city_officer), **asked))) == 1) is found


def test_the_other_county_sees_none(world, as_user, alarm):
    client = as_user(world.outsider)
    assert labels(desk(client)) == []
    assert client.get(reverse("alarm", args=[alarm.pk])).status_code == 404
    assert as_user(world.county_officer).get(reverse("alarms-export")).status_code == 200


def test_closing_needs_a_reason_and_is_done_once(world, as_user, alarm):
    client, address = as_user(world.county_officer), reverse("alarm-act", args=[alarm.pk, "dismiss"])
    assert client.post(address, {"reason": ""}).status_code == 200
    assert Alarm.objects.get(pk=alarm.pk).handling == "new"
    assert client.post(address, {"reason": "比对监测中，已核实"}).status_code == 302
    page = client.get(reverse("alarm", args=[alarm.pk])).text
    assert "比对监测中，已核实" in page
    assert "按非违法关闭" in page
    assert reverse("alarm-act", args=[alarm.pk, "dismiss"]) not in page
    again = client.post(address, {"reason": "再来一次"})
    assert again.status_code == 200
    assert "form-error" in again.text


def test_a_clerk_reads_its_alarm_and_settles_nothing(plant, world, as_user, alarm):
    Alarm.objects.update(parties=[unit_token(world.enterprise.pk)])
    client = as_user(world.clerk)
    page = client.get(reverse("alarm", args=[alarm.pk]))
    assert page.status_code == 200
    assert reverse("alarm-act", args=[alarm.pk, "acknowledge"]) not in page.text
    assert client.post(reverse("alarm-act", args=[alarm.pk, "acknowledge"]), {}).status_code == 403


def test_passing_it_into_the_loop_links_the_problem(world, as_user, alarm):
    client = as_user(world.county_officer)
    assert client.post(reverse("alarm-act", args=[alarm.pk, "raise"])).status_code == 302
    problem = AlarmSource.objects.get(alarm=alarm).problem
    assert problem.number in client.get(reverse("alarm", args=[alarm.pk])).text
    assert problem.number in desk(client, cols=["label", "problem"])
    Alarm.objects.update(parties=[unit_token(world.enterprise.pk)])
    assert problem.number not in as_user(world.clerk).get(reverse("alarm", args=[alarm.pk])).text


def test_the_page_shows_the_hours_behind_it(plant, world, as_user, source):
    source.series(plant.chimney.pk, "a21026", MIDNIGHT, [20.0] * 6 + [80.0, 91.5] + [21.0] * 16)
    judge([plant.chimney.pk], DAY, source=source, now=MIDNIGHT + timedelta(hours=30))
    start = MIDNIGHT + timedelta(hours=6)
    evidence = [start, start + timedelta(hours=1)]
    alarm = make_alarm(
        plant.chimney, started_at=start, ended_at=start + timedelta(hours=2), peak=91.5, peak_at=evidence[1],
        evidence=evidence,
    )  # fmt: skip
    text = as_user(world.county_officer).get(reverse("alarm", args=[alarm.pk])).text
    assert text.count("is-beyond") == 2
    assert "2026-11-02 07:00" in text
    assert "data-chart" in text
    assert str(alarm.version) in text


def test_a_peak_is_said_in_its_own_measure(plant, world, as_user):
    make_alarm(plant.chimney, "Q5", peak=1.86, limit=None, multiple=None)
    make_alarm(plant.chimney, "L2", peak=0.31, limit=None, multiple=None)
    text = desk(as_user(world.county_officer))
    assert "+186%" in text
    assert "0.31" not in text


def test_an_exception_is_drafted_from_an_alarm(world, as_user, alarm):
    client = as_user(world.city_officer)
    page = client.get(reverse("alarm", args=[alarm.pk])).text
    address = page.split('href="/monitoring/rules/E1/draft/')[1].split('"')[0].replace("&amp;", "&")
    draft = client.get(f"/monitoring/rules/E1/draft/{address}").text
    assert 'value="a21026"' in draft
    assert "DA001 海宁某印染有限公司" in draft
    assert "/draft/" not in as_user(world.county_officer).get(reverse("alarm", args=[alarm.pk])).text


def test_many_are_acknowledged_at_once(plant, world, as_user, alarm):
    make_alarm(plant.chimney, "Q4", level=4)
    raise_problem(alarm, by=None)
    client, address = as_user(world.county_officer), reverse("alarms-bulk", args=["acknowledge"])
    rows = "&".join(f"row={one.pk}" for one in Alarm.objects.all())
    preview = client.get(f"{address}?{rows}")
    assert preview.status_code == 200


def test_a_desk_takes_few_queries(plant, world, as_user, django_assert_max_num_queries):
    for rule in ("E1", "Q4", "Q1", "Q2", "Q3"):
        make_alarm(plant.chimney, rule)
    client = as_user(world.county_officer)
    desk(client)
    with django_assert_max_num_queries(25):
        desk(client)
