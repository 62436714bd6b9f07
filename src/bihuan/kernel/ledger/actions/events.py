from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from bihuan.kernel.ledger import rules
from bihuan.kernel.ledger.models import Event, Stream


def append(
    stream: str,
    kind: str,
    *,
    by: rules.Actor,
    payload: Mapping[str, Any] | None = None,
    reason: str = "",
    evidence: Iterable[str] = (),
    rule_version: str = "",
    at: datetime | None = None,
) -> Event:
    """Write the next event of `stream`; call it inside the transaction of the change it records."""
    recorded_at = timezone.now()
    fields: dict[str, Any] = {
        "kind": kind,
        "occurred_at": at or recorded_at,
        "recorded_at": recorded_at,
        "actor": by.id,
        "actor_name": by.name,
        "role": by.role,
        "reason": reason,
        "payload": dict(payload or {}),
        "evidence": sorted(evidence),
        "rule_version": rule_version,
        "algorithm": settings.BIHUAN_LEDGER_HASH,
    }
    with transaction.atomic():
        head = _lock_head(stream)
        event = Event(stream=stream, seq=head.seq + 1, previous_hash=bytes(head.head), **fields)
        seal(event)
        event.save(force_insert=True)
        head.seq, head.head = event.seq, event.entry_hash
        head.save(update_fields=["seq", "head"])
    return event


def seal(event: Event) -> None:
    """Fill the hashes of an unsaved event from its other fields; raises NotCanonical."""
    event.payload_hash = rules.digest(rules.canonical(sealed_content(event)), event.algorithm)
    event.entry_hash = rules.entry_hash(
        bytes(event.previous_hash),
        seq=event.seq,
        payload_hash=event.payload_hash,
        algorithm=event.algorithm,
    )


def sealed_content(event: Event) -> dict[str, Any]:
    """Everything a reader is shown of the event, as it enters the hash."""
    return {
        "actor": event.actor,
        "actor_name": event.actor_name,
        "city": event.city,
        "evidence": list(event.evidence),
        "kind": event.kind,
        "occurred_at": rules.timestamp(event.occurred_at),
        "payload": event.payload,
        "reason": event.reason,
        "recorded_at": rules.timestamp(event.recorded_at),
        "role": event.role,
        "rule_version": event.rule_version,
        "stream": event.stream,
    }


def _lock_head(stream: str) -> Stream:
    head = Stream.objects.select_for_update().filter(name=stream).first()
    if head is None:
        Stream.objects.bulk_create([Stream(name=stream)], ignore_conflicts=True)
        head = Stream.objects.select_for_update().get(name=stream)
    return head
