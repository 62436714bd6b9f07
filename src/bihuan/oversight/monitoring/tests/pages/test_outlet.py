"""The outlet's page: curves over any span, their data as a table and to take away."""

import csv
import io
from datetime import date, datetime, timedelta
from decimal import Decimal

import pytest
from django.urls import reverse
from openpyxl import load_workbook

from bihuan.oversight.enterprises.models import OutletLimit
from bihuan.oversight.monitoring.actions.marks import make_mark
from bihuan.oversight.monitoring.drawing import clock
from bihuan.oversight.monitoring.rules.periods import DAY, HOUR, SHANGHAI, start_of
from bihuan.oversight.monitoring.tests.pages.test_wall import alarm
from bihuan.oversight.monitoring.tests.things import judged

pytestmark = pytest.mark.django_db
DAY_ONE = date(2026, 11, 2)
UNTIL = "2026-11-03T00:00"


@pytest.fixture
def ask(plant, world, as_user):
    client = as_user(world.county_officer)

    def get(name="monitoring-outlet", *, outlet=None, headers=None, **said):
        said = {"until": UNTIL, "factor": "a21026", **said}
        return client.get(reverse(name, args=[(outlet or plant.chimney).pk]), said, headers=headers)

    return get


def drawn(ask, **said):
    return ask("monitoring-curve", **said).json()


def test_a_week_is_drawn_from_judged_hours(ask, plant):
    judged(plant.chimney, DAY_ONE, statuses="V" * 10 + "MMM" + "I" + "V" * 10)
    data = drawn(ask, span="week")
    midnight = clock(start_of(DAY_ONE))
    assert data["points"][0] == [midnight, 30, 30, 30, ""]
    assert data["points"][10][4] == "无效"
    assert data["gaps"] == [[midnight + 10 * 3_600_000, midnight + 13 * 3_600_000]]
    assert data["limits"][0]["values"] == [50]
    assert "小时均值" in data["limits"][0]["label"]
    assert len(data["points"]) == 21


def test_a_year_is_drawn_from_days_with_the_range_of_their_hours(ask, plant):
    row = judged(plant.chimney, DAY_ONE, statuses="V" * 23 + "I")
    row.means = [10.0] * 20 + [40.0, 40.0, 40.0, 900.0]
    row.save(update_fields=["means"])
    judged(plant.chimney, DAY_ONE - timedelta(days=3), statuses="S" * 24)
    data = drawn(ask, span="year")
    assert data["points"] == [[clock(start_of(DAY_ONE)), 30, 10, 40, ""]]
    assert data["gaps"] == [[clock(start_of(DAY_ONE) - 2 * DAY), clock(start_of(DAY_ONE))]]


def test_five_years_join_days(ask, plant):
    for back in range(10):
        judged(plant.chimney, DAY_ONE - timedelta(days=back), value=10.0 + back)
    data = drawn(ask, span="years")
    assert len(data["points"]) == 2
    assert data["points"][-1][1:4] == [12, 10, 14]


def test_the_converted_value_is_drawn_where_the_limit_asks_for_it(ask, plant):
    judged(plant.chimney, DAY_ONE, value=30.0, converted=[36.0] * 24)
    assert drawn(ask, span="week")["points"][0][1] == 30
    oxygen(plant)
    assert drawn(ask, span="week")["points"][0][1] == 36
    assert drawn(ask, span="week", value="measured")["points"][0][1] == 30


def oxygen(plant):
    """A stricter limit at reference oxygen from the day on."""
    OutletLimit.objects.create(
        **OutletLimit.where(plant.chimney.jurisdiction), enterprise=plant.enterprise, outlet=plant.chimney,
        factor_code="a21026", kind="standard", averaging="hour", upper=Decimal(35), unit="mg/m3",
        reference_oxygen_pct=Decimal(9), valid_from=date(2026, 11, 2), source="GB 13271",
    )  # fmt: skip


def test_limits_are_drawn_while_they_hold(ask, plant):
    judged(plant.chimney, DAY_ONE)
    oxygen(plant)
    old, new = drawn(ask, span="week")["limits"]
    assert (old["values"], new["values"]) == ([50], [35])
    assert new["from"] == clock(start_of(DAY_ONE))


def test_alarms_and_marks_are_drawn_and_listed(ask, plant, world):
    judged(plant.chimney, DAY_ONE)
    begin = datetime(2026, 11, 2, 8, tzinfo=SHANGHAI)
    alarm(plant.chimney, "E1", peak=66.0, limit=50, unit="mg/m3", multiple=0.32)
    plant.chimney.alarms.update(started_at=begin, ended_at=begin + 2 * HOUR)
    make_mark(
        plant.chimney, by=world.county_officer, kind="monitor", label="maintenance", start=begin,
        end=begin + HOUR, reason="例行维护",
    )  # fmt: skip
    data = drawn(ask, span="week")
    assert data["alarms"] == [
        {"from": clock(begin), "to": clock(begin + 2 * HOUR), "label": "超标", "kind": "late"}
    ]
    assert data["marks"][0]["label"] == "日常维护"
    text = ask(span="week").text
    assert "峰值 66 mg/m³" in text
    assert "日常维护" in text


def test_the_page_says_in_words_what_the_curve_shows(ask, plant):
    judged(plant.chimney, DAY_ONE, statuses="V" * 20 + "MMMM")
    text = ask(span="week").text
    said = (
        "二氧化硫",
        "最高 30 mg/m³",
        "限值 ≤ 50 mg/m³（小时均值）",
        "1 处缺数",
        "缺失",
        "来由",
        "没有数据到达",
    )
    assert [word for word in said if word not in text] == []


def test_only_the_part_is_sent_to_htmx(ask, plant):
    judged(plant.chimney, DAY_ONE)
    part = ask(span="month", headers={"HX-Request": "true", "HX-Target": "curve-part"})
    assert "<html" not in part.text
    assert "span=year" in part.text
    assert "HX-Target" in part.headers["Vary"]


def test_rubbish_falls_back(ask, plant):
    judged(plant.chimney, DAY_ONE)
    for said in (
        {"span": "age"},
        {"until": "soon"},
        {"until": "2026-99-99T00:00"},
        {"factor": "x"},
        {"page": "²"},
    ):
        assert ask(**said).status_code == 200


def test_an_outlet_without_anything_says_so(ask, plant):
    plant.chimney.limits.update(withdrawn_at=start_of(DAY_ONE))
    assert "暂无可画" in ask().text
    assert ask("monitoring-curve").status_code == 404


def test_the_table_is_taken_away_as_it_stands(ask, plant):
    judged(plant.chimney, DAY_ONE, statuses="V" * 23 + "M")
    sheet = load_workbook(io.BytesIO(b"".join(ask("monitoring-data", span="week").streaming_content))).active
    rows = list(sheet.values)
    assert rows[0][:3] == ("时间", "数值", "状态")
    assert (rows[1][0], rows[1][2], rows[2][1]) == ("2026-11-02 23:00", "缺失", 30)
    text = b"".join(ask("monitoring-data", span="year", format="csv").streaming_content).decode("utf-8-sig")
    days = list(csv.reader(io.StringIO(text)))
    assert days[1][:2] == ["2026-11-02", "30"]
    assert ask("monitoring-data", format="pdf").status_code == 404


def test_a_page_takes_few_queries(ask, plant, django_assert_max_num_queries):
    for back in range(7):
        judged(plant.chimney, DAY_ONE - timedelta(days=back))
    ask(span="week")
    with django_assert_max_num_queries(45):
        ask(span="week")


def test_others_do_not_find_it(plant, world, as_user):
    for name in ("monitoring-outlet", "monitoring-curve", "monitoring-data"):
        assert as_user(world.outsider).get(reverse(name, args=[plant.chimney.pk])).status_code == 404
