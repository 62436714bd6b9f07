"""Does the ledger still begin as an anchor says? One walk over the sealed events in their order.

An anchor tells that something was changed. What was changed first is told by a witness: the leaf hashes of a
checkpoint file, or the kept tree, each believed only where its own root agrees with the anchor.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import islice, starmap
from typing import NamedTuple

from django.db import transaction
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from bihuan.kernel.ledger.models import Checkpoint, Event
from bihuan.kernel.ledger.queries.reading import stream_rows
from bihuan.kernel.ledger.rules import merkle, tiles
from bihuan.kernel.ledger.rules.anchors import Anchor

SEALED = """
SELECT position, stream, seq, kind, entry_hash
FROM ledger_leaf LEFT JOIN ledger_event event ON event.id = ledger_leaf.event_id ORDER BY position
"""
CHECKPOINTS = "SELECT city, algorithm, size, root, sealed_at FROM ledger_checkpoint ORDER BY size"
ROWS = "SELECT hashes FROM ledger_treerow WHERE algorithm = %(algorithm)s AND level = 0 ORDER BY place"

REWRITTEN = _("it is not the event that was sealed: it was rewritten after the anchor, and its chain with it")
REMOVED = _("the event that was sealed here was removed")
MOVED = _("its place in the order of all events was changed after the anchor")
SOMEWHERE = _(
    "the first false event is number %(first)s to %(last)s of the sealed events; which one, a checkpoint file"
    " with the events tells, made by “bihuan ledger checkpoint --out FILE”"
)


class Sealed(NamedTuple):
    """What stands at one position now; the last four are None where the event is gone."""

    position: int
    stream: str | None
    seq: int | None
    kind: str | None
    entry: bytes | None


class Witnessed(NamedTuple):
    """What was sealed at the next position; a name only where the witness knows one."""

    leaf: bytes
    stream: str = ""
    seq: int = 0
    entry: bytes = b""


Witness = Callable[[], Iterable[Witnessed]]


class FalseEvent(NamedTuple):
    """The first event that the anchor contradicts; `position` counts from 0."""

    anchor: Anchor
    position: int
    stream: str
    seq: int
    kind: str
    what: Promise | str


@transaction.atomic
def contradiction(held: Sequence[Anchor] = (), witness: Witness | None = None) -> FalseEvent | None:
    """The first false event by the anchors held, or else by our own checkpoints; None when all agree.

    `witness` yields what was sealed from the first event on; it is read only when an anchor fails.
    """
    given = {anchor.algorithm for anchor in held}
    found = _contradicted(iter(sorted(held, key=lambda anchor: anchor.size)), given, witness)
    if found is not None:
        return found
    kept = set(Checkpoint.objects.values_list("algorithm", flat=True).order_by().distinct())
    return _contradicted(starmap(Anchor, stream_rows(CHECKPOINTS)), kept, witness)


def _contradicted(
    waiting: Iterator[Anchor], algorithms: set[str], witness: Witness | None
) -> FalseEvent | None:
    sound, failed = _walk(waiting, algorithms)
    return None if failed is None else _first_false(failed, sound=sound, witness=witness)


def _walk(waiting: Iterator[Anchor], algorithms: set[str]) -> tuple[int, Anchor | None]:
    """The size up to which the anchors agree, and the first anchor that doesn't; they come by size."""
    trees = {algorithm: merkle.Frontier(algorithm) for algorithm in algorithms}
    sound, anchor = 0, next(waiting, None)
    for row in map(Sealed._make, stream_rows(SEALED) if anchor else ()):
        for tree in trees.values():
            tree.add(_leaf(row, tree.size, tree.algorithm))
        while anchor is not None and anchor.size == row.position + 1:
            if trees[anchor.algorithm].root() != anchor.root:
                return sound, anchor
            sound, anchor = anchor.size, next(waiting, None)
        if anchor is None:
            break
    return sound, anchor


def _leaf(row: Sealed, expected: int, algorithm: str) -> bytes:
    """A gap or a removed event gives a hash that nothing was ever sealed with."""
    if row.entry is None or row.position != expected:
        return bytes(tiles.HASH)
    return merkle.leaf_hash(row.entry, algorithm)


def _first_false(anchor: Anchor, *, sound: int, witness: Witness | None) -> FalseEvent:
    for believed in (witness, lambda: _kept_leaves(anchor.algorithm)):
        if believed is not None and _agrees(believed, anchor):
            found = _first_difference(believed, anchor)
            if found is not None:
                return found
    what = SOMEWHERE % {"first": sound + 1, "last": anchor.size}
    return FalseEvent(anchor, sound, "", 0, "", what)


def _agrees(witness: Witness, anchor: Anchor) -> bool:
    tree = merkle.Frontier(anchor.algorithm)
    for said in islice(witness(), anchor.size):
        tree.add(said.leaf)
    return tree.size == anchor.size and tree.root() == anchor.root


def _first_difference(witness: Witness, anchor: Anchor) -> FalseEvent | None:
    rows = map(Sealed._make, stream_rows(SEALED))
    for position, said in enumerate(islice(witness(), anchor.size)):
        row = next(rows, None)
        if row is None or _leaf(row, position, anchor.algorithm) != said.leaf:
            return _named(anchor, position, said, row)
    return None


def _named(anchor: Anchor, position: int, said: Witnessed, row: Sealed | None) -> FalseEvent:
    """Say what happened to the event that the witness names, or else to the one that stands there."""
    if not said.stream:
        if row is None or row.stream is None or row.seq is None:
            return FalseEvent(anchor, position, "", 0, "", REMOVED)
        return FalseEvent(anchor, position, row.stream, row.seq, row.kind or "", REWRITTEN)
    event = Event.objects.filter(stream=said.stream, seq=said.seq).first()
    if event is None:
        return FalseEvent(anchor, position, said.stream, said.seq, "", REMOVED)
    what = MOVED if bytes(event.entry_hash) == said.entry else REWRITTEN
    return FalseEvent(anchor, position, said.stream, said.seq, event.kind, what)


def _kept_leaves(algorithm: str) -> Iterator[Witnessed]:
    for (hashes,) in stream_rows(ROWS, {"algorithm": algorithm}):
        yield from (Witnessed(leaf) for leaf in tiles.hashes(hashes))
