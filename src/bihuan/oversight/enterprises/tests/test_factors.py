"""The factor tables of HJ 212 as they ship."""

import pytest

from bihuan.oversight.enterprises.actions import load_factors
from bihuan.oversight.enterprises.models import Factor
from bihuan.oversight.enterprises.public import Edition, factor_table
from bihuan.oversight.enterprises.rules.factors import FactorRow, table_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def table(world):
    return factor_table()


def test_loading_again_changes_nothing(world):
    assert load_factors() == Factor.objects.count() == 390


def test_a_corrected_row_survives_loading(world):
    Factor.objects.filter(code="w01018").update(note="corrected here")
    load_factors()
    assert Factor.objects.get(code="w01018").note == "corrected here"


@pytest.mark.parametrize(
    ("code", "old", "units"),
    [
        ("w01018", "011", ("mg/L", "mg/L", "mg/L")),
        ("w20111", "020", ("mg/L", "ug/L", "ug/L")),  # total mercury: times 1000
        ("w20089", "041", ("mg/L", "ng/L", "ng/L")),  # thallium: times 10^6
        ("a01013", "S08", ("MPa", "kPa", "kPa")),
        ("w00000", "B01", ("L/s", "L/s", "L/s")),  # HJ/T 212-2005 prints no unit
    ],
)
def test_each_edition_has_its_own_unit(table, code, old, units):
    row = table.find(code)
    assert tuple(row.unit(edition) for edition in Edition) == units
    assert table.find_old(old) == row


def test_what_only_2005_knows_is_found_by_its_old_code(table):
    row = table.find_old("025")
    assert (row.code, row.name_zh, row.unit("2005"), row.unit_2017) == ("", "三价铬", "mg/L", "")


@pytest.mark.parametrize(
    ("said", "code"),
    [("W01018", "w01018"), ("LEQ", "Leq"), ("e70101", "e701xx"), ("D20105", "d2xxxx"), ("d30106", "d3xxxx")],
)
def test_capitals_and_equipment_numbers_are_forgiven(table, said, code):
    assert table.find(said).code == code


def test_an_unknown_code_has_no_row(table):
    assert table.find("w99999") is None
    assert table.find("") is None
    assert table.find_old("999") is None


def test_codes_printed_twice_are_named(table):
    assert table.twice() == {"e701xx", "g119xx"}


def test_the_first_of_two_rows_answers():
    first, second = (FactorRow("x1", "", name, "", "", "", "a", "a", "") for name in ("one", "two"))
    assert table_of([first, second]).find("x1") is first
