"""How a judged value came about: rules with their numbers, records, marks, versions."""

from datetime import date, timedelta

import pytest
from django.urls import reverse

from bihuan.oversight.monitoring.actions.marks import make_mark, withdraw_mark
from bihuan.oversight.monitoring.models import JudgedDay, RuleVersion
from bihuan.oversight.monitoring.rules.periods import HOUR, start_of
from bihuan.oversight.monitoring.tests.things import judged

pytestmark = pytest.mark.django_db
DAY = date(2026, 11, 2)


@pytest.fixture
def row(plant):
    version = RuleVersion.objects.get(rule="validity", medium="flue_gas")
    return judged(plant.chimney, DAY, statuses="V" * 20 + "IIMM", rules=str(version))


@pytest.fixture
def page(row, world, as_user):
    def get(user=None, **said):
        client = as_user(user or world.county_officer)
        return client.get(reverse("judged-day", args=[row.outlet_id, row.pk]), said)

    return get


def test_an_hour_shows_its_value_state_and_the_numbers_of_its_rules(page):
    text = page(hour=20).text
    said = ("30 mg/m³", "无效", "数据不足", "HJ 75-2017", "有效小时的有效分钟", "45")
    assert [word for word in said if word not in text] == []


def test_the_day_shows_its_mean_and_how_it_was_made(page):
    text = page().text
    assert "有效小时均值" in text
    assert "有效 20/24 小时" in text


def test_an_earlier_result_stays_to_be_seen(page, row):
    row.current = False
    row.save(update_fields=["current"])
    again = judged(row.outlet, DAY, value=33.0, version=2, because="late")
    text = page().text
    assert "迟到数据" in text
    assert "33 mg/m³" in text
    assert reverse("judged-day", args=[row.outlet_id, again.pk]) in text


def test_marks_over_the_hour_stand_beside_it_also_withdrawn_ones(page, row, world):
    begin = start_of(DAY) + 20 * HOUR
    mark = make_mark(
        row.outlet,
        by=world.clerk,
        kind="monitor",
        label="fault",
        start=begin,
        end=begin + HOUR,
        reason="泵坏",
    )
    withdraw_mark(mark, by=world.clerk, text="误标")
    assert "已撤回" in page(hour=20).text
    assert "已撤回" not in page(hour=19).text


def test_rubbish_means_the_whole_day(page):
    for hour in ("24", "-1", "²", "x"):
        assert "有效 20/24 小时" in page(hour=hour).text


def test_a_day_of_another_outlet_or_county_is_not_there(page, row, plant, world, as_user):
    assert page(world.outsider).status_code == 404
    address = reverse("judged-day", args=[plant.drain.pk, row.pk])
    assert as_user(world.county_officer).get(address).status_code == 404
    assert JudgedDay.objects.filter(day=DAY + timedelta(days=1)).count() == 0
