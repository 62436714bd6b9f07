"""Sealing: give waiting events their place in the order of all, grow the tree, write a checkpoint.

Sealing is done by one at a time and only ever adds; decision 8 says why an event gets its place here and not
when it is written.
"""

from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from bihuan.kernel.errors import BihuanError
from bihuan.kernel.ledger.models import Checkpoint, TreeRow
from bihuan.kernel.ledger.queries.tree import Tree
from bihuan.kernel.ledger.rules import merkle, tiles

BATCH = 20_000
ONE_AT_A_TIME = 0x62696875616E01
TAKE_PLACES = """
WITH taken AS (
    DELETE FROM ledger_unsealed
    WHERE event_id IN (SELECT event_id FROM ledger_unsealed ORDER BY event_id LIMIT %(batch)s)
    RETURNING city, event_id
)
INSERT INTO ledger_leaf (city, position, event_id)
SELECT city, (SELECT coalesce(max(position) + 1, 0) FROM ledger_leaf)
    + row_number() OVER (ORDER BY event_id) - 1, event_id
FROM taken WHERE NOT EXISTS (SELECT 1 FROM ledger_leaf placed WHERE placed.event_id = taken.event_id)
"""
ENTRIES = """
SELECT position, entry_hash FROM ledger_leaf LEFT JOIN ledger_event event ON event.id = ledger_leaf.event_id
WHERE position >= %(first)s AND position < %(end)s ORDER BY position
"""


class LedgerBroken(BihuanError):
    message = _("Nothing was sealed, because the ledger is damaged at %(where)s. Run “bihuan ledger verify”.")


def make_checkpoint() -> Checkpoint | None:
    """Seal whatever has been committed and write it down; None while there has never been an event.

    Raises LedgerBroken, with nothing written, when the kept tree contradicts the last checkpoint.
    """
    while _seal_some():
        pass
    with transaction.atomic():
        _wait_for_turn()
        tree = Tree(settings.BIHUAN_LEDGER_HASH)
        last = Checkpoint.objects.filter(algorithm=tree.algorithm).order_by("-size").first()
        if last is not None and tree.size == last.size:
            return last
        if not tree.size:
            return None
        return Checkpoint.objects.create(
            algorithm=tree.algorithm, size=tree.size, root=tree.root(tree.size), sealed_at=timezone.now()
        )


@transaction.atomic
def _seal_some() -> bool:
    """One portion, in a transaction of its own; whether there may be more."""
    _wait_for_turn()
    tree = Tree(settings.BIHUAN_LEDGER_HASH)
    _refuse_a_broken_tree(tree)
    with connection.cursor() as cursor:
        cursor.execute(TAKE_PLACES, {"batch": BATCH})
        cursor.execute(ENTRIES, {"first": tree.size, "end": tree.size + BATCH})
        placed = cursor.fetchall()
    leaves = [_leaf(row, tree.size + number, tree.algorithm) for number, row in enumerate(placed)]
    _keep(tree, leaves)
    return len(leaves) == BATCH


def _leaf(placed: tuple[int, bytes | None], expected: int, algorithm: str) -> bytes:
    position, entry = placed
    if entry is None or position != expected:
        raise LedgerBroken(where=f"#{expected}")
    return merkle.leaf_hash(bytes(entry), algorithm)


def _keep(tree: Tree, leaves: list[bytes]) -> None:
    changed = tiles.grow(tree.row, tree.size, leaves, tree.algorithm)
    TreeRow.objects.bulk_create(
        [
            TreeRow(algorithm=tree.algorithm, level=level, place=place, hashes=row)
            for (level, place), row in changed.items()
        ],
        update_conflicts=True,
        unique_fields=["algorithm", "level", "place"],
        update_fields=["hashes"],
        batch_size=500,
    )


def _refuse_a_broken_tree(tree: Tree) -> None:
    last = Checkpoint.objects.filter(algorithm=tree.algorithm).order_by("-size").first()
    if last is None:
        return
    try:
        sound = tree.size >= last.size and tree.root(last.size) == bytes(last.root)
    except tiles.BrokenTree:
        sound = False
    if not sound:
        raise LedgerBroken(where=last.anchor.line)


def _wait_for_turn() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [ONE_AT_A_TIME])
