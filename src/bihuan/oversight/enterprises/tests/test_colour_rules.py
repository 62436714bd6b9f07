"""The colour rule (version 1.0): the tests of its own description, then each trigger at its borders."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest

from bihuan.oversight.enterprises.rules.colour import (
    TRIGGERS,
    VERSION_1,
    Before,
    Colour,
    Fact,
    FactKind,
    Gap,
    Report,
    Standing,
    State,
    judge,
    numbers_from,
)
from bihuan.oversight.enterprises.rules.colour.triggers import months_after
from bihuan.oversight.enterprises.rules.colour.verdict import LABELS, Unrated

NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)
TODAY = NOW.date()
OLD = Standing(coded_on=date(2024, 1, 1))
ALL = frozenset(FactKind)


def fact(kind: FactKind, **said) -> Fact:
    said.setdefault("ref", f"{kind}:{said}")
    return Fact(kind, text="…", **said)


def exceeded(day: date, ratio: str, state: State = State.CONFIRMED) -> Fact:
    return fact(FactKind.EXCEEDANCE, day=day, amount=Decimal(ratio), state=state)


def days_ago(days: int) -> date:
    return TODAY - timedelta(days=days)


def verdict(*facts: Fact, standing=OLD, covered=True, gaps=(), before=None, at=NOW, connected=ALL):
    report = Report(facts, tuple(gaps), covered)
    return judge([report], standing=standing, at=at, numbers=VERSION_1, connected=connected, before=before)


def said(found) -> tuple[str, list[str]]:
    return found.colour, [one.id for one in found.struck]


def test_1_one_late_report_is_yellow():
    late = fact(FactKind.REPORT_LATE, day=days_ago(31))
    assert said(verdict(late)) == (Colour.YELLOW, ["Y3"])


THREE_DAYS = [date(2026, 11, day) for day in (2, 10, 20)]


def test_2_three_days_of_exceedance_are_red_and_two_are_yellow():
    found = [exceeded(day, "1.3") for day in THREE_DAYS]
    assert said(verdict(*found)) == (Colour.RED, ["R3", "Y1"])
    found[1] = exceeded(THREE_DAYS[1], "1.3", State.DISMISSED)
    assert said(verdict(*found)) == (Colour.YELLOW, ["Y1"])


@pytest.mark.parametrize(("ratio", "colour"), [("2.0", Colour.RED), ("1.99", Colour.YELLOW)])
def test_3_one_exceedance_is_red_from_twice_the_limit(ratio, colour):
    assert verdict(exceeded(TODAY, ratio)).colour == colour


@pytest.mark.parametrize(
    ("used", "colour"),
    [("0.8999", Colour.GREEN), ("0.90", Colour.YELLOW), ("1.00", Colour.YELLOW), ("1.0001", Colour.RED)],
)
def test_4_the_annual_cap(used, colour):
    assert verdict(fact(FactKind.CAP_USED, amount=Decimal(used))).colour == colour


@pytest.mark.parametrize(
    ("silence", "colour", "notices"),
    [(timedelta(hours=12), Colour.GREEN, 1), (timedelta(hours=12, minutes=1), Colour.YELLOW, 0)],
)
def test_5_a_silent_monitor(silence, colour, notices):
    found = verdict(fact(FactKind.MONITOR_SILENT, since=NOW - silence))
    assert (found.colour, len(found.notices)) == (colour, notices)


@pytest.mark.parametrize(("working_days", "colour"), [(5, Colour.GREEN), (6, Colour.YELLOW)])
def test_5_a_reported_fault_has_five_working_days(working_days, colour):
    silent = fact(
        FactKind.MONITOR_SILENT,
        since=NOW - timedelta(days=9),
        amount=Decimal(working_days),
        state=State.REPORTED,
    )
    assert verdict(silent).colour == colour


@pytest.mark.parametrize(
    ("days", "expected"),
    [
        (0, (Colour.GREEN, [])),
        (1, (Colour.YELLOW, ["Y8"])),
        (30, (Colour.YELLOW, ["Y8"])),
        (31, (Colour.RED, ["R6"])),
    ],
)
def test_6_rectification_overdue(days, expected):
    assert said(verdict(fact(FactKind.RECTIFICATION_LATE, day=days_ago(days)))) == expected


def test_7_red_beats_grey():
    new = Standing(coded_on=days_ago(1))
    assert verdict(exceeded(TODAY, "2.0"), standing=new).colour == Colour.RED
    assert said(verdict(exceeded(TODAY, "1.5"), standing=new)) == (Colour.GREY, ["Y1"])


@pytest.mark.parametrize(("day", "colour"), [(0, Colour.YELLOW), (6, Colour.YELLOW), (7, Colour.GREEN)])
def test_8_a_red_that_was_cleared_stays_yellow_for_seven_days(day, colour):
    cleared = verdict(before=Before(colour=Colour.RED))
    assert cleared.left_red_on == TODAY
    before = Before(cleared.colour, cleared.left_red_on, cleared.open_since)
    assert verdict(before=before, at=NOW + timedelta(days=day)).colour == colour


def test_a_red_that_stands_has_not_ended():
    found = verdict(exceeded(TODAY, "2.0"), before=Before(colour=Colour.RED))
    assert (found.colour, found.left_red_on) == (Colour.RED, None)


RED = {
    "R1": fact(FactKind.UNLICENSED, state=State.CONFIRMED),
    "R2": fact(FactKind.FRAUD, day=date(2025, 11, 24), state=State.CONFIRMED),
    "R3": exceeded(days_ago(29), "2"),
    "R4": fact(FactKind.CAP_USED, amount=Decimal("1.01")),
    "R5": fact(FactKind.TREATMENT_OFF, day=days_ago(6), amount=Decimal(24), state=State.CONFIRMED),
    "R6": fact(FactKind.RECTIFICATION_LATE, day=days_ago(31)),
    "R7": fact(FactKind.REFUSAL),
}
YELLOW = {
    "Y1": exceeded(days_ago(29), "1.1"),
    "Y2": fact(FactKind.RENEWAL_LATE),
    "Y3": fact(FactKind.REPORT_LATE, day=days_ago(31)),
    "Y4": fact(FactKind.SELF_MONITORING_MISSED),
    "Y5": fact(FactKind.MONITOR_SILENT, state=State.REPORTED, no_substitute=True),
    "Y6": fact(FactKind.CAP_PROJECTED, amount=Decimal("1.01")),
    "Y7": fact(FactKind.PENALTY, day=date(2026, 5, 24)),
    "Y8": fact(FactKind.RECTIFICATION_LATE, day=days_ago(1)),
    "Y9": fact(FactKind.TREATMENT_OFF, day=days_ago(6), amount=Decimal(1)),
    "Y10": fact(FactKind.WASTE_LATE),
}


@pytest.mark.parametrize("trigger", RED)
def test_each_red_trigger(trigger):
    found = verdict(RED[trigger])
    assert (found.colour, found.struck[0].id, found.struck[0].facts) == (Colour.RED, trigger, (RED[trigger],))


@pytest.mark.parametrize("trigger", YELLOW)
def test_each_yellow_trigger(trigger):
    found = verdict(YELLOW[trigger])
    assert (found.colour, [one.id for one in found.struck]) == (Colour.YELLOW, [trigger])
    assert (found.struck[0].facts, found.struck[0].label) == ((YELLOW[trigger],), LABELS[trigger])


def test_every_trigger_of_the_table_is_tested_and_has_words():
    assert {one.id for one in TRIGGERS} == set(RED) | set(YELLOW)
    assert all(str(LABELS[one.id]) for one in TRIGGERS)


@pytest.mark.parametrize(
    "harmless",
    [
        fact(FactKind.UNLICENSED),  # not confirmed
        fact(FactKind.UNLICENSED, state=State.CURED),
        fact(FactKind.FRAUD, day=date(2025, 11, 23), state=State.CONFIRMED),  # a year ago
        fact(FactKind.FRAUD, day=TODAY),
        exceeded(days_ago(30), "5"),
        exceeded(TODAY, "5", State.OPEN),
        fact(FactKind.CAP_PROJECTED, amount=Decimal(1)),
        fact(FactKind.CAP_USED),
        fact(FactKind.TREATMENT_OFF, day=days_ago(7), amount=Decimal(50), state=State.CONFIRMED),
        fact(FactKind.TREATMENT_OFF, day=TODAY, amount=Decimal(50), state=State.EXPLAINED),
        fact(FactKind.REPORT_LATE, day=days_ago(30)),
        fact(FactKind.REPORT_LATE),
        fact(FactKind.PENALTY, day=date(2026, 5, 23)),
        fact(FactKind.MONITOR_SILENT),
    ],
)
def test_what_does_not_count_leaves_green(harmless):
    assert said(verdict(harmless)) == (Colour.GREEN, [])


@pytest.mark.parametrize(("hours", "expected"), [(23, ["Y9"]), (24, ["R5", "Y9"])])
def test_long_hours_without_treatment_wait_a_day_for_an_explanation(hours, expected):
    off = fact(
        FactKind.TREATMENT_OFF, day=days_ago(1), amount=Decimal(30), since=NOW - timedelta(hours=hours)
    )
    assert said(verdict(off))[1] == expected


def test_hours_without_treatment_add_up():
    days = [
        fact(FactKind.TREATMENT_OFF, day=days_ago(day), amount=Decimal(8), state=State.CONFIRMED)
        for day in range(3)
    ]
    assert said(verdict(*days)) == (Colour.RED, ["R5", "Y9"])
    assert said(verdict(*days[:2])) == (Colour.YELLOW, ["Y9"])


@pytest.mark.parametrize(("days", "colour"), [(30, Colour.YELLOW), (31, Colour.RED)])
def test_three_yellow_triggers_together_for_more_than_thirty_days_are_red(days, colour):
    facts = [YELLOW[name] for name in ("Y2", "Y4", "Y10")]
    since = {"Y2": days_ago(90), "Y4": days_ago(60), "Y10": days_ago(days)}
    found = verdict(*facts, before=Before(open_since=since))
    assert found.colour == colour
    assert ("R8" in found.open_since) is (colour == Colour.RED)
    assert found.open_since["Y2"] == days_ago(90)


def test_a_trigger_that_closed_begins_anew():
    found = verdict(YELLOW["Y2"], before=Before(open_since={"Y4": days_ago(60)}))
    assert found.open_since == {"Y2": TODAY}


@pytest.mark.parametrize(
    ("standing", "reason"),
    [
        (Standing(coded_on=None), Unrated.NEW),
        (Standing(coded_on=days_ago(6)), Unrated.NEW),
        (Standing(coded_on=days_ago(7)), None),
        (Standing(coded_on=date(2024, 1, 1), stopped=True), Unrated.STOPPED),
        (Standing(coded_on=date(2024, 1, 1), closed=True), Unrated.CLOSED),
    ],
)
def test_grey_for_what_the_unit_is(standing, reason):
    found = verdict(standing=standing)
    assert (found.unrated, found.colour) == (reason, Colour.GREY if reason else Colour.GREEN)


def test_a_gap_in_data_is_never_green():
    hole = verdict(gaps=[Gap("no data since yesterday")])
    assert (hole.colour, hole.unrated) == (Colour.GREY, Unrated.GAP)
    nobody = verdict(covered=False)
    assert (nobody.colour, nobody.unrated) == (Colour.GREY, Unrated.NO_DATA)
    assert verdict(YELLOW["Y2"], gaps=[Gap("…")]).colour == Colour.YELLOW


def test_what_is_not_connected_is_said_and_not_fine():
    found = verdict(connected=frozenset({FactKind.EXCEEDANCE, FactKind.CAP_PROJECTED}))
    assert "R3" not in found.unconnected
    assert "Y6" not in found.unconnected
    assert {"R1", "R4", "Y2", "Y10"} <= set(found.unconnected)


def test_numbers_survive_their_row():
    assert numbers_from(VERSION_1.as_json()) == VERSION_1
    with pytest.raises(KeyError):
        numbers_from({})


@pytest.mark.parametrize(
    ("day", "months", "expected"),
    [
        (date(2026, 1, 31), 1, date(2026, 2, 28)),
        (date(2026, 8, 31), 6, date(2027, 2, 28)),
        (date(2026, 5, 23), 6, date(2026, 11, 23)),
        (date(2025, 12, 1), 12, date(2026, 12, 1)),
    ],
)
def test_months_are_calendar_months(day, months, expected):
    assert months_after(day, months) == expected
