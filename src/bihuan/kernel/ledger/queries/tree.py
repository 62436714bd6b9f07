"""The kept tree, read: its size, its root at any size, proofs from it."""

from functools import lru_cache

from django.db.models.functions import Length

from bihuan.kernel.ledger.models import TreeRow
from bihuan.kernel.ledger.rules import merkle, tiles

KEPT_IN_MIND = 64


class Tree:
    """One reading of the tree of one algorithm; rows are read when a proof needs them.

    Nothing here is believed: what a row says is worth as much as the anchor that its root agrees with.
    """

    def __init__(self, algorithm: str) -> None:
        self.algorithm = algorithm
        self.size = _size(algorithm)
        self.row = lru_cache(KEPT_IN_MIND)(self._row)
        self._node = tiles.node_reader(self.row, algorithm)

    def root(self, size: int) -> bytes:
        """Raises BrokenTree where a row is missing; so do the paths."""
        return merkle.root_at(self._node, size, self.algorithm)

    def inclusion(self, position: int, size: int) -> list[bytes]:
        return merkle.inclusion_path(self._node, position, size, self.algorithm)

    def consistency(self, old: int, new: int) -> list[bytes]:
        return merkle.consistency_path(self._node, old, new, self.algorithm)

    def _row(self, level: int, place: int) -> bytes:
        rows = TreeRow.objects.filter(algorithm=self.algorithm, level=level, place=place)
        kept = rows.values_list("hashes", flat=True).first()
        if kept is None:
            raise tiles.BrokenTree(level=level, index=place)
        return bytes(kept)


def _size(algorithm: str) -> int:
    last = (
        TreeRow.objects.filter(algorithm=algorithm, level=0)
        .order_by("-place")
        .values_list("place", Length("hashes"))
        .first()
    )
    return last[0] * tiles.WIDTH + last[1] // tiles.HASH if last else 0
