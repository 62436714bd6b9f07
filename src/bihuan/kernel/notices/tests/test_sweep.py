from datetime import timedelta

import pytest
from django.db import DatabaseError, transaction
from django.utils import timezone
from procrastinate.contrib.django.models import ProcrastinateJob

from bihuan.kernel.notices.actions import notify
from bihuan.kernel.notices.actions.deliver import STALE, claim, deliver_one
from bihuan.kernel.notices.actions.sweep import sweep
from bihuan.kernel.notices.models import Delivery

pytestmark = pytest.mark.django_db


@pytest.fixture
def delivery(reachable, tell, at):
    (row,) = tell(reachable.handler)
    return row


@pytest.fixture
def later(at):
    def go(by: timedelta = STALE + timedelta(minutes=1)) -> None:
        at(timezone.now() + by)

    return go


def test_a_row_is_claimed_once(delivery):
    assert claim([delivery]) == [delivery]
    assert claim([delivery]) == []


def test_what_a_killed_worker_was_sending_is_a_doubt_and_not_repeated(delivery, later, mailoutbox):
    claim([delivery])
    sweep()
    delivery.refresh_from_db()
    assert delivery.state == "sending"
    later()
    sweep()
    delivery.refresh_from_db()
    assert (delivery.state, delivery.why) == ("doubtful", "interrupted")
    deliver_one(delivery.pk)
    assert mailoutbox == []


def test_a_message_whose_job_was_lost_is_taken_up(reachable, at, later):
    notify([reachable.handler], cause="lost", template="test.said", params={"word": "x"})
    later()
    sweep()
    assert Delivery.objects.filter(notice__cause="lost").count() == 1


def test_a_delivery_whose_job_was_lost_is_taken_up_once(delivery, later):
    before = ProcrastinateJob.objects.filter(task_name__endswith="deliver_together").count()
    later()
    sweep()
    sweep()
    assert ProcrastinateJob.objects.filter(task_name__endswith="deliver_together").count() == before + 1


@pytest.mark.parametrize("state", ["sent", "failed", "doubtful"])
def test_the_database_lets_no_row_jump(delivery, state):
    """Only a claimed row can have been sent, also for somebody who writes SQL."""
    with pytest.raises(DatabaseError), transaction.atomic():
        Delivery.objects.filter(pk=delivery.pk).update(state=state)


def test_what_was_sent_stays_sent(delivery):
    claim([delivery])
    Delivery.objects.filter(pk=delivery.pk).update(state="sent")
    with pytest.raises(DatabaseError), transaction.atomic():
        Delivery.objects.filter(pk=delivery.pk).update(state="waiting")
