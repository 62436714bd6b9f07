"""Where an item stands at a moment: on track by weighted milestones, closed level by level."""

from datetime import date, datetime, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from bihuan.governance.inspections.actions import NewItem, link_parent, receive_feedback, receive_item
from bihuan.governance.inspections.closure import closure_of
from bihuan.governance.inspections.queries import round_summary, standing
from bihuan.kernel.errors import Forbidden, Refused
from bihuan.loop.tests.story import START, Story

pytestmark = pytest.mark.django_db


def moment(year, month, day):
    return timezone.make_aware(datetime(year, month, day, 12))


@pytest.fixture
def story(world, item):
    """Plays the problem of one item, taken in when the story starts."""

    def begin(**said):
        taken = item(at=START, **said)
        told = Story(world, procedure="feedback")
        told.problem = taken.problem
        return taken, told

    return begin


def test_a_plan_may_not_outlast_the_feedback(story, world):
    _item, told = story(deadline=date(2022, 6, 30))
    told.assigned().plan_submitted(deadline=date(2022, 12, 31))
    with pytest.raises(Refused, match="2022-06-30"):
        told.do("approve_plan", world.acceptor)


def test_a_plan_may_not_outlast_the_superior_s_item(story, world, item):
    above = item("省级问题。", deadline=date(2022, 6, 30))
    _item, told = story(deadline=None, parent=above)
    told.assigned().plan_submitted(deadline=date(2022, 12, 31))
    with pytest.raises(Refused, match="2022-06-30"):
        told.do("approve_plan", world.acceptor)


def test_a_missed_milestone_puts_it_behind_until_it_is_accepted(story, world):
    taken, told = story()
    told.rectifying()
    before, after = moment(2022, 6, 1), moment(2022, 7, 15)
    assert standing(taken, before).status == "on_track"
    late = standing(taken, after)
    assert (late.status, late.track.planned, late.track.actual, late.colour) == ("behind", 40, 0, "red")
    milestone = told.problem.plans.get().milestones.get(due_on=date(2022, 6, 30))
    told.at = moment(2022, 6, 20)
    told.do("claim_milestone", world.handler, milestone=milestone)
    told.do("accept_milestone", world.acceptor, milestone=milestone)
    met = standing(taken, after)
    assert (met.status, met.track.actual, met.colour) == ("on_track", 40, "green")


def test_the_four_counts_follow_it_to_the_end(story, inspected):
    taken, told = story()
    told.closed()
    accepted_at = told.problem.spans.get(state="accepted").entered_at

    def counted(at):
        found = round_summary(inspected, at).counts
        return found.on_track, found.completed_not_closed, found.closed

    assert counted(accepted_at - timedelta(minutes=1)) == (1, 0, 0)
    assert counted(accepted_at + timedelta(minutes=1)) == (0, 1, 0)
    assert counted(told.tick()) == (0, 0, 1)
    assert standing(taken, told.at).months_early == 9


def test_closing_is_told_step_by_step(story, world, as_user):
    taken, told = story()
    taken.refresh_from_db()
    begun = closure_of(taken, told.tick())
    assert not any(step.done_on for step in begun.steps)
    told.closed()
    steps = closure_of(taken, told.tick()).steps
    assert all(step.done_on for step in steps[:4])
    shown = as_user(world.city_officer).get(reverse("feedback-item", args=[taken.pk])).content.decode()
    assert "王验收" in shown
    assert "2022-001" in shown


def test_visits_are_owed_once_it_is_closed(story, world, as_user):
    _item, told = story()
    listed = reverse("lookback-list")
    assert told.problem.number not in as_user(world.city_officer).get(listed).content.decode()
    told.closed()
    assert told.problem.number in as_user(world.city_officer).get(listed).content.decode()
    assert told.problem.number not in as_user(world.outsider).get(listed).content.decode()


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ({"text": " "}, "缺少反馈问题原文"),
        ({"nature": "both"}, "具体问题"),
        ({"time_limit": "long_term"}, "长期坚持"),
        ({"ordinal": 1}, "序号"),
    ],
)
def test_an_item_that_contradicts_itself_is_refused(world, inspected, item, said, words):
    item()
    fields = {"text": "另一件。", "nature": "common", "deadline": date(2022, 12, 31), **said}
    with pytest.raises(Refused, match=words):
        receive_item(inspected, NewItem(jurisdiction=world.county, **fields), by=world.city_officer)


def test_only_the_city_office_takes_items_in(world, inspected):
    with pytest.raises(Forbidden):
        receive_item(inspected, NewItem("另一件。", "common", world.county), by=world.county_officer)


def test_an_item_may_not_have_more_time_than_the_one_above(world, item):
    above, below = item("省级问题。", deadline=date(2022, 6, 30)), item("本县的部分。")
    with pytest.raises(Refused, match="2022-06-30"):
        link_parent(below, by=world.city_officer, parent=above)


def test_the_feedback_day_is_entered_once(world, inspected):
    with pytest.raises(Refused):
        receive_feedback(inspected, by=world.city_officer, feedback_on=date(2022, 3, 1))
