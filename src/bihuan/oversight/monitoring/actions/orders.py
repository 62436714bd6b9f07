"""Orders to devices: given by a named user or by the house itself, taken back while they wait.

An order waits in the database; the gateway that holds the device's connection is told of it when the
transaction commits, sends it and notes what the device answers (see `actions/answers.py`).
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from bihuan.kernel.errors import Refused
from bihuan.kernel.ledger.actions import append
from bihuan.kernel.ledger.rules import SYSTEM
from bihuan.kernel.people.access import post_for, require
from bihuan.oversight.enterprises.public import Logger
from bihuan.oversight.monitoring.models import Gap, Order
from bihuan.oversight.monitoring.permissions import ORDER
from bihuan.oversight.monitoring.queries.keeping import numbers_on
from bihuan.oversight.monitoring.rules.commands import checked
from bihuan.oversight.monitoring.rules.frame.times import write_time

CHANNEL = "bihuan_orders"
SOURCE_SYSTEM = "32"  # what an order to a logger without an outlet says as its system


def may_order(logger: Logger, user: Any) -> bool:
    return post_for(user, ORDER, path=logger.jurisdiction_path) is not None


@transaction.atomic
def order(
    logger: Logger,
    *,
    by: Any,
    command: int,
    parameters: Mapping[str, str] | None = None,
    reason: str = "",
    gap: Gap | None = None,
    at: datetime | None = None,
) -> Order:
    """Tell a device to do something (`rules.commands.COMMANDS`); `by` None is the house itself.

    Raises Forbidden, what `rules.commands.checked` raises, and Refused without a reason or for a logger that
    no longer stands. Times are written as the device writes them, `YYYYMMDDhhmmss` in Beijing time.
    """
    actor = SYSTEM if by is None else require(by, ORDER, path=logger.jurisdiction_path)
    asked = checked(command, parameters or {}, edition=logger.edition)
    now = at or timezone.now()
    if not reason.strip():
        raise Refused(reason=_("An order to a device needs a reason in words."))
    if now < logger.valid_from or (logger.valid_to is not None and logger.valid_to <= now):
        raise Refused(reason=_("This device number is not in use now."))
    waits = timedelta(hours=numbers_on(timezone.localdate(now))["order_limit"])
    made: Order = Order.objects.create(
        logger=logger.pk,
        mn=logger.mn,
        system=_system_of(logger),
        command=command,
        parameters=[list(pair) for pair in asked.fields],
        by=by,
        reason=reason,
        not_after=now + waits,
        gap=gap,
    )
    payload = {"order": made.pk, "command": command, "parameters": dict(asked.fields)}
    if gap is not None:
        payload["gap"] = gap.pk
    append(made.stream, "order.given", by=actor, payload=payload, reason=reason, at=at)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_notify(%s, %s)", [CHANNEL, logger.mn])
    return made


@transaction.atomic
def withdraw(waiting: Order, *, by: Any, reason: str) -> Order:
    """Take back an order that no gateway has sent yet."""
    logger = Logger.objects.get(pk=waiting.logger)
    actor = require(by, ORDER, path=logger.jurisdiction_path)
    locked: Order = Order.objects.select_for_update().get(pk=waiting.pk)
    if locked.state != Order.State.WAITING:
        raise Refused(reason=_("The device has this order already; it can't be taken back."))
    if not reason.strip():
        raise Refused(reason=_("A reason in words is required."))
    locked.state, locked.ended_at = Order.State.WITHDRAWN, timezone.now()
    locked.save(update_fields=["state", "ended_at"])
    append(locked.stream, "order.withdrawn", by=actor, payload={"order": locked.pk}, reason=reason)
    return locked


@transaction.atomic
def order_missing(gap: Gap) -> Order:
    """Ask a device for the records of a gap, as the house itself; the gap counts how often."""
    locked: Gap = Gap.objects.select_for_update().get(pk=gap.pk)
    span = {"BeginTime": write_time(locked.begin), "EndTime": write_time(locked.end)}
    logger = Logger.objects.get(pk=locked.logger)
    made = order(
        logger, by=None, command=locked.command, parameters=span, reason=_("records are missing"), gap=locked
    )
    locked.asked += 1
    locked.save(update_fields=["asked"])
    return made


def _system_of(logger: Logger) -> str:
    """The system code ST of what the device measures: a request carries it, too (HJ 212-2017 C.1)."""
    bound = logger.bindings.select_related("outlet").first()
    if bound is None:
        return SOURCE_SYSTEM
    return str(bound.system_code or bound.outlet.system_code or SOURCE_SYSTEM)[:2]
