"""Running clocks as due dates that people are reminded of."""

from datetime import date, datetime, time, timedelta

import pytest
from django.utils import timezone

from bihuan.kernel.calendar.queries import load_calendar
from bihuan.kernel.notices.actions.remind import remind_once_a_day
from bihuan.kernel.notices.models import Notice
from bihuan.kernel.notices.rules.reminders import sent_on
from bihuan.loop.models import Clock
from bihuan.loop.queries.dues import running_clocks
from bihuan.loop.tests.story import Story

pytestmark = pytest.mark.django_db
FAR = date(2030, 1, 1)


def found(last: date = FAR):
    return {due.key.split("/", 2)[2]: due for due in running_clocks(last)}


def test_each_running_clock_is_a_due_date(world):
    story = Story(world).rectifying()
    due = found()["rectification"]
    clock = story.problem.clocks.get(name="rectification", stopped_at=None)
    assert due.key == f"problem:{story.problem.pk}/1/rectification"
    assert (due.number, due.due_on) == (story.problem.number, clock.due_on)
    assert due.since == timezone.localdate(clock.started_at)
    assert found(clock.due_on - timedelta(days=1)).keys().isdisjoint({"rectification"})


def test_it_is_said_to_whose_move_it_is_and_late_to_the_leading_official(world):
    story = Story(world).rectifying()
    due = found()["rectification"]
    assert list(due.people(False)) == [world.handler]
    assert list(due.units(False)) == [world.bureau.pk]
    assert set(due.people(True)) == {world.handler, world.leader}
    assert story.problem.leading_official == world.leader


def test_a_paused_clock_reminds_nobody(world):
    Story(world).rectifying()
    clock = Clock.objects.get(name="rectification", stopped_at=None)
    clock.pauses = [[timezone.now().isoformat(), None]]
    clock.save(update_fields=["pauses"])
    assert "rectification" not in found()


def test_a_turn_of_an_office_is_said_to_its_people_and_its_group(world):
    Story(world)
    due = found()["triage"]
    assert {world.city_officer, world.list_manager, world.county_officer} == set(due.people(False))
    assert set(due.units(False)) == {world.city_office_unit.pk, world.county_office_unit.pk}


def test_the_reminder_reaches_the_inbox(world, monkeypatch):
    story = Story(world).rectifying()
    due = found()["rectification"]
    day = sent_on(due.due_on, 0, load_calendar())
    morning = timezone.make_aware(datetime.combine(day, time(9)))
    monkeypatch.setattr("django.utils.timezone.now", lambda: morning)
    remind_once_a_day()
    notice = Notice.objects.get(recipient=world.handler, cause__contains="rectification")
    assert story.problem.number in notice.title
    assert notice.url == f"/problems/{story.problem.pk}/"
