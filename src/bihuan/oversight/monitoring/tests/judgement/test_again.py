"""The past judged again: new versions, a difference list, and dry runs that touch nothing."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from bihuan.kernel.errors import Forbidden, Refused
from bihuan.oversight.enterprises.tests.conftest import Plant
from bihuan.oversight.monitoring.actions.rules import check_parameters, load_rule_versions, publish_rule
from bihuan.oversight.monitoring.judgement.again import differences, judge_again
from bihuan.oversight.monitoring.judgement.months import sum_months
from bihuan.oversight.monitoring.judgement.plans import load_book
from bihuan.oversight.monitoring.judgement.running import judge
from bihuan.oversight.monitoring.judgement.saving import finish
from bihuan.oversight.monitoring.judgement.trying import try_rule
from bihuan.oversight.monitoring.models import Alarm, JudgedDay, OutletMonth, RuleVersion
from bihuan.oversight.monitoring.rules.defaults import VERSIONS
from bihuan.oversight.monitoring.rules.periods import HOUR, MINUTE
from bihuan.oversight.monitoring.rules.rulebook import Subject
from bihuan.oversight.monitoring.tests.conftest import DAY, MIDNIGHT, HandFilled

SULPHUR = "a21026"
OVER = MIDNIGHT + timedelta(hours=40)


def half_hours(plant: Plant, source: HandFilled) -> None:
    """Forty valid minutes in each hour: too few for 45, enough for 30."""
    for hour in range(24):
        for n in range(4):
            source.minute(
                plant.chimney.pk, SULPHUR, MIDNIGHT + hour * HOUR + n * 10 * MINUTE, 30.0, minutes=10
            )


def thirty_minutes(by: Any, **more: Any) -> RuleVersion:
    parameters = {**load_book().of("validity", DAY, Subject("flue_gas")).parameters, "hour_minutes": 30}
    return publish_rule(
        "validity", by=by, parameters=parameters, valid_from=date(2026, 11, 1), medium="flue_gas",
        source="试行", reason="按新规", **more,
    )  # fmt: skip


def test_new_rules_make_new_versions_and_a_list_of_differences(
    plant: Plant, source: HandFilled, world: Any
) -> None:
    half_hours(plant, source)
    judge([plant.chimney.pk], DAY, source=source, now=OVER)
    finish(DAY)
    version = thirty_minutes(world.city_officer)
    run = judge_again(
        DAY,
        DAY,
        by=world.city_officer,
        reason="规则更新",
        source=source,
        outlets=[plant.chimney.pk],
        now=OVER,
    )
    assert (run.examined, run.changed, run.outlet) == (1, 1, plant.chimney)
    (found,) = differences(run)
    assert found.before is not None
    assert (found.before.statuses, found.after.statuses) == ("I" * 24, "V" * 24)
    assert (found.before.version, found.after.version, found.after.because) == (1, 2, "rules")
    assert found.hours == list(range(24))
    assert str(version) in found.after.rules
    assert (found.after.final, found.after.current, found.before.current) == (True, True, False)


def test_judging_again_under_the_same_rules_changes_nothing(
    plant: Plant, source: HandFilled, world: Any
) -> None:
    half_hours(plant, source)
    judge([plant.chimney.pk, plant.drain.pk], DAY, source=source, now=OVER)
    run = judge_again(DAY, DAY, by=world.city_officer, reason="复核", source=source, now=OVER)
    assert run.changed == 0
    assert list(differences(run)) == []
    assert run.outlet is None


def test_a_day_that_was_never_judged_differs_in_every_hour(
    plant: Plant, source: HandFilled, world: Any
) -> None:
    half_hours(plant, source)
    run = judge_again(
        DAY, DAY, by=world.city_officer, reason="补算", source=source, outlets=[plant.chimney.pk], now=OVER
    )
    (found,) = differences(run)
    assert found.before is None
    assert len(found.hours) == 24
    assert found.after.final


@pytest.mark.parametrize(
    ("first", "last", "reason"),
    [
        (DAY, DAY, " "),
        (DAY, DAY + timedelta(days=2), "未结束"),
        (DAY, DAY - timedelta(days=1), "倒置"),
        (DAY - timedelta(days=400), DAY, "太长"),
    ],
)
def test_a_recomputation_needs_a_reason_and_days_that_are_over(
    plant: Plant, source: HandFilled, world: Any, first: date, last: date, reason: str
) -> None:
    with pytest.raises(Refused):
        judge_again(first, last, by=world.city_officer, reason=reason, source=source, now=OVER)


def test_only_the_city_office_judges_again_and_publishes(
    plant: Plant, source: HandFilled, world: Any
) -> None:
    for user in (world.county_officer, world.clerk, world.leader):
        with pytest.raises(Forbidden):
            judge_again(DAY, DAY, by=user, reason="试", source=source, now=OVER)
        with pytest.raises(Forbidden):
            thirty_minutes(user)


def test_default_versions_are_loaded_once(world: Any) -> None:
    assert RuleVersion.objects.count() == len(VERSIONS)
    assert load_rule_versions() == 0


def test_published_numbers_are_checked(world: Any) -> None:
    with pytest.raises(Refused, match="不是该规则"):
        check_parameters("E4", {"share": 0.9})
    with pytest.raises(Refused, match="不能小于"):
        check_parameters("Q1", {"samples": 1, "minutes": 60})
    with pytest.raises(Refused, match="依据"):
        publish_rule(
            "Q1", by=world.city_officer, parameters={"samples": 6, "minutes": 60}, valid_from=DAY, source="",
            reason="x",
        )  # fmt: skip


def test_a_dry_run_shows_what_would_alarm_and_touches_nothing(plant: Plant, source: HandFilled) -> None:
    values = [20.0, 23.0, 21.0, 46.0, 47.0, 46.5, *[20.0, 21.0, 23.0] * 6]
    source.series(plant.chimney.pk, SULPHUR, MIDNIGHT, values)
    judge([plant.chimney.pk], DAY, source=source, now=OVER)
    in_force = load_book().of("E4", DAY, Subject("flue_gas", SULPHUR))
    stricter = replace(in_force, number=99, parameters={**in_force.parameters, "share": 0.4})
    trial = try_rule(stricter, outlets=[plant.chimney.pk], first=DAY, last=DAY, source=source)
    assert [(one.finding.factor, one.known) for one in trial.found] == [(SULPHUR, False)]
    assert (trial.fresh, trial.outlets) == (1, 1)
    laxer = replace(in_force, number=99, parameters={**in_force.parameters, "share": 0.99})
    trial = try_rule(laxer, outlets=[plant.chimney.pk], first=DAY, last=DAY, source=source)
    assert (list(trial.found), len(trial.lost)) == ([], 1)
    same = try_rule(
        replace(in_force, number=99), outlets=[plant.chimney.pk], first=DAY, last=DAY, source=source
    )
    assert [one.known for one in same.found] == [True]
    assert not Alarm.objects.exists()


def test_a_dry_run_of_a_statistic_counts_days_that_would_change(plant: Plant, source: HandFilled) -> None:
    half_hours(plant, source)
    judge([plant.chimney.pk], DAY, source=source, now=OVER)
    in_force = load_book().of("validity", DAY, Subject("flue_gas", "", plant.chimney.pk))
    draft = replace(
        in_force, number=99, parameters={**in_force.parameters, "hour_minutes": 30}, outlet=plant.chimney.pk
    )
    trial = try_rule(draft, outlets=[plant.chimney.pk], first=DAY, last=DAY, source=source)
    assert (trial.days_examined, trial.days_changed) == (1, 1)
    assert JudgedDay.objects.get().version == 1


def test_months_are_summed_with_what_came_first(plant: Plant, source: HandFilled) -> None:
    source.series(plant.chimney.pk, SULPHUR, MIDNIGHT, [30] * 20)
    judge([plant.chimney.pk], DAY, source=source, now=OVER)
    finish(DAY)
    for n in range(20, 24):
        source.hour(plant.chimney.pk, SULPHUR, MIDNIGHT + n * HOUR, 30, arrived=OVER + HOUR)
    judge([plant.chimney.pk], DAY, source=source, now=OVER + 2 * HOUR)
    assert sum_months([DAY]) == 1
    assert sum_months([DAY], [plant.chimney.pk]) == 1
    month = OutletMonth.objects.get()
    assert (month.month, month.due, month.came, month.valid) == (date(2026, 11, 1), 24, 24, 24)
    assert (month.first_came, month.first_valid) == (20, 20)
    assert str(month).endswith("2026-11")
