from datetime import datetime

import pytest
from django.utils import timezone
from procrastinate.contrib.django.models import ProcrastinateJob

from bihuan.kernel.notices.actions.dispatch import dispatch
from bihuan.kernel.notices.actions.preferences import choose
from bihuan.kernel.notices.actions.rules import add_kind_rule
from bihuan.kernel.notices.models import Delivery, Notice, SendingRule
from bihuan.kernel.notices.queries import NoSendingRule, hours_on

pytestmark = pytest.mark.django_db
NIGHT = datetime(2026, 3, 11, 22, 0)
MORNING = datetime(2026, 3, 12, 9, 0)


def queued() -> list[tuple[str, datetime | None]]:
    jobs = (
        ProcrastinateJob.objects.filter(status="todo").exclude(task_name__endswith="dispatch").order_by("id")
    )
    return [
        (job.task_name.rsplit(".", 1)[-1], job.scheduled_at and timezone.make_naive(job.scheduled_at))
        for job in jobs
    ]


def test_in_working_hours_a_mail_goes_at_once(reachable, tell, at):
    (delivery,) = tell(reachable.handler)
    assert (delivery.channel, delivery.state) == ("email", "waiting")
    assert queued() == [("deliver", None)]


def test_at_night_all_that_waits_for_one_reader_is_one_job(reachable, tell, at):
    at(NIGHT)
    deliveries = [*tell(reachable.handler), *tell(reachable.handler, cause="thing#2")]
    assert {timezone.make_naive(row.send_after) for row in deliveries} == {MORNING}
    assert queued() == [("deliver_together", MORNING)]


def test_an_urgent_kind_goes_at_night(reachable, tell, at):
    add_kind_rule(
        by=reachable.city_officer,
        template="test.said",
        urgent=True,
        valid_from=timezone.localdate(),
        source="the office",
        ours=True,
    )
    at(NIGHT)
    tell(reachable.handler)
    assert queued() == [("deliver", None)]


def test_who_wants_a_digest_waits_for_it(reachable, tell, at):
    choose(reachable.handler, email="digest")
    tell(reachable.handler)
    assert queued() == [("deliver_together", MORNING)]


def test_who_wants_no_mail_has_the_inbox(reachable, tell, at):
    choose(reachable.handler, email="off")
    assert tell(reachable.handler) == []
    assert Notice.objects.filter(recipient=reachable.handler, dispatched=True).count() == 1


def test_nobody_is_mailed_without_an_address_an_account_or_a_server(reachable, tell, at, settings):
    assert tell(reachable.acceptor) == []
    settings.EMAIL_BACKEND = "django.core.mail.backends.dummy.EmailBackend"
    assert tell(reachable.handler, cause="thing#2") == []
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    reachable.handler.is_active = False
    reachable.handler.save(update_fields=["is_active"])
    assert tell(reachable.handler, cause="thing#3") == []


def test_the_group_of_the_unit_hears_too_and_once(reachable, robot, tell, at):
    made = robot("wecom")
    units = [reachable.bureau.pk, reachable.bureau.pk, reachable.enterprise.pk]
    deliveries = tell(reachable.handler, units=units)
    assert [(row.channel, str(row.notice.reader)) for row in deliveries] == [
        ("email", "郑承办"),
        ("wecom", str(made)),
    ]
    assert tell(reachable.handler, units=units) == deliveries


def test_a_robot_put_away_hears_nothing(world, robot, tell, at):
    robot("wecom", is_active=False)
    assert tell(world.handler, units=[world.bureau.pk]) == []


def test_dispatching_twice_makes_nothing_twice(reachable, tell, at):
    tell(reachable.handler)
    dispatch("thing#1")
    assert Delivery.objects.count() == 1
    assert len(queued()) == 1


def test_without_a_rule_nothing_goes_out_silently(reachable, tell, at):
    SendingRule.objects.all().delete()
    with pytest.raises(NoSendingRule):
        tell(reachable.handler)
    assert Notice.objects.filter(dispatched=False).count() == 1
    assert "2026-03-11" in str(NoSendingRule(day="2026-03-11"))


def test_the_hours_come_from_the_version_in_force(world, at):
    rule = SendingRule.objects.get()
    rule.pk, rule.valid_from, rule.digest_at = (
        None,
        datetime(2026, 4, 1).date(),
        datetime(2026, 1, 1, 16).time(),
    )
    rule.save()
    assert hours_on(datetime(2026, 3, 31).date()).digest_at.hour == 9
    assert hours_on(datetime(2026, 4, 1).date()).digest_at.hour == 16
