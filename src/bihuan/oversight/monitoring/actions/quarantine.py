"""Settling frames that were set aside: running them once more, or discarding them; either way they stay."""

from datetime import timedelta
from typing import Any

from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from bihuan.kernel.errors import Refused
from bihuan.kernel.ledger.actions import append
from bihuan.kernel.people.access import post_for, require
from bihuan.oversight.enterprises.public import LoggerView, factor_table, logger_at
from bihuan.oversight.monitoring.gateway.intake import Bounds, Receipt, take
from bihuan.oversight.monitoring.models import Origin, QuarantinedFrame
from bihuan.oversight.monitoring.permissions import QUARANTINE
from bihuan.oversight.monitoring.queries.keeping import numbers_on
from bihuan.oversight.monitoring.rules.frame.decode import decode_all
from bihuan.oversight.monitoring.rules.frame.types import Frame
from bihuan.oversight.monitoring.store.layouts import LayoutBook
from bihuan.oversight.monitoring.store.writing import Batch, Store

State = QuarantinedFrame.State


def may_settle(user: Any) -> bool:
    return post_for(user, QUARANTINE) is not None


@transaction.atomic
def replay(kept: QuarantinedFrame, *, by: Any, reason: str = "") -> QuarantinedFrame:
    """Run a frame once more with what is known now; its data are marked as replayed.

    Raises Refused with the reason when it still can't be stored; nothing is changed then.
    """
    actor = require(by, QUARANTINE)
    locked = _waiting(kept)
    written = _store(locked)
    return _settle(locked, State.REPLAYED, by=by, actor=actor, reason=reason, payload={"stored": written})


@transaction.atomic
def replay_device(mn: str, *, by: Any, reason: str = "") -> tuple[int, int]:
    """Run all waiting frames of a device once more; gives how many were stored and how many not."""
    require(by, QUARANTINE)
    stored = refused = 0
    for kept in QuarantinedFrame.objects.filter(mn=mn, state=State.WAITING).order_by("received_at", "pk"):
        try:
            replay(kept, by=by, reason=reason)
            stored += 1
        except Refused:
            refused += 1
    return stored, refused


@transaction.atomic
def discard(kept: QuarantinedFrame, *, by: Any, reason: str) -> QuarantinedFrame:
    """Say that a frame holds nothing to be stored. It stays in the list of what was discarded."""
    actor = require(by, QUARANTINE)
    locked = _waiting(kept)
    if not reason.strip():
        raise Refused(reason=_("A reason in words is required."))
    return _settle(locked, State.DISCARDED, by=by, actor=actor, reason=reason, payload={})


def _waiting(kept: QuarantinedFrame) -> QuarantinedFrame:
    locked: QuarantinedFrame = QuarantinedFrame.objects.select_for_update().get(pk=kept.pk)
    if locked.state != State.WAITING:
        raise Refused(reason=_("This frame has been settled already."))
    return locked


def _store(kept: QuarantinedFrame) -> int:
    """Store what the frame holds; gives how many messages of it were new."""
    today = numbers_on(timezone.localdate())
    bounds = Bounds(timedelta(seconds=today["future_tolerance"]), past=None)
    host = kept.peer.rpartition(":")[0] or kept.peer
    receipt = Receipt(kept.received_at, host, kept.peer, Origin.REPLAYED)
    later = receipt._replace(at=max(timezone.now(), kept.received_at))
    batch = Batch()
    for frame, view in _frames(kept):
        taken = take(frame, view, later, bounds)
        if taken.quarantined is not None:
            why = str(QuarantinedFrame.Reason(taken.quarantined.reason).label)
            raise Refused(reason=_("It still can't be stored: %(reason)s.") % {"reason": why})
        taken.add_to(batch)
    if not len(batch):
        raise Refused(reason=_("It holds nothing that could be stored."))
    connection.ensure_connection()
    return Store(connection.connection, LayoutBook(factor_table())).write(batch).written


def _frames(kept: QuarantinedFrame) -> list[tuple[Frame, LoggerView | None]]:
    """The frames in the bytes, each with the logger that carried its number when it was received, or now."""
    found = []
    for frame in decode_all(bytes(kept.raw)):
        mn = frame.head.get("MN", "")
        view = logger_at(mn, kept.received_at) or logger_at(mn, timezone.now())
        if view is not None and view.sealed_key:
            frame = next(iter(decode_all(frame.raw, key=view.sm4_key)), frame)
        found.append((frame, view))
    return found


def _settle(
    kept: QuarantinedFrame, state: str, *, by: Any, actor: Any, reason: str, payload: dict[str, Any]
) -> QuarantinedFrame:
    kept.state, kept.settled_at, kept.settled_by, kept.settled_because = (
        state,
        timezone.now(),
        by,
        reason[:200],
    )
    kept.save(update_fields=["state", "settled_at", "settled_by", "settled_because"])
    said = {"mn": kept.mn, "because": kept.reason, "digest": bytes(kept.digest).hex(), **payload}
    append(f"quarantine:{kept.pk}", f"quarantine.{state}", by=actor, payload=said, reason=reason)
    return kept
