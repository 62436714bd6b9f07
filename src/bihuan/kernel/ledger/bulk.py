"""Whole chains at once, for records that are made by rule: a demo city, a benchmark."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from bihuan.kernel.ledger.actions import seal
from bihuan.kernel.ledger.models import Event, Stream
from bihuan.kernel.ledger.rules import GENESIS, Actor


@dataclass(frozen=True)
class Draft:
    """An event that has no place in a chain yet."""

    kind: str
    by: Actor
    at: datetime
    payload: Mapping[str, Any] = field(default_factory=dict)
    evidence: tuple[str, ...] = ()
    rule_version: str = ""


def chain(stream: str, drafts: Iterable[Draft], *, recorded_at: datetime) -> tuple[list[Event], Stream]:
    """The sealed events of a new stream and its head, none of them saved."""
    head = Stream(name=stream, seq=0, head=GENESIS)
    events = []
    for draft in drafts:
        event = Event(
            stream=stream,
            seq=head.seq + 1,
            kind=draft.kind,
            occurred_at=draft.at,
            recorded_at=recorded_at,
            actor=draft.by.id,
            actor_name=draft.by.name,
            role=draft.by.role,
            payload=dict(draft.payload),
            evidence=sorted(draft.evidence),
            rule_version=draft.rule_version,
            previous_hash=bytes(head.head),
        )
        seal(event)
        head.seq, head.head = event.seq, event.entry_hash
        events.append(event)
    return events, head
