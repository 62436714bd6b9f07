"""From a notice to its deliveries: which ways, and when."""

from datetime import datetime

from django.db import transaction
from django.utils import timezone

from bihuan.kernel.calendar.queries import load_calendar
from bihuan.kernel.notices.channels import CHANNELS, ways_to
from bihuan.kernel.notices.models import Delivery, Notice
from bihuan.kernel.notices.queries import hours_on, is_urgent
from bihuan.kernel.notices.rules.timing import send_after
from bihuan.kernel.notices.scheduling import later


def dispatch(cause: str) -> None:
    """Choose ways and moments for each notice of a cause that has none yet; safe to repeat."""
    for notice in Notice.objects.filter(cause=cause, dispatched=False).select_related("recipient", "robot"):
        _send_out(notice)


@transaction.atomic
def _send_out(notice: Notice) -> None:
    if not Notice.objects.filter(pk=notice.pk, dispatched=False).update(dispatched=True):
        return  # another worker was faster
    now = timezone.localtime()
    for name in ways_to(notice):
        moment = _moment(notice, name, now)
        delivery, made = Delivery.objects.get_or_create(
            notice=notice, channel=name, defaults={"send_after": moment}
        )
        if made and moment <= now:
            later("deliver", delivery=delivery.pk)
        elif made:
            later_together(delivery)


def _moment(notice: Notice, channel: str, now: datetime) -> datetime:
    return send_after(
        now,
        urgent=is_urgent(notice.template, now.date()),
        rhythm=CHANNELS[channel].rhythm(notice.reader),
        hours=hours_on(now.date()),
        calendar=load_calendar(),
    )


def later_together(delivery: Delivery) -> None:
    """Queue the sending of everything that waits for the same reader at the same moment, once."""
    notice = delivery.notice
    reader = {"recipient": notice.recipient_id, "robot": notice.robot_id}
    at = delivery.send_after
    name = f"{delivery.channel}:{notice.recipient_id or ''}:{notice.robot_id or ''}:{at.timestamp():.0f}"
    later("deliver_together", at=at, once=name, channel=delivery.channel, **reader)
