"""Marks: Announcement 2022 no. 21, and the yearly hours of the incineration rules (telemetry chapter 3.6)."""

from datetime import datetime, timedelta

import pytest

from bihuan.oversight.monitoring.rules.marking import (
    Cover,
    Effect,
    Kind,
    Mark,
    beyond_caps,
    cover,
    effect_at,
    governing,
    hours_used,
    label_of,
)
from bihuan.oversight.monitoring.rules.periods import HOUR, MINUTE, SHANGHAI

START = datetime(2026, 3, 1, tzinfo=SHANGHAI)
FURNACE = "incineration"


def mark(
    label: str, begin: float, end: float, *, kind: Kind = Kind.CONDITION, auto: bool = False, v: int = 0
) -> Mark:
    return Mark(kind, label, START + begin * HOUR, START + end * HOUR, auto, v)


def test_a_manual_mark_overrides_an_automatic_one_made_later() -> None:
    marks = [mark("stopped", 0, 2, v=1), mark("normal", 0, 2, auto=True, v=2)]
    assert governing(marks, START)[Kind.CONDITION].label == "stopped"
    assert effect_at(marks, START, FURNACE) is Effect.STOPPED


def test_of_two_manual_marks_the_newer_holds() -> None:
    marks = [mark("start_up", 0, 2, v=2), mark("stopped", 0, 2, v=1)]
    assert effect_at(marks, START, FURNACE) is Effect.EXEMPT


def test_a_person_can_take_back_an_automatic_mark_of_the_monitor() -> None:
    marks = [
        mark("fault", 0, 1, kind=Kind.MONITOR, auto=True),
        mark("normal", 0, 1, kind=Kind.MONITOR, v=1),
    ]
    assert effect_at(marks, START, "other") is Effect.NONE


def test_both_kinds_hold_side_by_side_and_the_stop_is_stronger() -> None:
    marks = [mark("stopped", 0, 1), mark("calibration", 0, 2, kind=Kind.MONITOR)]
    assert effect_at(marks, START, "thermal_power") is Effect.STOPPED
    assert effect_at(marks, START + 90 * MINUTE, "thermal_power") is Effect.INVALID
    assert effect_at(marks, START + 2 * HOUR, "thermal_power") is Effect.NONE


def test_minutes_under_each_effect() -> None:
    marks = [
        mark("stopped", -5, 0.25),
        mark("maintenance", 0.5, 0.75, kind=Kind.MONITOR),
        mark("start_up", 0.25, 0.5),
        mark("start_up", 9, 12),
    ]
    assert cover(marks, START, START + HOUR, FURNACE) == Cover(15, 15, 15)
    assert cover([], START, START + HOUR, FURNACE) == Cover()


def test_a_trade_knows_its_labels_only() -> None:
    assert label_of(FURNACE, Kind.CONDITION, "dry_out").cap == "heating"
    with pytest.raises(KeyError):
        label_of("thermal_power", Kind.CONDITION, "dry_out")
    with pytest.raises(KeyError):
        label_of(FURNACE, Kind.MONITOR, "stopped")


def year(marks: list[Mark]) -> dict[str, float]:
    return hours_used(marks, START - timedelta(days=59), START + timedelta(days=306), FURNACE)


def test_order_10_sixty_and_seven_hundred_hours_a_year() -> None:
    exact = [mark("start_up", 0, 40), mark("fault", 100, 120), mark("dry_out", 200, 900)]
    assert year(exact) == {"starting": 60.0, "heating": 700.0}
    assert not beyond_caps(year(exact))
    assert beyond_caps(year([*exact, mark("accident", 1000, 1000.5)]))
    assert beyond_caps(year([*exact, mark("cool_down", 1000, 1001)]))


def test_hours_marked_twice_are_used_once() -> None:
    twice = [mark("start_up", 0, 2), mark("start_up", 1, 3, v=1), mark("normal", 5, 6)]
    assert year(twice)["starting"] == 3.0


def test_marks_of_the_monitor_use_no_allowance() -> None:
    assert year([mark("fault", 0, 5, kind=Kind.MONITOR)]) == {"starting": 0.0, "heating": 0.0}


def test_caps_may_be_of_another_rule_set() -> None:
    assert beyond_caps({"starting": 31.0}, {"starting": 30.0})
