"""From an act to a message that can't be delivered, and on: nothing of it is lost, nothing is said twice."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone
from procrastinate.contrib.django.models import ProcrastinateJob
from procrastinate.jobs import Job

from bihuan.kernel.ledger.models import Event
from bihuan.kernel.notices import jobs
from bihuan.kernel.notices.actions.deliver import TryAgain
from bihuan.kernel.notices.models import Delivery, Notice
from bihuan.kernel.notices.queries import sending_rule
from bihuan.kernel.notices.tests.mailserver import mail_server
from bihuan.loop import actions
from bihuan.loop.tests.story import Story
from bihuan.page_text import page_text

pytestmark = pytest.mark.django_db


@pytest.fixture
def acted(reachable, at, settings):
    """A problem whose handler hears of it by mail, and a server at whose port nobody listens."""
    with mail_server(settings):
        pass
    now = timezone.now()
    story = Story(reachable, at=now - timedelta(hours=5)).assigned()
    Notice.objects.all().delete()
    actions.submit_plan(
        story.problem,
        by=reachable.handler,
        goal="纳管",
        standard="达标",
        measures=["封堵"],
        milestones=[("封堵", timezone.localdate(), 100)],
        time_limit="date",
        deadline=timezone.localdate() + timedelta(days=90),
    )
    actions.return_plan(story.problem, by=reachable.acceptor, reason="目标不清")
    return story.problem


def queued(task: str) -> list[ProcrastinateJob]:
    return list(ProcrastinateJob.objects.filter(task_name__endswith=f".{task}", status="todo").order_by("pk"))


def test_a_message_is_tried_as_the_rule_says_then_waits_for_a_person(reachable, acted, at, settings, as_user):
    events = list(Event.objects.filter(stream=acted.stream).values_list("kind", "entry_hash"))
    for job in queued("dispatch"):
        jobs.dispatch(**job.args)
    delivery = Delivery.objects.get(notice__recipient=reachable.handler, channel="email")
    (job,) = (one for one in queued("deliver") if one.args == {"delivery": delivery.pk})

    for _pause in sending_rule(timezone.localdate()).retry_minutes:
        with pytest.raises(TryAgain) as later:
            jobs.deliver(**job.args)
        again = jobs.Patient().get_retry_decision(exception=later.value, job=queue_job())
        assert again.retry_at == later.value.at > timezone.now()
        at(later.value.at)
    jobs.deliver(**job.args)

    delivery.refresh_from_db()
    assert (delivery.state, delivery.why) == ("failed", "unreachable")
    office = as_user(reachable.city_officer)
    assert "郑承办" in page_text(office.get(reverse("undelivered")))
    assert acted.number in page_text(as_user(reachable.handler).get(reverse("inbox")))
    assert list(Event.objects.filter(stream=acted.stream).values_list("kind", "entry_hash")) == events

    with mail_server(settings) as keeper:
        office.post(reverse("undelivered"), {"pk": [delivery.pk], "act": "retry"})
        jobs.deliver(**job.args)
        jobs.deliver(**job.args)
    assert [mail["To"] for mail in keeper.got] == ["handler@example.org"]
    assert "消息均已送达" in page_text(office.get(reverse("undelivered")))


def queue_job() -> Job:
    return Job(id=1, queue=jobs.QUEUE, lock=None, queueing_lock=None, task_name="deliver")


def test_whatever_else_goes_wrong_is_left_to_the_sweep():
    assert jobs.Patient().get_retry_decision(exception=OSError(), job=queue_job()) is None
