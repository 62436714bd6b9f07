"""A proof that stands alone: an event as it was written, and its way up to an anchor. Pure.

What is hashed when: see chain.py and merkle.py. Nothing in the proof is believed but the anchor, and that one
only if the reader holds a copy from elsewhere.
"""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from bihuan.kernel.errors import BihuanError
from bihuan.kernel.ledger.rules import anchors, chain, merkle

FORMAT = "bihuan-ledger-proof/1"

CONTENT = _("The event's content doesn't have the hash that was sealed.")
ENTRY = _("The event's place in its stream doesn't have the hash that was sealed.")
TREE = _("The way up the tree doesn't lead to the anchor.")
OTHER = _("The proof leads to another anchor than the one you hold.")
UNREADABLE = _("This isn't a proof of the ledger, or it is incomplete.")


class Verdict(NamedTuple):
    """`fault` is empty when the proof holds; `anchor` is what the reader compares with their own copy."""

    fault: Promise | str
    anchor: anchors.Anchor | None


def written(
    event: Mapping[str, Any], *, position: int, path: Sequence[bytes], anchor: anchors.Anchor
) -> dict[str, Any]:
    """The proof as JSON. `event` holds content, algorithm, seq and the three hashes in hexadecimal."""
    return {
        "format": FORMAT,
        "event": dict(event),
        "position": position,
        "path": [step.hex() for step in path],
        "anchor": anchor.as_json(),
        "line": anchor.line,
    }


def check(proof: Any, *, held: anchors.Anchor | None = None) -> Verdict:
    """Recompute content, place and way up; with `held`, also that the anchor is the reader's own."""
    try:
        anchor = anchors.read_json(proof["anchor"])
        fault = _fault(proof, anchor)
    except (KeyError, TypeError, ValueError, BihuanError):
        return Verdict(UNREADABLE, None)
    if not fault and held is not None and not _same(anchor, held):
        fault = OTHER
    return Verdict(fault, anchor)


def _fault(proof: Mapping[str, Any], anchor: anchors.Anchor) -> Promise | str:
    event = proof["event"]
    algorithm, entry = event["algorithm"], bytes.fromhex(event["entry_hash"])
    if chain.payload_hash(event["content"], algorithm).hex() != event["payload_hash"]:
        return CONTENT
    computed = chain.entry_hash(
        bytes.fromhex(event["previous_hash"]),
        seq=event["seq"],
        payload_hash=bytes.fromhex(event["payload_hash"]),
        algorithm=algorithm,
    )
    if computed != entry:
        return ENTRY
    root = merkle.root_by_inclusion(
        merkle.leaf_hash(entry, anchor.algorithm),
        [bytes.fromhex(step) for step in proof["path"]],
        index=proof["position"],
        size=anchor.size,
        algorithm=anchor.algorithm,
    )
    return "" if root == anchor.root else TREE


def _same(anchor: anchors.Anchor, held: anchors.Anchor) -> bool:
    said = (anchor.city, anchor.algorithm, anchor.size, anchor.root)
    return said == (held.city, held.algorithm, held.size, held.root)
