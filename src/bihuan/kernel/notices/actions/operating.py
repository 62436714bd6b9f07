"""What a person decides about messages that did not arrive."""

from collections.abc import Iterable
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from bihuan.kernel.errors import Refused
from bihuan.kernel.ledger.actions import append
from bihuan.kernel.ledger.rules import Actor
from bihuan.kernel.notices.models import Delivery
from bihuan.kernel.notices.scheduling import later
from bihuan.kernel.people.access import require

State = Delivery.State


@transaction.atomic
def retry(pks: Iterable[int], *, by: Any) -> int:
    """Send again what failed; whether what perhaps arrived may arrive twice is the person's decision."""
    actor = require(by, "notice.operate")
    rows = _locked(pks)
    for row in rows:
        _decide(row, State.WAITING, event="delivery.retried", actor=actor)
        later("deliver", delivery=row.pk)
    return len(rows)


@transaction.atomic
def give_up(pks: Iterable[int], *, by: Any, reason: str) -> int:
    """Leave it: the message stays in the inbox, and nobody tries this way again."""
    actor = require(by, "notice.operate")
    if not reason.strip():
        raise Refused(reason=_("Say why the messages are given up."))
    rows = _locked(pks)
    for row in rows:
        _decide(row, State.GIVEN_UP, event="delivery.given_up", actor=actor, reason=reason.strip())
    return len(rows)


def _locked(pks: Iterable[int]) -> list[Delivery]:
    rows = Delivery.objects.select_for_update(of=("self",)).select_related("notice")
    return list(rows.filter(pk__in=list(pks), state__in=Delivery.STUCK).order_by("pk"))


def _decide(row: Delivery, state: str, *, event: str, actor: Actor, reason: str = "") -> None:
    payload = {"cause": row.notice.cause, "channel": row.channel, "was": row.state, "why": row.why}
    row.state, row.send_after = state, timezone.now()
    row.save(update_fields=["state", "send_after", "changed_at"])
    append(f"delivery:{row.pk}", event, by=actor, payload=payload, reason=reason)
