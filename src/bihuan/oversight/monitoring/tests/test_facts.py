"""What monitoring tells for the colours: exceedances by day, untreated hours, silence, and gaps."""

from datetime import datetime, timedelta
from decimal import Decimal

import pytest
from procrastinate.contrib.django.models import ProcrastinateJob

from bihuan.loop.models import Problem
from bihuan.oversight.enterprises.actions.codes import issue_code
from bihuan.oversight.enterprises.actions.colour import recolour
from bihuan.oversight.enterprises.models import EnterpriseCode, Outlet
from bihuan.oversight.enterprises.public import FactKind, State
from bihuan.oversight.monitoring.actions.alarms import dismiss, explain_by_mark, raise_problem
from bihuan.oversight.monitoring.actions.marks import make_mark
from bihuan.oversight.monitoring.facts import collect
from bihuan.oversight.monitoring.models import Alarm
from bihuan.oversight.monitoring.rules.periods import HOUR, SHANGHAI
from bihuan.oversight.monitoring.tests.pages.test_wall import alarm
from bihuan.oversight.monitoring.tests.things import judged

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 23, 10, tzinfo=SHANGHAI)


def episode(plant, rule, *, hours=2.0, ago=48.0, going_on=False, **more):
    found = alarm(plant.chimney, rule, **more)
    found.started_at = NOW - timedelta(hours=ago)
    found.ended_at = None if going_on else found.started_at + timedelta(hours=hours)
    found.found_at = found.started_at
    found.save()
    return found


def told(plant, at=NOW):
    return collect([plant.enterprise.pk], at)[plant.enterprise.pk]


def facts(plant, at=NOW):
    return [(fact.kind, fact.state) for fact in told(plant, at).facts]


def test_an_exceedance_is_open_until_its_problem_is_confirmed(plant, world):
    found = episode(plant, "E1", multiple=0.3)
    fact = told(plant).facts[0]
    assert (fact.kind, fact.state, fact.amount) == (FactKind.EXCEEDANCE, State.OPEN, Decimal("1.3"))
    problem = raise_problem(found, by=None)
    assert facts(plant) == [(FactKind.EXCEEDANCE, State.OPEN)]
    Problem.objects.filter(pk=problem.pk).update(state="registered")
    assert facts(plant) == [(FactKind.EXCEEDANCE, State.CONFIRMED)]


def test_a_problem_that_was_not_accepted_takes_the_fact_away(plant):
    problem = raise_problem(episode(plant, "E1", multiple=0.3), by=None)
    Problem.objects.filter(pk=problem.pk).update(state="not_accepted")
    assert facts(plant) == [(FactKind.EXCEEDANCE, State.DISMISSED)]


def test_an_episode_over_several_days_is_a_fact_for_each(plant):
    days = [NOW - timedelta(days=back) for back in (3, 2, 2, 1)]
    episode(plant, "E1", ago=72, hours=60, evidence=days)
    assert [fact.day.day for fact in told(plant).facts] == [20, 21, 22]


def test_treatment_off_counts_its_hours_and_is_explained_by_a_mark(plant, world):
    found = episode(plant, "W1", hours=1.5)
    fact = told(plant).facts[0]
    assert (fact.kind, fact.amount, fact.since) == (FactKind.TREATMENT_OFF, Decimal("1.5"), found.started_at)
    make_mark(
        plant.chimney, by=world.county_officer, kind="condition", label="stopped", start=found.started_at,
        end=found.ended_at, reason="检修",
    )  # fmt: skip
    explain_by_mark(found, by=world.county_officer, reason="检修停产")
    assert facts(plant) == [(FactKind.TREATMENT_OFF, State.EXPLAINED)]


def test_silence_counts_while_it_lasts_and_from_when(plant):
    found = episode(plant, "T2", ago=13, going_on=True)
    fact = told(plant).facts[0]
    assert (fact.kind, fact.state, fact.since) == (FactKind.MONITOR_SILENT, State.OPEN, found.started_at)
    Alarm.objects.update(ended_at=NOW - HOUR)
    assert facts(plant) == []


def test_a_fault_marked_by_hand_is_reported_and_its_working_days_count(plant, world):
    found = episode(plant, "T2", ago=24 * 7, going_on=True)
    make_mark(
        plant.chimney, by=world.county_officer, kind="monitor", label="fault", start=found.started_at,
        end=NOW, reason="采样泵损坏",
    )  # fmt: skip
    fact = told(plant).facts[0]
    assert (fact.state, fact.amount) == (State.REPORTED, Decimal(5))


def test_a_dismissed_or_annulled_alarm_is_none(plant, world):
    found = episode(plant, "E1")
    dismiss(found, by=world.county_officer, reason="比对合格")
    assert facts(plant) == [(FactKind.EXCEEDANCE, State.DISMISSED)]
    Alarm.objects.update(handling="annulled")
    assert facts(plant) == []


def test_an_outlet_that_never_sent_or_owes_a_logger_is_a_gap(plant):
    assert [gap.text for gap in told(plant).gaps] == [
        "DA001 锅炉烟囱 尚无数据到达。",
        "DW001 总排口 尚无数据到达。",
    ]
    Outlet.objects.filter(pk=plant.drain.pk).update(must_monitor=True)
    plant.drain.loggers.clear()
    texts = " ".join(gap.text for gap in told(plant).gaps)
    assert "DW001" in texts
    assert "应装未装自动监测" in texts


def test_data_that_came_close_the_gap_and_cover_the_enterprise(plant):
    for outlet in (plant.chimney, plant.drain):
        judged(outlet, NOW.date(), came=24)
    assert (told(plant).gaps, told(plant).covered) == ((), True)


def test_who_has_no_monitor_is_not_spoken_of(plant):
    plant.logger.valid_to = NOW
    plant.logger.save(update_fields=["valid_to"])
    assert collect([plant.enterprise.pk], NOW) == {}


def test_three_confirmed_days_make_it_red(plant, world):
    code = issue_code(plant.enterprise, by=None)
    EnterpriseCode.objects.filter(pk=code.pk).update(issued_at=NOW - timedelta(days=60))
    for ago in (24 * 21, 24 * 13, 24 * 3):
        problem = raise_problem(episode(plant, "E1", ago=ago, multiple=0.3), by=None)
        Problem.objects.filter(pk=problem.pk).update(state="registered")
    recolour([plant.enterprise.pk], at=NOW)
    plant.enterprise.refresh_from_db()
    assert plant.enterprise.colour == "red"


def test_settling_an_alarm_has_the_colour_computed_anew(plant, world):
    dismiss(episode(plant, "E1"), by=world.county_officer, reason="比对合格")
    jobs = ProcrastinateJob.objects.filter(task_name__endswith="recolour_some")
    assert [job.args for job in jobs] == [{"enterprises": [plant.enterprise.pk]}]
