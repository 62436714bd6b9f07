"""The area's figures: of the newest central round, at a moment, with the records behind them."""

from datetime import date

import pytest
from django.utils import timezone

from bihuan.governance.petitions.models import PetitionCase
from bihuan.governance.petitions.public import public_table
from bihuan.kernel.figures.queries import records, value
from bihuan.kernel.figures.registry import Scope
from bihuan.kernel.figures.rules import end_of_day

pytestmark = pytest.mark.django_db
CITY = "33/3304/"


@pytest.fixture
def cases(take, row) -> None:
    changes = (
        {"verdict": "属实", "closure": "已销号", "pollution_types": ["扬尘"]},
        {"verdict": "不属实", "closure": "阶段性办结", "pollution_types": ["水"]},
        {"verdict": "部分属实", "closure": "正在办理", "key_item": True},
        {"city": "绍兴市", "county": "越城区"},
    )
    take([{**row, "petition_no": f"X2ZJ20200904000{at}", **change} for at, change in enumerate(changes)])


@pytest.mark.parametrize(
    ("figure", "number"),
    [
        ("petition_total", "3"),
        ("petition_struck_off", "1"),
        ("petition_concluded", "1"),
        ("petition_substantiated", "2"),
        ("petition_key", "1"),
        ("petition_type_air", "2"),
        ("petition_type_water", "1"),
        ("petition_rate_hainan", "66.67"),
        ("petition_rate_hebei", "50"),
        ("petition_rate_baiyin", "33.33"),
        ("petition_rate_struck_off", "33.33"),
    ],
)
def test_a_figure(cases, figure, number) -> None:
    assert value(figure, Scope(timezone.now(), CITY)).text == number


def test_a_county_has_its_own_number(cases, world) -> None:
    assert value("petition_total", Scope(timezone.now(), world.other_county.path)).value == 0
    assert value("petition_total", Scope(timezone.now(), CITY, user=world.county_officer)).value == 3
    assert value("petition_total", Scope(timezone.now(), CITY, user=world.outsider)).value == 0


def test_the_records_behind_a_figure_are_its_number(cases) -> None:
    scope = Scope(timezone.now(), CITY)
    assert records("petition_struck_off", scope).get().number == "X2ZJ202009040000"


def test_before_they_came_there_were_none(cases) -> None:
    assert value("petition_total", Scope(end_of_day(date(2020, 9, 1)), CITY)).value == 0


def test_the_public_table_is_for_everybody(cases) -> None:
    rows = public_table(Scope(timezone.now(), CITY))
    assert [row.handling for row in rows] == ["已销号", "阶段性办结", "正在办理"]
    assert not public_table(Scope(end_of_day(date(2020, 9, 1)), CITY))
    PetitionCase.objects.update(published_on=None, printed={})
    assert not public_table(Scope(timezone.now(), CITY))


def test_a_figures_page_lists_the_cases(cases, as_user, world) -> None:
    html = as_user(world.city_officer).get("/figures/petition_total/").content.decode()
    assert "X2ZJ202009040000" in html
