"""The alarm rules applied to an outlet, under the default versions."""

from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from bihuan.oversight.monitoring.rules.alarms.contradiction import ConvertedHour, Row
from bihuan.oversight.monitoring.rules.alarms.limits import Flowing
from bihuan.oversight.monitoring.rules.defaults import VERSIONS
from bihuan.oversight.monitoring.rules.episodes import Episode, Point
from bihuan.oversight.monitoring.rules.evaluation import (
    FactorSeries,
    Finding,
    OutletSeries,
    evaluate,
    multiple_of,
)
from bihuan.oversight.monitoring.rules.exceedance import Limit, Period
from bihuan.oversight.monitoring.rules.periods import DAY, HOUR, MINUTE, SHANGHAI
from bihuan.oversight.monitoring.rules.readings import Reading
from bihuan.oversight.monitoring.rules.rulebook import book_of

START = datetime(2026, 11, 2, tzinfo=SHANGHAI)
BOOK = book_of(VERSIONS)
FIFTY = Limit(Decimal(50), decimals=0)
NORMAL = [20.0 + (n * 7 % 5) for n in range(24)]


def at(hour: float) -> datetime:
    return START + hour * HOUR


def series(*values: float, length: timedelta = HOUR) -> list[Point]:
    return [Point(START + n * length, value, length=length) for n, value in enumerate(values)]


def outlet(medium: str, *factors: FactorSeries, **more: Any) -> OutletSeries:
    return OutletSeries(5, medium, at(48), {one.factor: one for one in factors}, **more)


def rules_of(found: list[Finding]) -> set[str]:
    return {one.rule for one in found}


def gas(*judged: float, **more: Any) -> FactorSeries:
    points = series(*judged)
    return FactorSeries("a21026", hours=points, judged=points, hour_limit=FIFTY, **more)


def test_a_quiet_outlet_has_no_alarm() -> None:
    assert evaluate(outlet("flue_gas", gas(*NORMAL)), BOOK) == []


def test_flue_gas_exceeds_by_the_hour() -> None:
    found = evaluate(outlet("flue_gas", gas(*NORMAL, 81.5, 82, 20, 21, 22)), BOOK)
    (alarm,) = [one for one in found if one.rule == "E1"]
    assert (alarm.period, alarm.limit, alarm.level) == (Period.HOUR, FIFTY, 2)
    assert (alarm.episode.start, alarm.episode.end) == (at(24), at(26))
    assert multiple_of(alarm) == pytest.approx(0.64)


def test_flue_gas_with_a_daily_limit_too() -> None:
    days = series(30, 60, length=DAY)
    found = evaluate(outlet("flue_gas", replace(gas(*NORMAL), days=days, day_limit=FIFTY)), BOOK)
    (alarm,) = found
    assert (alarm.rule, alarm.period, alarm.episode.start) == ("E1", Period.DAY, START + DAY)


def test_water_exceeds_by_the_day_and_warns_by_the_hour() -> None:
    hours = series(*NORMAL, 80, 81, 82, 20, 20)
    water = FactorSeries("w01018", hours, hours, series(30, length=DAY), day_limit=FIFTY)
    found = evaluate(outlet("water", water), BOOK)
    assert {"E2"} <= rules_of(found)
    assert "E1" not in rules_of(found)
    (warning,) = [one for one in found if one.rule == "E2"]
    assert warning.level == 2  # three hours in a row: one level up
    exceeded = replace(water, days=series(30, 60, length=DAY))
    assert "E1" in rules_of(evaluate(outlet("water", exceeded), BOOK))
    unlimited = replace(water, day_limit=None)
    assert "E2" not in rules_of(evaluate(outlet("water", unlimited), BOOK))


def test_without_a_limit_nothing_is_compared() -> None:
    hours = series(*[500.0 + n for n in range(24)])
    bare = FactorSeries("w01018", hours, hours, series(600, length=DAY))
    flowing = {"w01018": [Flowing(at(n), 10, 500) for n in range(24)]}
    assert evaluate(outlet("water", bare, flowing=flowing), BOOK) == []


def test_a_day_on_its_way_beyond_the_limit_is_forecast() -> None:
    hours = series(*NORMAL)
    water = FactorSeries("w01018", hours, hours, day_limit=FIFTY)
    high = {"w01018": [Flowing(at(24 + n), 10, 48) for n in range(10)]}
    (forecast,) = evaluate(outlet("water", water, flowing=high), BOOK)
    assert forecast.episode.peak == pytest.approx(48)
    assert (forecast.rule, forecast.episode.is_open) == ("E3", True)
    low = {"w01018": [Flowing(at(24 + n), 10, 20) for n in range(10)]}
    assert evaluate(outlet("water", water, flowing=low), BOOK) == []


def test_near_the_limit_three_hours_of_four() -> None:
    found = evaluate(outlet("flue_gas", gas(*NORMAL, 46, 47, 48, 20, 21, 22)), BOOK)
    assert "E4" in rules_of(found)


def test_an_exceedance_on_suspicious_data_needs_review() -> None:
    readings = [Reading(at(24) + n * MINUTE, 81.5, minutes=1) for n in range(61)]
    found = evaluate(outlet("flue_gas", gas(*NORMAL, 81.5, readings=readings)), BOOK)
    assert [one.needs_review for one in found if one.rule == "E1"] == [True]
    later = [Reading(at(40) + n * MINUTE, 20.0, minutes=1) for n in range(61)]
    found = evaluate(outlet("flue_gas", gas(*NORMAL, 81.5, 82, 83, 20, 21, readings=later)), BOOK)
    assert [one.needs_review for one in found if one.rule == "E1"] == [False]
    earlier = [Reading(at(2) + n * MINUTE, 20.0 + n // 61, minutes=1) for n in range(62)]
    found = evaluate(outlet("flue_gas", gas(*NORMAL, 81.5, readings=earlier)), BOOK)
    assert [one.needs_review for one in found if one.rule == "E1"] == [False]


def test_constant_by_sample_time_by_hour_and_by_minute() -> None:
    held = series(*[33.3] * 8)
    by_hour = FactorSeries("w01018", held, held)
    assert "Q1" in rules_of(evaluate(outlet("water", by_hour), BOOK))
    sampled = [Reading(at(n), 33.3, sampled_at=at(n // 4 * 4)) for n in range(8)]
    told = replace(by_hour, readings=sampled)
    assert "Q1" not in rules_of(evaluate(outlet("water", told), BOOK))


CASES: tuple[tuple[str, FactorSeries], ...] = (
    ("Q2", FactorSeries("a21026", series(*NORMAL, 0, 0))),
    ("Q3", FactorSeries("a21026", readings=[Reading(at(n), -9.0 - n) for n in range(3)], upper_range=100)),
    ("Q4", FactorSeries("a21026", series(*NORMAL, 90, 21, 22))),
    ("Q5", FactorSeries("a21026", series(*NORMAL, *[50.0 + n % 3 for n in range(8)]))),
    ("Q6", FactorSeries("a19001", readings=[Reading(at(0), 25.0)])),
    ("Q7", FactorSeries("a21026", series(*NORMAL, *NORMAL, *[0.1 * (1 + n % 3) for n in range(24)]))),
    ("L1", FactorSeries("a21026", readings=[Reading(at(0), 9.0, low=10, high=12)])),
    ("L2", FactorSeries("a00000", sums=[(at(0), 63.0, 2.5)])),
    ("L4", FactorSeries("a21026", converted=[ConvertedHour(at(0), 100, 10, 100)], reference=6)),
    ("M1", FactorSeries("a21026", readings=[Reading(at(n), 5.0 + n, "D") for n in range(4)])),
)


@pytest.mark.parametrize(("rule", "factor"), CASES, ids=[rule for rule, _factor in CASES])
def test_each_rule_of_one_factor_raises_its_own_alarm(rule: str, factor: FactorSeries) -> None:
    assert rule in rules_of(evaluate(outlet("flue_gas", factor), BOOK))


def test_rules_about_the_whole_outlet() -> None:
    ammonia = [Row(at(n), {"w21003": 10.0, "w21001": 5.0}) for n in range(2)]
    assert rules_of(evaluate(outlet("water", rows=ammonia), BOOK)) == {"L3"}
    leak = [Row(at(0), {"a19001": 20.0, "a01011": 12.0, "a00000": 10.0})]
    assert rules_of(evaluate(outlet("flue_gas", rows=leak, area_m2=4.0), BOOK)) == {"L5", "L6"}
    burning = [(Row(at(0), {"a19001": 8.0}), None)]
    assert rules_of(evaluate(outlet("flue_gas", stopped=burning), BOOK)) == {"M2"}


def test_missing_hours_of_the_outlet_and_of_one_factor() -> None:
    missing = {"": [at(3)], "w01018": [at(7), at(8)], "w21003": [at(9)]}
    found = evaluate(outlet("water", missing=missing), BOOK)
    assert [(one.rule, one.factor, one.episode.count) for one in found] == [
        ("T3", "", 1),
        ("T3", "w01018", 2),
    ]


def test_a_rule_that_is_switched_off_is_silent() -> None:
    everything_off = book_of([replace(one, enabled=False) for one in VERSIONS])
    rows = [Row(at(n), {"w21003": 10.0, "w21001": 5.0}) for n in range(2)]
    loud = outlet(
        "flue_gas", gas(*NORMAL, 81.5), *[factor for _rule, factor in CASES], rows=rows, missing={"": [at(1)]}
    )
    assert evaluate(loud, everything_off) == []


def test_an_interval_or_nothing_has_no_multiple() -> None:
    episode = Episode(at(0), None, None, at(0))
    version = VERSIONS[0]
    assert multiple_of(Finding(version, "w01001", episode, 3)) is None
    assert multiple_of(Finding(version, "w01001", episode, 3, limit=FIFTY)) is None
    beyond = replace(episode, peak=9.5)
    assert multiple_of(Finding(version, "w01001", beyond, 3, limit=Limit(Decimal(9), Decimal(6)))) is None
