"""How the tree is kept: rows of up to 256 hashes, one level of rows for every eight of the tree. Pure.

Row (0, n) holds leaves 256·n and after; when a row is full, its root is the next hash of the level above. So
a million events are some 4,000 rows, any proof reads a handful, and a row only ever grows.
"""

from collections.abc import Callable, Iterable

from django.utils.translation import gettext_lazy as _

from bihuan.kernel.errors import BihuanError
from bihuan.kernel.ledger.rules.chain import DEFAULT_ALGORITHM
from bihuan.kernel.ledger.rules.merkle import Node, node_hash, root_of

HEIGHT = 8
WIDTH = 1 << HEIGHT
HASH = 32
FULL = WIDTH * HASH
Row = Callable[[int, int], bytes]
Rows = dict[tuple[int, int], bytes]


class BrokenTree(BihuanError):
    message = _("The ledger's tree is damaged: row %(level)s/%(index)s is missing or too short.")


def grow(row: Row, size: int, leaves: Iterable[bytes], algorithm: str = DEFAULT_ALGORITHM) -> Rows:
    """The rows that change when leaf hashes are added to a tree of `size`; `row` reads one that is kept."""
    open_rows: dict[int, bytearray] = {}
    counts: dict[int, int] = {}
    changed: Rows = {}

    def add(level: int, value: bytes) -> None:
        if level not in open_rows:
            counts[level] = size >> (level * HEIGHT)
            begun = counts[level] % WIDTH
            open_rows[level] = bytearray(row(level, counts[level] // WIDTH) if begun else b"")
        kept = open_rows[level]
        kept += value
        if len(kept) == FULL:
            changed[level, counts[level] // WIDTH] = bytes(kept)
            add(level + 1, root_of(hashes(kept), algorithm))
            kept.clear()
        counts[level] += 1

    for leaf in leaves:
        add(0, leaf)
    unfinished = {(level, counts[level] // WIDTH): bytes(kept) for level, kept in open_rows.items() if kept}
    return changed | unfinished


def hashes(row: bytes | bytearray | memoryview) -> list[bytes]:
    return [bytes(row[at : at + HASH]) for at in range(0, len(row), HASH)]


def node_reader(row: Row, algorithm: str = DEFAULT_ALGORITHM) -> Node:
    """The hashes of complete subtrees, from the rows."""

    def node(level: int, index: int) -> bytes:
        storey, rest = divmod(level, HEIGHT)
        first, count = index << rest, 1 << rest
        kept = row(storey, first // WIDTH)
        at = first % WIDTH
        found = hashes(kept[at * HASH : (at + count) * HASH])
        if len(found) < count:
            raise BrokenTree(level=storey, index=first // WIDTH)
        while len(found) > 1:
            pairs = zip(found[::2], found[1::2], strict=True)
            found = [node_hash(left, right, algorithm) for left, right in pairs]
        return found[0]

    return node
