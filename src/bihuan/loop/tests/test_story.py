"""Whole stories through the actions, and what each step leaves behind."""

from datetime import date, timedelta

import pytest
from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from bihuan.kernel.errors import Forbidden, Refused
from bihuan.kernel.ledger.models import Event
from bihuan.loop import actions
from bihuan.loop.models import Clock, Problem
from bihuan.loop.rules.states import State
from bihuan.loop.tests.story import TICKS, WORDS, Story

pytestmark = pytest.mark.django_db


def test_the_whole_way_leaves_one_event_per_act(world) -> None:
    story = Story(world).closed()
    kinds = list(Event.objects.filter(stream=story.problem.stream).values_list("kind", flat=True))
    assert [kind.removeprefix("problem.") for kind in kinds] == [
        "report", "accept_report", "register", "assign", "submit_plan", "approve_plan", "start",
        "attach", "attach", "self_check", "pass_acceptance", "publicise", "sign_closure", "close",
    ]  # fmt: skip
    assert story.problem.state == State.CLOSED
    assert story.problem.lookbacks.count() == 3


def test_spans_follow_one_another_without_gaps(world) -> None:
    spans = list(Story(world).closed().problem.spans.all())
    assert [span.left_at for span in spans[:-1]] == [span.entered_at for span in spans[1:]]
    assert spans[-1].left_at is None


def test_a_problem_is_found_in_the_state_it_had_on_a_past_day(world) -> None:
    story = Story(world).rectifying()
    then = story.at
    story.self_checked()
    assert Problem.objects.in_states([State.RECTIFYING], then).get() == story.problem
    assert not Problem.objects.in_states([State.RECTIFYING]).exists()


def test_the_acceptor_may_not_be_a_responsible_unit(world) -> None:
    story = Story(world).registered()
    with pytest.raises(Refused, match="责任单位"):
        story.do("assign", world.city_officer, lead_unit=world.bureau, acceptance_unit=world.bureau)
    assert Problem.objects.get().state == State.REGISTERED


def test_nobody_but_the_acceptance_unit_accepts(world) -> None:
    story = Story(world).rectifying().self_checked()
    for user in (world.handler, world.city_officer, world.outsider, world.auditor):
        with pytest.raises(Forbidden):
            story.do("pass_acceptance", user, checklist=TICKS, visited_on=date(2022, 3, 3))


def test_a_failed_acceptance_keeps_the_original_due_date(world) -> None:
    story = Story(world).rectifying()
    story.self_checked()
    assert story.problem.due_on != date(2022, 12, 31)
    story.do("fail_acceptance", world.acceptor, defects="仍有渗漏")
    assert story.problem.due_on == date(2022, 12, 31)
    assert story.problem.state == State.RECTIFYING
    assert story.problem.attempts == 1


def test_levels_of_acceptance_pass_one_after_the_other(world) -> None:
    story = Story(world).registered()
    story.do(
        "assign",
        world.city_officer,
        lead_unit=world.bureau,
        acceptance_unit=world.acceptance_bureau,
        further_acceptance_units=[world.other_bureau],
    )
    story.plan_submitted()
    story.do("approve_plan", world.acceptor)
    story.do("start", world.handler)
    story.self_checked()
    story.do("pass_acceptance", world.acceptor, checklist=TICKS, visited_on=date(2022, 3, 3))
    assert story.problem.state == State.SELF_CHECKED
    assert story.problem.acceptance_unit == world.other_bureau


def test_a_standard_that_is_not_met_can_not_pass(world) -> None:
    story = Story(world).rectifying().self_checked()
    with pytest.raises(Refused, match="4"):
        story.do(
            "pass_acceptance", world.acceptor, checklist={**TICKS, 4: False}, visited_on=date(2022, 3, 3)
        )


def test_a_long_term_limit_is_never_overdue(world) -> None:
    story = Story(world).assigned()
    story.do(
        "submit_plan",
        world.handler,
        goal="常态长效",
        standard="持续达标",
        measures=["日常巡查"],
        milestones=[("建制度", date(2022, 6, 30), 100)],
        time_limit="long_term",
        deadline=None,
    )
    story.do("approve_plan", world.acceptor)
    story.do("start", world.handler)
    assert story.problem.due_on is None
    assert not Problem.objects.overdue(date(2030, 1, 1)).exists()


def test_reopening_starts_a_cycle_and_keeps_the_old_dates(world) -> None:
    story = Story(world).closed()
    old = list(story.problem.clocks.values_list("name", "due_on"))
    story.do("reopen", world.city_officer, finding="排口再次出水")
    assert (story.problem.cycle, story.problem.state) == (2, State.REOPENED)
    assert list(story.problem.clocks.filter(cycle=1).values_list("name", "due_on")) == old
    story.do("reassign", world.city_officer, lead_unit=world.bureau, acceptance_unit=world.acceptance_bureau)
    plan = story.problem.clocks.get(cycle=2, name="plan")
    assert plan.rule_id == "plan_reopened"


def test_a_plan_changes_only_by_approval_and_keeps_the_old_value(world) -> None:
    story = Story(world).rectifying()
    change = story.do(
        "request_plan_change", world.handler, field="deadline", new_value="2023-03-31", reason="汛期停工"
    )
    assert story.problem.due_on == date(2022, 12, 31)
    story.do("decide_plan_change", world.acceptor, change=change, approved=True)
    change.refresh_from_db()
    assert (change.old_value, change.plan.deadline) == ("2022-12-31", date(2023, 3, 31))
    assert story.problem.due_on == date(2023, 3, 31)


def test_an_objection_upheld_sends_it_back_under_its_old_date(world) -> None:
    story = Story(world).publicised()
    objection = actions.raise_objection(story.notice, content="夜间仍在排", at=story.tick())
    with pytest.raises(Refused):
        story.after_notice().do("sign_closure", world.acceptor)
    story.do("judge_objection", world.acceptor, objection=objection, valid=True, finding="属实")
    assert (story.problem.state, story.problem.due_on) == (State.RECTIFYING, date(2022, 12, 31))


def test_a_dismissed_objection_lets_it_close(world) -> None:
    story = Story(world).publicised()
    objection = actions.raise_objection(story.notice, content="不满意", at=story.tick())
    story.after_notice()
    story.do("judge_objection", world.acceptor, objection=objection, valid=False, finding="现场达标")
    story.do("sign_closure", world.acceptor)
    story.do("close", world.city_officer, archive_index="A-1")
    assert story.problem.state == State.CLOSED


def test_a_notice_must_be_over_before_anybody_signs(world) -> None:
    story = Story(world).publicised()
    with pytest.raises(Refused, match="2022"):
        story.do("sign_closure", world.acceptor)


def test_feedback_is_registered_at_once_and_can_not_be_declined(world) -> None:
    story = Story(world, procedure="feedback")
    with pytest.raises(Refused):
        story.do("decline", world.city_officer, reason="不属本市", redirected_to="省厅")
    story.registered()
    assert story.problem.state == State.REGISTERED


def test_a_petition_may_conclude_in_stages(world) -> None:
    story = Story(world, procedure="petition").rectifying()
    story.do("stage_close", world.acceptor, remaining="管网改造", finish_on=date(2022, 10, 1))
    assert story.problem.state == State.RECTIFYING
    assert story.problem.spans.filter(state=State.STAGE_CLOSED).exists()


def test_a_patrol_finding_closes_without_notice_by_somebody_else(world) -> None:
    story = Story(world, procedure="patrol").closed()
    assert story.problem.state == State.CLOSED
    assert not story.problem.notices.exists()


def test_a_suspension_keeps_the_working_days_that_were_left(world) -> None:
    story = Story(world).rectifying()
    before = story.problem.due_on
    story.do("suspend", world.city_officer, resume_on=date(2022, 5, 1), reason="防汛")
    assert story.problem.due_on is None
    story.at += timedelta(days=30)
    story.do("resume", world.city_officer)
    assert story.problem.due_on > before
    with pytest.raises(Refused):
        story.do("suspend", world.city_officer, resume_on=date(2022, 9, 1), reason="再次")


def test_returning_is_possible_once_and_soon(world) -> None:
    story = Story(world).assigned()
    story.do("send_back", world.handler, reason="不属本单位职责")
    assert story.problem.state == State.REGISTERED
    story.do("assign", world.city_officer, lead_unit=world.bureau, acceptance_unit=world.acceptance_bureau)
    with pytest.raises(Refused):
        story.do("send_back", world.handler, reason="再次退回")


def test_a_rebound_seen_on_a_visit_reopens(world) -> None:
    story = Story(world).closed()
    story.do("visit", world.city_officer, lookback=story.first_visit, finding="反弹", rebound=True)
    assert story.problem.state == State.REOPENED


def test_long_term_keeping_is_reviewed_every_year(world) -> None:
    story = Story(world, procedure="patrol")
    story.rectifying()
    Problem.objects.filter(pk=story.problem.pk).update(time_limit="long_term")
    story.self_checked()
    story.do("pass_acceptance", world.acceptor, checklist=TICKS, visited_on=date(2022, 3, 3))
    story.do("keep_long_term", world.acceptor)
    first = story.problem.due_on
    story.at += timedelta(days=200)
    story.do("review", world.acceptor, finding="运行正常")
    assert story.problem.due_on > first


def test_archiving_waits_for_a_quiet_year(world) -> None:
    story = Story(world).closed()
    with pytest.raises(Refused):
        story.do("archive", world.city_officer)
    story.at += timedelta(days=370)
    story.do("archive", world.city_officer)
    assert story.problem.state == State.ARCHIVED


def test_the_database_refuses_a_transition_that_is_not_in_the_table(world) -> None:
    story = Story(world)
    with pytest.raises(DatabaseError), transaction.atomic():
        Problem.objects.filter(pk=story.problem.pk).update(state=State.CLOSED)


@pytest.mark.parametrize("table", ["loop_problem", "loop_statespan", "loop_clock"])
def test_the_database_refuses_to_delete(world, table) -> None:
    Story(world)
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"DELETE FROM {table}")


def test_a_moment_before_the_last_change_is_refused(world) -> None:
    story = Story(world)
    with pytest.raises(Refused):
        actions.accept_report(story.problem, by=world.county_officer, at=story.at - timedelta(days=1))
    with pytest.raises(Refused):
        actions.accept_report(story.problem, by=world.county_officer, at=timezone.now() + timedelta(days=1))


def test_a_due_date_remembers_the_rule_and_calendar_that_made_it(world) -> None:
    Story(world)
    clock = Clock.objects.get(name="triage")
    assert clock.rule_version.startswith("triage@")
    assert clock.calendar_version
    assert clock.due_on == date(2022, 3, 8)


def test_self_check_says_a_word_to_each_standard(world) -> None:
    story = Story(world).rectifying()
    with pytest.raises(Refused):
        story.do("self_check", world.handler, standards=WORDS, statement="无佐证")
    story.self_checked()
    assert story.problem.state == State.SELF_CHECKED
