"""Every way of writing that the real tables show is recognised; nothing is refused."""

from datetime import date

import pytest

from bihuan.governance.petitions.rules.number import parse


@pytest.mark.parametrize(
    ("printed", "pattern", "channel", "day", "serial"),
    [
        ("D2HA202104210063", "current", "phone", date(2021, 4, 21), "0063"),
        ("X3ZJ202405200007", "current", "letter", date(2024, 5, 20), "0007"),
        ("X410000201806150059", "province_code", "letter", date(2018, 6, 15), "0059"),
        ("D202208150019", "channel_date", "phone", date(2022, 8, 15), "0019"),
        ("新乡D20181122488", "channel_date", "phone", date(2018, 11, 22), "488"),
        ("BCD2022092601", "letters_date", "", date(2022, 9, 26), "01"),
        ("D1YU202000234", "round_year", "phone", None, "00234"),
        ("访受〔2021〕0517031", "visit_year", "", date(2021, 5, 17), "031"),
        ("信20170524045", "word_date", "letter", date(2017, 5, 24), "045"),
        ("2017043052", "date_serial", "", date(2017, 4, 30), "52"),
        ("〔2018〕200", "year_serial", "", None, "200"),
        ("(2018)200号", "year_serial", "", None, "200"),
        ("0218", "serial", "", None, "0218"),
        ("序号21", "list_position", "", None, "21"),
        ("D*008", "starred_serial", "phone", None, "008"),
    ],
)
def test_a_number_of_a_real_table(printed, pattern, channel, day, serial) -> None:
    found = parse(printed)
    assert (found.pattern, found.channel, found.received_on, found.serial) == (pattern, channel, day, serial)
    assert found.flags == ()


def test_the_current_pattern_tells_round_and_province() -> None:
    found = parse("x2sd202109080018")
    assert (found.round, found.province, found.text) == (2, "SD", "X2SD202109080018")
    assert found.lasting
    assert not parse("0218").lasting


def test_a_star_marks_a_key_case_and_is_no_part_of_the_number() -> None:
    assert parse("X2HA202104270093*").starred
    assert parse("X2HA202104270093*").text == "X2HA202104270093"
    assert not parse("D*008").starred


def test_what_is_odd_is_flagged_and_kept() -> None:
    assert parse("D2HA202113410063").flags == ("number_date_impossible",)
    assert parse("某某件").flags == ("number_pattern_unknown",)
    assert parse(None).flags == ("number_missing",)
    assert parse("  ").pattern == "missing"
