"""The tree over all sealed events: RFC 6962 §2.1, RFC 9162 §2.1. Pure.

A complete subtree of 2^level leaves is named (level, index); whoever keeps the tree hands in a function that
knows the hashes of those, and everything else follows.
"""

from collections.abc import Callable, Iterable, Sequence

from bihuan.kernel.ledger.rules.chain import DEFAULT_ALGORITHM, digest

LEAF_PREFIX = b"\x00"
NODE_PREFIX = b"\x01"
Node = Callable[[int, int], bytes]


def leaf_hash(data: bytes, algorithm: str = DEFAULT_ALGORITHM) -> bytes:
    return digest(LEAF_PREFIX + data, algorithm)


def node_hash(left: bytes, right: bytes, algorithm: str = DEFAULT_ALGORITHM) -> bytes:
    return digest(NODE_PREFIX + left + right, algorithm)


def empty_root(algorithm: str = DEFAULT_ALGORITHM) -> bytes:
    return digest(b"", algorithm)


class Frontier:
    """A tree that grows leaf by leaf and keeps one hash a level; `root` may be asked at any size."""

    def __init__(self, algorithm: str = DEFAULT_ALGORITHM) -> None:
        self.algorithm = algorithm
        self.size = 0
        self._peaks: list[bytes] = []

    def add(self, leaf: bytes) -> None:
        """Take the hash of the next leaf; each trailing 1 of the size is a pair that becomes complete."""
        complete = self.size
        while complete & 1:
            leaf = node_hash(self._peaks.pop(), leaf, self.algorithm)
            complete >>= 1
        self._peaks.append(leaf)
        self.size += 1

    def root(self) -> bytes:
        if not self._peaks:
            return empty_root(self.algorithm)
        *rest, root = self._peaks
        for peak in reversed(rest):
            root = node_hash(peak, root, self.algorithm)
        return root


def root_of(leaves: Iterable[bytes], algorithm: str = DEFAULT_ALGORITHM) -> bytes:
    """Root over leaf hashes."""
    frontier = Frontier(algorithm)
    for leaf in leaves:
        frontier.add(leaf)
    return frontier.root()


def root_at(node: Node, size: int, algorithm: str = DEFAULT_ALGORITHM) -> bytes:
    """Root of the first `size` leaves of a kept tree."""
    return _span(node, 0, size, algorithm) if size else empty_root(algorithm)


def inclusion_path(node: Node, index: int, size: int, algorithm: str = DEFAULT_ALGORITHM) -> list[bytes]:
    """RFC 6962 §2.1.1: what leaf `index` needs, from the leaf upwards, to reach the root at `size`."""
    path: list[bytes] = []
    start, end = 0, size
    while end - start > 1:
        middle = start + _split(end - start)
        if index < middle:
            path.append(_span(node, middle, end, algorithm))
            end = middle
        else:
            path.append(_span(node, start, middle, algorithm))
            start = middle
    return path[::-1]


def consistency_path(node: Node, old: int, new: int, algorithm: str = DEFAULT_ALGORITHM) -> list[bytes]:
    """RFC 6962 §2.1.2: what shows that the tree at `new` begins with the tree at `old` (0 < old ≤ new)."""
    path: list[bytes] = []
    start, end = 0, new
    while end != old:
        middle = start + _split(end - start)
        if old <= middle:
            path.append(_span(node, middle, end, algorithm))
            end = middle
        else:
            path.append(_span(node, start, middle, algorithm))
            start = middle
    if start:
        path.append(_span(node, start, end, algorithm))
    return path[::-1]


def root_by_inclusion(
    leaf: bytes, path: Sequence[bytes], *, index: int, size: int, algorithm: str = DEFAULT_ALGORITHM
) -> bytes | None:
    """RFC 9162 §2.1.3.2: the root that the path leads to; None when it doesn't fit index and size."""
    if not 0 <= index < size:
        return None
    place, last, root = index, size - 1, leaf
    for sibling in path:
        if last == 0:
            return None
        if place & 1 or place == last:
            root = node_hash(sibling, root, algorithm)
            while not place & 1 and place:
                place, last = place >> 1, last >> 1
        else:
            root = node_hash(root, sibling, algorithm)
        place, last = place >> 1, last >> 1
    return root if last == 0 else None


def is_consistent(
    path: Sequence[bytes],
    *,
    old: tuple[int, bytes],
    new: tuple[int, bytes],
    algorithm: str = DEFAULT_ALGORITHM,
) -> bool:
    """RFC 9162 §2.1.4.2: whether the path shows that tree `new` (size, root) begins with tree `old`."""
    (old_size, old_root), (new_size, new_root) = old, new
    if old_size == new_size:
        return not path and old_root == new_root
    if not 0 < old_size < new_size:
        return False
    if old_size & (old_size - 1) == 0:
        path = [old_root, *path]
    if not path:
        return False
    return _climb(path, old_size - 1, new_size - 1, algorithm) == (old_root, new_root)


def _climb(path: Sequence[bytes], place: int, last: int, algorithm: str) -> tuple[bytes, bytes] | None:
    while place & 1:
        place, last = place >> 1, last >> 1
    first = second = path[0]
    for sibling in path[1:]:
        if last == 0:
            return None
        if place & 1 or place == last:
            first = node_hash(sibling, first, algorithm)
            second = node_hash(sibling, second, algorithm)
            while not place & 1 and place:
                place, last = place >> 1, last >> 1
        else:
            second = node_hash(second, sibling, algorithm)
        place, last = place >> 1, last >> 1
    return (first, second) if last == 0 else None


def _split(size: int) -> int:
    """The largest power of two below `size`."""
    return 1 << ((size - 1).bit_length() - 1)


def _span(node: Node, start: int, end: int, algorithm: str) -> bytes:
    """Hash of the leaves from `start` to before `end`, where `start` begins a subtree of that size."""
    size = end - start
    if size & (size - 1) == 0:
        level = size.bit_length() - 1
        return node(level, start >> level)
    middle = start + _split(size)
    left, right = _span(node, start, middle, algorithm), _span(node, middle, end, algorithm)
    return node_hash(left, right, algorithm)
