"""Sending anchors outside: one row per checkpoint and address, kept until it has arrived."""

from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from bihuan.kernel.ledger.actions.sealing import make_checkpoint
from bihuan.kernel.ledger.models import Checkpoint, Posting
from bihuan.kernel.ledger.queries.tree import Tree
from bihuan.kernel.ledger.ways import way_to


def address_anchors() -> list[Posting]:
    """Seal, and write down for each configured address that the newest anchor is to go there."""
    checkpoint = make_checkpoint()
    if checkpoint is None:
        return []
    made = [
        Posting.objects.get_or_create(checkpoint=checkpoint, address=address)[0]
        for address in settings.BIHUAN_ANCHOR_TO
    ]
    return [posting for posting in made if posting.sent_at is None]


def post(posting: Posting) -> None:
    """Try once to send it; an error is kept with the posting and raised so that the queue tries again."""
    posting.attempts += 1
    try:
        way_to(posting.address).send(posting.address, letter(posting))
    except OSError as error:
        posting.last_error = str(error)
        posting.save(update_fields=["attempts", "last_error"])
        raise
    posting.sent_at, posting.last_error = timezone.now(), ""
    posting.save(update_fields=["attempts", "sent_at", "last_error"])


@transaction.atomic
def letter(posting: Posting) -> dict[str, Any]:
    """The anchor, with the proof that it continues the last one that reached this address."""
    anchor = posting.checkpoint.anchor
    said: dict[str, Any] = {"line": anchor.line, "anchor": anchor.as_json(), "continues": None}
    before = (
        Checkpoint.objects.filter(
            algorithm=anchor.algorithm,
            size__lt=anchor.size,
            postings__address=posting.address,
            postings__sent_at__isnull=False,
        )
        .order_by("-size")
        .first()
    )
    if before is not None:
        path = Tree(anchor.algorithm).consistency(before.size, anchor.size)
        said["continues"] = {"line": before.anchor.line, "path": [step.hex() for step in path]}
    return said
