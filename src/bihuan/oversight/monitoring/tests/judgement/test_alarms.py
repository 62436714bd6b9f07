"""Alarms: one per episode, extended, continued, annulled; the loop; the closing guard."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

import pytest

from bihuan.kernel.errors import Forbidden, Refused
from bihuan.kernel.ledger.models import Event
from bihuan.loop.models import Problem
from bihuan.oversight.enterprises.models import Outlet
from bihuan.oversight.enterprises.tests.conftest import Plant
from bihuan.oversight.monitoring.actions import alarms as actions
from bihuan.oversight.monitoring.actions.marks import make_mark
from bihuan.oversight.monitoring.guards import normal_again
from bihuan.oversight.monitoring.judgement.evaluating import raise_alarms
from bihuan.oversight.monitoring.judgement.running import judge
from bihuan.oversight.monitoring.models import Alarm, AlarmSource
from bihuan.oversight.monitoring.rules.periods import HOUR, day_of
from bihuan.oversight.monitoring.tests.conftest import DAY, MIDNIGHT, HandFilled

SULPHUR = "a21026"
QUIET = [20.0, 23.0, 21.0, 24.0, 22.0, 20.5]


def at(hour: float) -> Any:
    return MIDNIGHT + hour * HOUR


def run(outlet: Outlet, source: HandFilled, hour: float) -> None:
    """Judge every day up to the moment and raise alarms, as the job does."""
    now = at(hour)
    for n in range((day_of(now) - DAY).days + 1):
        judge([outlet.pk], DAY + timedelta(days=n), source=source, now=now)
    raise_alarms([outlet.pk], source=source, now=now)


def exceedances(outlet: Outlet) -> list[Alarm]:
    return list(Alarm.objects.filter(outlet=outlet, rule="E1").order_by("started_at"))


def quiet(hours: int) -> Sequence[float]:
    return (QUIET * (hours // 6 + 1))[:hours]


def exceeded(plant: Plant, source: HandFilled) -> Alarm:
    source.series(plant.chimney.pk, SULPHUR, MIDNIGHT, [*quiet(6), 80, 90, 85])
    run(plant.chimney, source, 9.1)
    (alarm,) = exceedances(plant.chimney)
    return alarm


def test_an_exceedance_is_one_alarm_that_grows_and_ends(plant: Plant, source: HandFilled) -> None:
    alarm = exceeded(plant, source)
    assert (alarm.started_at, alarm.ended_at, alarm.peak, alarm.count) == (at(6), None, 90, 3)
    assert (alarm.limit, alarm.multiple, alarm.unit, alarm.level) == (50, 0.8, "mg/m3", 2)
    source.series(plant.chimney.pk, SULPHUR, at(9), [100, 20, 21])
    run(plant.chimney, source, 12.1)
    (alarm,) = exceedances(plant.chimney)
    assert (alarm.ended_at, alarm.peak, alarm.count) == (at(10), 100, 4)
    assert alarm.multiple == 1.0
    kinds = list(Event.objects.filter(stream=alarm.stream).order_by("seq").values_list("kind", flat=True))
    assert kinds == ["alarm.opened", "alarm.raised", "alarm.ended"]


def test_running_again_changes_nothing(plant: Plant, source: HandFilled) -> None:
    alarm = exceeded(plant, source)
    before = Event.objects.count()
    run(plant.chimney, source, 9.2)
    assert Alarm.objects.get(pk=alarm.pk).changed_at == alarm.changed_at
    assert Event.objects.count() == before


def test_within_two_hours_it_is_the_same_alarm(plant: Plant, source: HandFilled) -> None:
    exceeded(plant, source)
    source.series(plant.chimney.pk, SULPHUR, at(9), [20, 21])
    run(plant.chimney, source, 11.1)
    source.series(plant.chimney.pk, SULPHUR, at(11), [70])
    run(plant.chimney, source, 12.1)
    (alarm,) = exceedances(plant.chimney)
    assert (alarm.ended_at, alarm.count) == (None, 4)
    assert Event.objects.filter(stream=alarm.stream, kind="alarm.went_on").exists()
    source.series(plant.chimney.pk, SULPHUR, at(12), [*quiet(5), 70])
    run(plant.chimney, source, 18.1)
    assert len(exceedances(plant.chimney)) == 2


def test_an_alarm_that_stands_enters_the_loop_once(plant: Plant, source: HandFilled) -> None:
    alarm = exceeded(plant, source)
    assert alarm.handling == "raised"
    problem = AlarmSource.objects.get(alarm=alarm).problem
    assert problem is not None
    assert (problem.procedure_key, problem.origin, problem.state) == ("alarm", "device", "reported")
    assert problem.jurisdiction == plant.chimney.jurisdiction
    assert "超标" in problem.title
    assert "0.80" in problem.title
    assert "90" in problem.description
    assert (problem.lon, problem.lat) == (120.5, 30.5)
    assert actions.raise_problem(alarm, by=None) == problem
    run(plant.chimney, source, 9.2)
    assert Problem.objects.count() == 1


def test_water_warns_by_the_hour_and_exceeds_by_the_day(plant: Plant, source: HandFilled) -> None:
    source.series(plant.drain.pk, "w00000", MIDNIGHT, [10] * 48)
    source.series(
        plant.drain.pk, "w01018", MIDNIGHT, [*quiet(12), *[120 + n % 3 for n in range(12)], *quiet(24)]
    )
    run(plant.drain, source, 20.1)
    assert exceedances(plant.drain) == []
    assert Alarm.objects.filter(outlet=plant.drain, rule="E2").count() == 1
    run(plant.drain, source, 25.2)
    (alarm,) = exceedances(plant.drain)
    assert (alarm.period, alarm.started_at, alarm.ended_at) == ("day", MIDNIGHT, None)
    assert alarm.peak == pytest.approx(71.4, abs=0.2)
    run(plant.drain, source, 49.2)
    (alarm,) = exceedances(plant.drain)
    assert alarm.ended_at == at(24)


def test_a_marked_hour_never_makes_one(plant: Plant, source: HandFilled, world: Any) -> None:
    make_mark(
        plant.chimney, by=world.clerk, kind="monitor", label="calibration", reason="校准",
        start=at(6), end=at(9),
    )  # fmt: skip
    source.series(plant.chimney.pk, SULPHUR, MIDNIGHT, [*quiet(6), 80, 90, 85, *quiet(2)])
    run(plant.chimney, source, 11.1)
    assert exceedances(plant.chimney) == []
    assert not Problem.objects.exists()


def test_an_invalid_hour_never_makes_one(plant: Plant, source: HandFilled) -> None:
    source.series(plant.chimney.pk, SULPHUR, MIDNIGHT, quiet(6))
    source.hour(plant.chimney.pk, SULPHUR, at(6), 500, flag="D")
    run(plant.chimney, source, 7.1)
    assert exceedances(plant.chimney) == []


def test_a_mark_made_afterwards_takes_the_ground_away_but_not_the_problem(
    plant: Plant, source: HandFilled, world: Any
) -> None:
    alarm = exceeded(plant, source)
    make_mark(
        plant.chimney, by=world.clerk, kind="monitor", label="fault", reason="仪器故障",
        start=at(6), end=at(9),
    )  # fmt: skip
    run(plant.chimney, source, 9.2)
    alarm.refresh_from_db()
    assert (alarm.handling, alarm.needs_review, alarm.ended_at) == ("raised", True, at(6))
    assert Event.objects.filter(stream=alarm.stream, kind="alarm.unsupported").count() == 1


def test_late_data_annul_a_warning_nobody_had_settled(plant: Plant, source: HandFilled) -> None:
    source.series(plant.chimney.pk, SULPHUR, MIDNIGHT, [*quiet(12), 0, 0])
    run(plant.chimney, source, 14.1)
    (zeros,) = Alarm.objects.filter(rule="Q2")
    source.series(plant.chimney.pk, SULPHUR, at(12), [21, 22])
    run(plant.chimney, source, 15)
    zeros.refresh_from_db()
    assert zeros.handling == "annulled"
    source.series(plant.chimney.pk, SULPHUR, at(12), [0, 0])
    run(plant.chimney, source, 15.1)
    assert Alarm.objects.filter(rule="Q2").count() == 2


def test_what_was_dismissed_stays_dismissed(plant: Plant, source: HandFilled, world: Any) -> None:
    source.series(plant.chimney.pk, SULPHUR, MIDNIGHT, [*quiet(12), 0, 0])
    run(plant.chimney, source, 14.1)
    (zeros,) = Alarm.objects.filter(rule="Q2")
    actions.dismiss(zeros, by=world.county_officer, reason="停产待料")
    source.series(plant.chimney.pk, SULPHUR, at(14), [0, 0])
    run(plant.chimney, source, 16.1)
    zeros.refresh_from_db()
    assert (zeros.handling, zeros.count) == ("dismissed", 4)
    source.series(plant.chimney.pk, SULPHUR, at(12), [21, 22, 23, 22])
    run(plant.chimney, source, 16.2)
    zeros.refresh_from_db()
    assert zeros.handling == "dismissed"


def test_an_alarm_older_than_the_window_goes_on_and_ends_when_it_did(
    plant: Plant, source: HandFilled
) -> None:
    source.series(plant.chimney.pk, SULPHUR, MIDNIGHT, [*quiet(6), 80, 90, 70])
    run(plant.chimney, source, 9.1)
    source.series(plant.chimney.pk, SULPHUR, at(9), [80 + n % 3 for n in range(80)])
    run(plant.chimney, source, 89.1)
    (alarm,) = exceedances(plant.chimney)
    assert (alarm.started_at, alarm.peak, alarm.ended_at, alarm.count) == (at(6), 90, None, 83)
    source.series(plant.chimney.pk, SULPHUR, at(89), quiet(100))
    run(plant.chimney, source, 189)
    (alarm,) = exceedances(plant.chimney)
    assert alarm.ended_at == at(89)


def test_an_alarm_that_nothing_feeds_any_more_ends_without_being_annulled(
    plant: Plant, source: HandFilled
) -> None:
    source.series(plant.chimney.pk, SULPHUR, MIDNIGHT, [*quiet(12), 0, 0])
    run(plant.chimney, source, 14.1)
    Alarm.objects.update(started_at=at(-24 * 40), evidence=[at(-24 * 40)])
    source.series(plant.chimney.pk, SULPHUR, at(12), [21, 22])
    run(plant.chimney, source, 16)
    (zeros,) = Alarm.objects.filter(rule="Q2")
    assert (zeros.handling, zeros.ended_at) == ("new", at(-24 * 29))


def test_acknowledging_and_marking(plant: Plant, source: HandFilled, world: Any) -> None:
    source.series(plant.chimney.pk, SULPHUR, MIDNIGHT, [*quiet(12), 0, 0])
    run(plant.chimney, source, 14.1)
    (zeros,) = Alarm.objects.filter(rule="Q2")
    zeros = actions.acknowledge(zeros, by=world.county_officer)
    assert (zeros.handling, zeros.handled_by) == ("acknowledged", world.county_officer)
    with pytest.raises(Refused, match="没有仍然有效的标记"):
        actions.explain_by_mark(zeros, by=world.county_officer, reason="维护")
    make_mark(
        plant.chimney, by=world.clerk, kind="monitor", label="maintenance", reason="例行维护",
        start=at(12), end=at(14),
    )  # fmt: skip
    zeros = actions.explain_by_mark(zeros, by=world.county_officer, reason="维护")
    assert zeros.handling == "marked"
    with pytest.raises(Refused, match="已经处理"):
        actions.acknowledge(zeros, by=world.county_officer)
    with pytest.raises(Refused, match="已经处理"):
        actions.raise_problem(zeros, by=world.county_officer)


def test_dismissing_needs_a_reason_and_the_right_office(plant: Plant, source: HandFilled, world: Any) -> None:
    source.series(plant.chimney.pk, SULPHUR, MIDNIGHT, [*quiet(12), 0, 0])
    run(plant.chimney, source, 14.1)
    (zeros,) = Alarm.objects.filter(rule="Q2")
    with pytest.raises(Refused, match="理由"):
        actions.dismiss(zeros, by=world.county_officer, reason=" ")
    for user in (world.clerk, world.outsider, world.auditor, world.handler):
        with pytest.raises(Forbidden):
            actions.dismiss(zeros, by=user, reason="没有理由")


def test_an_officer_opens_a_problem_by_hand(plant: Plant, source: HandFilled, world: Any) -> None:
    source.series(plant.chimney.pk, SULPHUR, MIDNIGHT, [*quiet(12), 0, 0])
    run(plant.chimney, source, 14.1)
    (zeros,) = Alarm.objects.filter(rule="Q2")
    problem = actions.raise_problem(zeros, by=world.county_officer)
    assert problem.reported_by == world.county_officer
    assert "零值" in problem.title


def test_closing_needs_72_hours_of_normal_data(plant: Plant, source: HandFilled) -> None:
    alarm = exceeded(plant, source)
    problem = AlarmSource.objects.get(alarm=alarm).problem
    assert problem is not None
    today = date(2026, 11, 6)
    assert "报警仍在持续" in str(normal_again(problem, today))
    source.series(plant.chimney.pk, SULPHUR, at(9), quiet(71))
    run(plant.chimney, source, 80.1)
    assert "71" in str(normal_again(problem, today))
    source.series(plant.chimney.pk, SULPHUR, at(80), quiet(1))
    run(plant.chimney, source, 81.1)
    assert normal_again(problem, today) is None


def test_silence_is_not_normal(plant: Plant, source: HandFilled) -> None:
    alarm = exceeded(plant, source)
    problem = AlarmSource.objects.get(alarm=alarm).problem
    assert problem is not None
    source.series(plant.chimney.pk, SULPHUR, at(9), [20, 21])
    run(plant.chimney, source, 100)
    assert "只有 2" in str(normal_again(problem, date(2026, 11, 7)))


def test_another_episode_starts_the_72_hours_again(plant: Plant, source: HandFilled) -> None:
    alarm = exceeded(plant, source)
    problem = AlarmSource.objects.get(alarm=alarm).problem
    assert problem is not None
    source.series(plant.chimney.pk, SULPHUR, at(9), [*quiet(30), 80, *quiet(60)])
    run(plant.chimney, source, 60)
    run(plant.chimney, source, 100.1)
    assert len(exceedances(plant.chimney)) == 2
    assert "只有 60" in str(normal_again(problem, date(2026, 11, 7)))


def test_a_problem_without_an_alarm_has_no_such_guard(world: Any) -> None:
    assert normal_again(Problem(pk=0), date(2026, 11, 7)) is None
