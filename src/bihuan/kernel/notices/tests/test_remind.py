from datetime import date, datetime

import pytest

from bihuan.kernel.notices import reminders
from bihuan.kernel.notices.actions.remind import remind_once_a_day
from bihuan.kernel.notices.models import Notice, ReminderRun
from bihuan.kernel.notices.reminders import Due

pytestmark = pytest.mark.django_db
DUE = date(2026, 3, 18)


@pytest.fixture
def dated(world, monkeypatch, at):
    """One period that ends on Wednesday 2026-03-18 and began in January."""
    found: list[Due] = []

    def add(key: str = "thing:1", due_on: date = DUE, since: date = date(2026, 1, 5)) -> None:
        people = lambda late: [world.handler, world.leader] if late else [world.handler]  # noqa: E731
        found.append(Due(key, due_on, since, "T1", "某事", "/desk/", people))

    monkeypatch.setattr(reminders, "_sources", [lambda last: [due for due in found if due.due_on <= last]])
    add()
    return add


def morning(day: str) -> datetime:
    return datetime.fromisoformat(f"{day}T09:00")


def causes() -> list[str]:
    return list(Notice.objects.order_by("pk").values_list("cause", flat=True))


def test_the_steps_come_on_their_days_and_once(dated, at):
    for day in ("2026-03-11", "2026-03-12", "2026-03-13", "2026-03-16", "2026-03-17", "2026-03-18"):
        at(morning(day))
        remind_once_a_day()
        remind_once_a_day()
    steps = [cause.rsplit("/", 1)[1] for cause in causes()]
    assert steps == ["T-7", "T-3", "T-1", "T+0"]
    assert set(ReminderRun.objects.values_list("told", flat=True)) == {0, 1}


def test_what_is_late_is_told_to_more_people_and_every_week(dated, at, world):
    for day in ("2026-03-19", "2026-03-20", "2026-03-26", "2026-04-02"):
        at(morning(day))
        remind_once_a_day()
    told = Notice.objects.filter(recipient=world.leader).order_by("pk")
    assert [notice.cause.rsplit("/", 1)[1] for notice in told] == ["T+1", "T+8", "T+15"]
    assert told[0].title == "T1 已超期（期限 2026-03-18）"


def test_it_waits_for_its_time_and_for_a_working_day(dated, at):
    for moment in ("2026-03-11T08:29", "2026-03-14T09:00"):
        at(datetime.fromisoformat(moment))
        assert remind_once_a_day() == 0
    assert not ReminderRun.objects.exists()


def test_a_run_that_broke_off_is_made_good_without_telling_anybody_twice(dated, at):
    at(morning("2026-03-11"))
    remind_once_a_day()
    ReminderRun.objects.all().delete()
    dated("thing:2")
    assert remind_once_a_day() == 2
    assert len(causes()) == 2


def test_after_days_without_a_run_the_last_step_is_made_up(dated, at):
    at(morning("2026-03-10"))
    remind_once_a_day()
    at(morning("2026-03-18"))
    remind_once_a_day()
    assert causes() == ["thing:1@2026-03-18/T+0"]
    assert str(ReminderRun.objects.first()) == "2026-03-18"


def test_a_moved_date_has_steps_of_its_own(dated, at):
    at(morning("2026-03-11"))
    remind_once_a_day()
    dated(due_on=date(2026, 3, 19))
    at(morning("2026-03-12"))
    remind_once_a_day()
    assert causes() == ["thing:1@2026-03-18/T-7", "thing:1@2026-03-19/T-7"]
