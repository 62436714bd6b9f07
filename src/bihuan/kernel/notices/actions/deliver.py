"""Claim, send, write down. A row is claimed before anything leaves the house, so no two workers send it,
and a worker that dies while sending leaves a doubt for a person to decide, never a second message."""

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db.models import F, QuerySet
from django.utils import timezone, translation
from django.utils.translation import ngettext

from bihuan.kernel.notices.channels import CHANNELS, NotDelivered
from bihuan.kernel.notices.models import Delivery, Notice
from bihuan.kernel.notices.queries import sending_rule
from bihuan.kernel.notices.rules.robots import Verdict
from bihuan.kernel.notices.rules.wording import Message, parcels

State = Delivery.State
STALE = timedelta(minutes=10)


class TryAgain(Exception):
    """Some of the deliveries wait for another attempt at `at`."""

    def __init__(self, at: datetime) -> None:
        super().__init__(at)
        self.at = at


def deliver_one(pk: int) -> None:
    """Send one delivery if it still waits; raises TryAgain when a later attempt is due."""
    _deliver(Delivery.objects.filter(pk=pk))


def deliver_together(channel: str, *, recipient: int | None, robot: int | None) -> None:
    """Send all that waits for one reader and is due, in as few messages as its channel takes."""
    reader = {"notice__recipient": recipient, "notice__robot": robot}
    _deliver(Delivery.objects.filter(channel=channel, send_after__lte=timezone.now(), **reader))


def _deliver(chosen: "QuerySet[Delivery]") -> None:
    waiting = chosen.filter(state=State.WAITING).select_related("notice__recipient", "notice__robot")
    rows = list(waiting.order_by("pk"))
    if not rows:
        return
    first = rows[0].notice
    channel = CHANNELS[rows[0].channel]
    if not channel.reaches(first.reader):
        _set(rows, state=State.GIVEN_UP, why="no_way")
        return
    again: list[datetime] = []
    with translation.override(first.language):
        for part in _parts(rows, channel.limit):
            again += _send(claim(part))
    if again:
        raise TryAgain(min(again))


def _parts(rows: list[Delivery], limit: int) -> Iterator[list[Delivery]]:
    texts = [message_of(row.notice).text() for row in rows]
    start = 0
    for size, _text in parcels(texts, size=limit):
        yield rows[start : start + size]
        start += size


def message_of(notice: Notice) -> Message:
    """The notice in the language that is active; a group that isn't sent the text gets title and link."""
    body = notice.body if notice.robot is None or notice.robot.with_text else ""
    link = f"{settings.BIHUAN_URL}{notice.url}" if settings.BIHUAN_URL and notice.url else ""
    return Message(notice.title, body, link)


def claim(rows: Iterable[Delivery]) -> list[Delivery]:
    """Those of the rows that were still waiting, and are now this worker's to send."""
    now = timezone.now()
    return [
        row
        for row in rows
        if Delivery.objects.filter(pk=row.pk, state=State.WAITING).update(
            state=State.SENDING, attempts=F("attempts") + 1, changed_at=now
        )
    ]


def _send(rows: list[Delivery]) -> list[datetime]:
    """Send claimed rows as one message and write down how it went; the moments of new attempts."""
    if not rows:
        return []
    channel, reader = CHANNELS[rows[0].channel], rows[0].notice.reader
    messages = [message_of(row.notice) for row in rows]
    _size, text = next(parcels([one.text() for one in messages], size=channel.limit))
    try:
        channel.send(reader, subject=_subject(messages), text=text, number=rows[0].pk)
    except NotDelivered as failure:
        return [moment for row in rows for moment in _failed(row, failure)]
    _set(rows, state=State.SENT, sent_at=timezone.now(), why="", said="")
    return []


def _subject(messages: list[Message]) -> str:
    if len(messages) == 1:
        return messages[0].title
    found = ngettext("%(count)s message from Bihuan", "%(count)s messages from Bihuan", len(messages))
    return found % {"count": len(messages)}


def _failed(row: Delivery, failure: NotDelivered) -> Iterator[datetime]:
    """Write the failure down; yields the moment of the next attempt when there is to be one."""
    now = timezone.now()
    pauses = sending_rule(timezone.localdate(now)).retry_minutes
    made = row.attempts + 1
    fields: dict[str, Any] = {"why": failure.why, "said": failure.said}
    if failure.verdict is Verdict.AGAIN and made <= len(pauses):
        moment = now + timedelta(minutes=pauses[made - 1])
        _set([row], state=State.WAITING, send_after=moment, **fields)
        yield moment
    else:
        state = State.DOUBTFUL if failure.verdict is Verdict.DOUBTFUL else State.FAILED
        _set([row], state=state, **fields)


def _set(rows: Iterable[Delivery], **fields: Any) -> None:
    pks = [row.pk for row in rows]
    Delivery.objects.filter(pk__in=pks).update(changed_at=timezone.now(), **fields)
