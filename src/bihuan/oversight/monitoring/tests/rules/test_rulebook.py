from dataclasses import replace
from datetime import date

import pytest

from bihuan.oversight.monitoring.rules.catalogue import (
    ALARMS,
    BY_ID,
    CLUES,
    FAMILY_LABELS,
    LEVEL_LABELS,
    RULES,
    UNIT_LABELS,
    Family,
)
from bihuan.oversight.monitoring.rules.defaults import OURS, VERSIONS
from bihuan.oversight.monitoring.rules.rulebook import NoRule, Subject, Version, book_of

TODAY = date(2026, 11, 25)
GENERAL = Version("E4", 1, date(2020, 1, 1), {"share": 0.9}, OURS, ours=True)
COD = Subject("water", "w01018", 7)


def test_the_most_specific_version_answers() -> None:
    medium = replace(GENERAL, medium="water", parameters={"share": 0.8})
    factor = replace(GENERAL, factor="w01018", parameters={"share": 0.7})
    outlet = replace(GENERAL, outlet=7, parameters={"share": 0.6})
    book = book_of([outlet, GENERAL, factor, medium])
    assert book.of("E4", TODAY, COD) == outlet
    assert book.of("E4", TODAY, replace(COD, outlet=8)) == factor
    assert book.of("E4", TODAY, Subject("water", "w21003", 8)) == medium
    assert book.of("E4", TODAY, Subject("flue_gas", "a21026", 8)) == GENERAL


def test_versions_are_dated_and_the_later_number_wins() -> None:
    second = replace(GENERAL, number=2, parameters={"share": 0.85})
    next_year = replace(GENERAL, number=3, valid_from=date(2027, 1, 1))
    ended = replace(GENERAL, number=4, valid_from=date(2021, 1, 1), valid_to=date(2021, 12, 31))
    book = book_of([GENERAL, second, next_year, ended])
    assert book.of("E4", TODAY) == second
    assert book.of("E4", date(2027, 1, 1)) == next_year
    assert book.of("E4", date(2021, 12, 31)) == ended
    assert book.of("E4", date(2022, 1, 1)) == second


def test_nothing_holds_before_the_first_version() -> None:
    with pytest.raises(NoRule, match="2019-12-31"):
        book_of([GENERAL]).of("E4", date(2019, 12, 31))
    assert book_of([]).alarm("E4", TODAY, COD) is None


def test_a_rule_can_be_switched_off_for_one_outlet() -> None:
    book = book_of([GENERAL, replace(GENERAL, outlet=7, enabled=False)])
    assert book.alarm("E4", TODAY, COD) is None
    assert book.alarm("E4", TODAY, replace(COD, outlet=8)) == GENERAL


def test_a_draft_is_tried_beside_the_versions() -> None:
    book = book_of([GENERAL])
    draft = replace(GENERAL, number=99, parameters={"share": 0.5})
    assert book.with_draft(draft).of("E4", TODAY) == draft
    assert book.of("E4", TODAY) == GENERAL


def test_a_version_has_a_name_that_results_remember() -> None:
    assert GENERAL.name == "E4@2020-01-01#1"


def test_every_default_has_exactly_the_parameters_of_its_rule() -> None:
    for version in VERSIONS:
        assert set(version.parameters) == {one.key for one in BY_ID[version.rule].parameters}, version.rule
        for parameter in BY_ID[version.rule].parameters:
            assert version.parameters[parameter.key] >= parameter.least


def test_every_rule_has_a_version_for_every_medium_today_and_a_source() -> None:
    book = book_of(VERSIONS)
    for rule in RULES:
        for medium in ("water", "flue_gas", "incineration", "voc", "noise", "dust", "other"):
            assert book.of(rule.id, TODAY, Subject(medium, "x")).source


def test_no_two_defaults_are_the_same_version() -> None:
    keys = [(one.rule, one.medium, one.factor, one.valid_from) for one in VERSIONS]
    assert len(keys) == len(set(keys))


def test_no_alarm_threshold_pretends_to_be_official() -> None:
    alarms = {rule.id for rule in ALARMS}
    assert all(version.ours for version in VERSIONS if version.rule in alarms)


def test_the_rule_set_of_2007_ends_where_that_of_2019_begins() -> None:
    book = book_of(VERSIONS)
    before, after = date(2020, 3, 23), date(2020, 3, 24)
    assert book.of("substitution", before, Subject("water")).parameters["legacy"] == 1
    assert book.of("substitution", after, Subject("water")).parameters["legacy"] == 0


def test_everything_shown_has_words() -> None:
    assert set(FAMILY_LABELS) == set(Family)
    assert {rule.level for rule in RULES} <= set(LEVEL_LABELS)
    assert {one.unit for rule in RULES for one in rule.parameters} <= set(UNIT_LABELS)
    assert {"E1", "W1", "M2"} == CLUES
