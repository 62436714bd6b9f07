"""What the pages of the ledger show."""

import json
from dataclasses import dataclass
from typing import Any

from django.db.models import Prefetch, QuerySet

from bihuan.kernel.errors import BihuanError
from bihuan.kernel.figures.queries import city_path
from bihuan.kernel.ledger.access import may_read
from bihuan.kernel.ledger.models import Checkpoint, Event, Posting, Unsealed
from bihuan.kernel.ledger.queries.proving import NotSealed, prove
from bihuan.kernel.ledger.queries.tree import Tree
from bihuan.kernel.ledger.rules import merkle, proofs
from bihuan.kernel.people.access import post_for


@dataclass(frozen=True)
class Proved:
    """An event with its proof; without one, `fault` says why."""

    event: Event
    proof: dict[str, Any] | None
    fault: Any
    waiting: bool = False

    @property
    def problem(self) -> str:
        """The key of the problem that the event is about; empty where it is about something else."""
        word, _colon, key = self.event.stream.partition(":")
        return key if word == "problem" and key.isdecimal() else ""

    @property
    def payload_hash(self) -> str:
        return bytes(self.event.payload_hash).hex()

    @property
    def entry_hash(self) -> str:
        return bytes(self.event.entry_hash).hex()

    @property
    def content(self) -> str:
        return json.dumps(self.event.payload, ensure_ascii=False, indent=2)


def may_audit(user: Any) -> bool:
    return post_for(user, "ledger.audit", path=city_path()) is not None


def find_event(user: Any, pk: int) -> Event | None:
    """An event of something that the user may read; whoever audits the ledger may read all."""
    event = Event.objects.filter(pk=pk).first()
    if event is None or not (may_audit(user) or may_read(user, event.stream)):
        return None
    return event


def proved(event: Event) -> Proved:
    try:
        made = prove(event)
    except NotSealed as reason:
        return Proved(event, None, reason, waiting=Unsealed.objects.filter(event_id=event.pk).exists())
    except BihuanError as reason:
        return Proved(event, None, reason)
    return Proved(event, made, proofs.check(made).fault)


def checkpoints() -> "QuerySet[Checkpoint]":
    return Checkpoint.objects.prefetch_related(Prefetch("postings", Posting.objects.order_by("pk")))


def continues(newer: Checkpoint) -> tuple[Checkpoint, bool] | None:
    """The checkpoint before this one, and whether the kept tree shows that this one continues it."""
    older = (
        Checkpoint.objects.filter(algorithm=newer.algorithm, size__lt=newer.size).order_by("-size").first()
    )
    if older is None:
        return None
    try:
        path = Tree(newer.algorithm).consistency(older.size, newer.size)
    except BihuanError:
        return older, False
    ends = {"old": (older.size, bytes(older.root)), "new": (newer.size, bytes(newer.root))}
    return older, merkle.is_consistent(path, **ends, algorithm=newer.algorithm)
