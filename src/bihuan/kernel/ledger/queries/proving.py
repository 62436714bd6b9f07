"""Proofs of single events, made from the kept tree."""

from typing import Any

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from bihuan.kernel.errors import Unusable
from bihuan.kernel.ledger.actions.events import sealed_content
from bihuan.kernel.ledger.models import Checkpoint, Event, Leaf
from bihuan.kernel.ledger.queries.tree import Tree
from bihuan.kernel.ledger.rules import proofs
from bihuan.kernel.ledger.rules.anchors import Anchor


class NoSuchEvent(Unusable):
    message = _("There is no event “%(name)s”; name it by stream and number, such as problem:12#3.")


class NotSealed(Unusable):
    message = _("The event %(event)s has not been sealed yet; it will be with the next checkpoint.")


class SealedLater(Unusable):
    message = _("The event %(event)s was sealed after the anchor you hold.")


def event_named(name: str) -> Event:
    """The event `stream#seq`; raises NoSuchEvent."""
    stream, _mark, seq = name.rpartition("#")
    found = Event.objects.filter(stream=stream, seq=int(seq)).first() if seq.isdecimal() else None
    if found is None:
        raise NoSuchEvent(name=name)
    return found


def prove(event: Event, *, held: Anchor | None = None) -> dict[str, Any]:
    """The proof of `rules.proofs`, up to the newest checkpoint or to the size of the anchor held.

    Raises NotSealed, SealedLater, or BrokenTree where the kept tree has holes.
    """
    position = Leaf.objects.filter(event_id=event.pk).values_list("position", flat=True).first()
    anchor = held or newest_anchor()
    if position is None or anchor is None:
        raise NotSealed(event=f"{event.stream}#{event.seq}")
    if position >= anchor.size:
        raise (SealedLater if held else NotSealed)(event=f"{event.stream}#{event.seq}")
    path = Tree(anchor.algorithm).inclusion(position, anchor.size)
    return proofs.written(written_event(event), position=position, path=path, anchor=anchor)


def newest_anchor() -> Anchor | None:
    """By the hash that is configured now."""
    last = Checkpoint.objects.filter(algorithm=settings.BIHUAN_LEDGER_HASH).order_by("-size").first()
    return last.anchor if last else None


def written_event(event: Event) -> dict[str, Any]:
    """An event as a proof carries it."""
    return {
        "content": sealed_content(event),
        "seq": event.seq,
        "algorithm": event.algorithm,
        "payload_hash": bytes(event.payload_hash).hex(),
        "previous_hash": bytes(event.previous_hash).hex(),
        "entry_hash": bytes(event.entry_hash).hex(),
    }
