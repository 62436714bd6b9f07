"""How far an order has come: sent, accepted, done or not, as the gateway hears it from the device.

The house is the actor of all of these; what ended is written in the ledger, with the device's own code.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from bihuan.kernel.ledger.actions import append
from bihuan.kernel.ledger.rules import SYSTEM
from bihuan.oversight.enterprises.public import Logger
from bihuan.oversight.monitoring.actions.orders import order, order_missing
from bihuan.oversight.monitoring.models import Gap, Order
from bihuan.oversight.monitoring.queries.gaps import is_filled
from bihuan.oversight.monitoring.queries.keeping import numbers_on
from bihuan.oversight.monitoring.rules.commands import EXECUTED, NO_DATA, READY, SET_CLOCK
from bihuan.oversight.monitoring.rules.frame.times import request_number

State = Order.State
UNDER_WAY = (State.SENT, State.ACCEPTED)


def waiting_orders(now: datetime) -> "QuerySet[Order]":
    """What may be sent now, the oldest first."""
    found: QuerySet[Order] = Order.objects.filter(state=State.WAITING, not_after__gt=now).order_by("made_at")
    return found


def begin(waiting: Order, *, at: datetime) -> Order | None:
    """Take an order for sending; None when another process has it or the device is still at another one."""
    try:
        with transaction.atomic():
            locked: Order | None = (
                Order.objects.select_for_update(skip_locked=True)
                .filter(pk=waiting.pk, state=State.WAITING)
                .first()
            )
            if locked is None:
                return None
            locked.state, locked.sent_at, locked.tries = State.SENT, at, 1
            locked.request_number = request_number(at)
            locked.save(update_fields=["state", "sent_at", "tries", "request_number"])
            return locked
    except IntegrityError:  # one under way at a time
        return None


def sent_again(pk: int, *, tries: int) -> None:
    Order.objects.filter(pk=pk, state=State.SENT).update(tries=tries)


@transaction.atomic
def accepted(pk: int, *, code: int) -> bool:
    """The device has answered 9011; whether it goes on from there."""
    found = _under_way(pk)
    if found is None:
        return False
    found.accepted_code = code
    if code != READY:
        _end(found, State.REFUSED)
        return False
    found.state = State.ACCEPTED
    found.save(update_fields=["state", "accepted_code"])
    return True


@transaction.atomic
def told(pk: int, *, fields: Sequence[tuple[str, str]]) -> None:
    """The device sent what was asked for under the request's own number."""
    found = _under_way(pk)
    if found is not None:
        found.answer = [*found.answer, *([name, text] for name, text in fields)]
        found.save(update_fields=["answer"])


@transaction.atomic
def finished(pk: int, *, code: int) -> None:
    """The device has answered 9012, or 9013 to what wants no more."""
    found = _under_way(pk)
    if found is not None:
        found.result_code = code
        _end(found, State.DONE if code in (EXECUTED, NO_DATA) else State.FAILED)


@transaction.atomic
def silent(pk: int) -> None:
    """The device did not answer in its time."""
    found = _under_way(pk)
    if found is not None:
        _end(found, State.SILENT)


def expire(now: datetime, *, longest: timedelta) -> int:
    """End what waited too long for its device, and what a gateway had sent that is gone itself."""
    old = Q(state=State.WAITING, not_after__lte=now) | Q(state__in=UNDER_WAY, sent_at__lte=now - longest)
    ended = 0
    with transaction.atomic():
        for found in Order.objects.select_for_update(skip_locked=True).filter(old):
            _end(found, State.SILENT)
            ended += 1
    return ended


def set_clock_of(logger: Logger, *, instrument: str = "") -> Order | None:
    """A device has asked for the time (1013): it is told by 1012, once at a time (HJ 212-2017 6.6.6)."""
    if Order.objects.filter(mn=logger.mn, command=SET_CLOCK, state__in=Order.OPEN).exists():
        return None
    said = {"PolId": instrument} if instrument else {}
    return order(
        logger, by=None, command=SET_CLOCK, parameters=said, reason=_("the device asked for the time")
    )


def ask_for_gaps(mns: set[str], *, most: int) -> int:
    """Ask the devices with these numbers for what is missing, one request at a time, the newest gap first."""
    busy = set(Order.objects.filter(state__in=Order.OPEN).values_list("mn", flat=True))
    asked = 0
    for gap in Gap.objects.filter(state=Gap.State.OPEN, asked__lt=most, mn__in=mns - busy).order_by("-begin"):
        if gap.mn not in busy:
            busy.add(gap.mn)
            order_missing(gap)
            asked += 1
    return asked


def _under_way(pk: int) -> Order | None:
    found: Order | None = Order.objects.select_for_update().filter(pk=pk, state__in=UNDER_WAY).first()
    return found


def _end(found: Order, state: str) -> None:
    found.state, found.ended_at = state, timezone.now()
    found.save(update_fields=["state", "ended_at", "accepted_code", "result_code"])
    payload: dict[str, Any] = {"order": found.pk, "state": str(state), "tries": found.tries}
    payload |= {
        name: code
        for name, code in (("accepted", found.accepted_code), ("result", found.result_code))
        if code is not None
    }
    append(found.stream, "order.ended", by=SYSTEM, payload=payload)
    if found.gap_id is not None:
        _settle_gap(found.gap_id, found.result_code)


def _settle_gap(pk: int, result: int | None) -> None:
    gap: Gap = Gap.objects.select_for_update().get(pk=pk)
    most = numbers_on(timezone.localdate())["gap_requests"]
    if gap.state != Gap.State.OPEN:
        return
    if is_filled(gap):
        gap.state = Gap.State.FILLED
    elif result == NO_DATA:
        gap.state = Gap.State.NO_DATA
    elif gap.asked >= most:
        gap.state = Gap.State.GIVEN_UP
    else:
        return
    gap.closed_at = timezone.now()
    gap.save(update_fields=["state", "closed_at"])
