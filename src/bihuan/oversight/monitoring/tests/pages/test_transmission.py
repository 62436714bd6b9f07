"""The transmission-rate table: a cell opens to its outlets, an outlet to its hours."""

from datetime import date, timedelta
from io import BytesIO
from typing import Any

import pytest
from django.urls import reverse
from openpyxl import load_workbook

from bihuan.oversight.monitoring.judgement.months import sum_months
from bihuan.oversight.monitoring.judgement.running import judge
from bihuan.oversight.monitoring.judgement.saving import finish
from bihuan.oversight.monitoring.queries.transmission import rate_table
from bihuan.oversight.monitoring.rules.periods import HOUR
from bihuan.oversight.monitoring.tests.conftest import DAY, MIDNIGHT

pytestmark = pytest.mark.django_db
OVER = MIDNIGHT + timedelta(hours=40)


@pytest.fixture
def month(plant: Any, source: Any) -> Any:
    """SO₂ on one day: 20 of 24 hours in time, two more later; so 20/24 × 1 first and 22/24 × 1 now."""
    source.series(plant.chimney.pk, "a21026", MIDNIGHT, [30.0 + n % 3 for n in range(20)])
    judge([plant.chimney.pk], DAY, source=source, now=OVER)
    finish(DAY)
    for n in (20, 21):
        source.hour(plant.chimney.pk, "a21026", MIDNIGHT + n * HOUR, 30.0, arrived=OVER + HOUR)
    judge([plant.chimney.pk], DAY, source=source, now=OVER + 2 * HOUR)
    sum_months([DAY])
    return plant


def test_a_cell_is_the_rate_of_the_county(month, world):
    table = rate_table(world.city_officer, 2026)
    (row,) = table.rows
    cell = row.cells[10]
    assert (row.place, cell.completed.must_transmit, cell.completed.transmitted) == (world.county, 24, 22)
    assert cell.rate == pytest.approx(22 / 24 * 100)
    assert cell.first_rate == pytest.approx(20 / 24 * 100)
    assert row.cells[9].rate is None
    assert row.year.rate == cell.rate


def test_the_table_shows_it_with_its_definition(month, world, as_user):
    client = as_user(world.county_officer)
    text = client.get(reverse("transmission")).text
    assert "91.67" in text
    assert "83.33" in text
    assert "transmission@" in text
    assert reverse("transmission-outlets", args=["330481", 2026, 11]) in text


def test_each_reader_sees_what_is_in_reach(month, world, as_user):
    assert "91.67" not in as_user(world.outsider).get(reverse("transmission")).text
    assert rate_table(world.outsider, 2026).rows == []


def test_a_cell_opens_to_outlets_and_hours(month, world, as_user):
    client = as_user(world.county_officer)
    text = client.get(reverse("transmission-outlets", args=["330481", 2026, 11])).text
    address = reverse("transmission-hours", args=[month.chimney.pk, 2026, 11])
    assert address in text
    assert "22 / 24" in text
    hours = client.get(address).text
    assert hours.count('class="hour hour-V"') == 22 + 1  # and one in the legend
    assert hours.count('class="hour hour-M"') == 2 + 1
    assert "二氧化硫" in hours


def test_what_is_no_month_or_no_place_is_not_there(month, world, as_user):
    client = as_user(world.county_officer)
    assert client.get(reverse("transmission-outlets", args=["330481", 2026, 13])).status_code == 404
    assert client.get(reverse("transmission-outlets", args=["999999", 2026, 11])).status_code == 404


def test_the_workbooks_hold_numbers(month, world, as_user):
    client = as_user(world.county_officer)
    answer = client.get(reverse("transmission-xlsx"), {"year": "2026"})
    sheet = load_workbook(BytesIO(b"".join(answer.streaming_content))).active
    assert [sheet.cell(2, 1).value, sheet.cell(2, 12).value] == ["海宁市", 91.67]
    answer = client.get(reverse("transmission-outlets-xlsx", args=["330481", 2026, 11]))
    sheet = load_workbook(BytesIO(b"".join(answer.streaming_content))).active
    assert [cell.value for cell in sheet[2]][2:] == [24, 22, 22, 22, 91.67, 100, 91.67, 83.33]


def test_a_year_is_one_read(month, world, django_assert_max_num_queries):
    rate_table(world.city_officer, 2026)
    with django_assert_max_num_queries(3):
        rate_table(world.city_officer, 2026)


def test_months_cross_the_year(month, world, as_user):
    day = date(2026, 12, 1)
    answer = as_user(world.county_officer).get(
        reverse("transmission-hours", args=[month.chimney.pk, day.year, day.month])
    )
    assert answer.status_code == 200
