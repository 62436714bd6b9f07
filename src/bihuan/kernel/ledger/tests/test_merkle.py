"""RFC 6962 / RFC 9162: the published test tree (eight leaves), and properties of the proofs."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bihuan.kernel.ledger.rules import merkle, tiles
from bihuan.kernel.ledger.rules.chain import DEFAULT_ALGORITHM

# Leaves and hashes of the reference implementation's test data (certificate-transparency merkle_tree_test).
LEAVES = [
    bytes.fromhex(text)
    for text in (
        "", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f",
    )
]  # fmt: skip
ROOTS = (
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
)
INCLUSION = (
    (0, 1, ()),
    (
        0,
        8,
        (
            "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
            "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
            "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
        ),
    ),
    (
        5,
        8,
        (
            "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
            "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
            "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
        ),
    ),
    (2, 3, ("fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",)),
    (
        1,
        5,
        (
            "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
            "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
            "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
        ),
    ),
)
CONSISTENCY = (
    (1, 1, ()),
    (
        1,
        8,
        (
            "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
            "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
            "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
        ),
    ),
    (
        6,
        8,
        (
            "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a",
            "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
            "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
        ),
    ),
    (
        2,
        5,
        (
            "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
            "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
        ),
    ),
)
# green-transition.md §5.3: the tree over the three entry hashes of the custody example.
CUSTODY = {
    "sha256": (
        (
            "33a6f1c084216ef508a3c0fb9e6c7aa7bc4e942f0c047ef7ac9970f43fa62a82",
            "d02a54acd58ae31de35f89a543ff43868319a6fa99f80b913c7401e2907b19c7",
            "a6f7a7df06aa77f57fd7f82ac9facef840d6f0acd548b378f3d560f515a6ffba",
        ),
        "6d8bffd7c4b55711cb80a500c007dd2dc5aac8d25e80533c53ad43de8d110a19",
    ),
    "sm3": (
        (
            "e69a0f789e2da530d0cfa7275fe52f94a31dab5c34abed0b4a2b1141e5d30f5f",
            "46eed3a8bf90c78985aa3901548a55248767b58e76195e8b6b98552f26f51714",
            "ff7bc9fb905320018d2db13309b9abc07e4d356bb34609f0b441755dd6e0fec4",
        ),
        "5372908eb729867a3c9308dff41994308e6d266175d5723b40f18b853b09924c",
    ),
}


class Kept:
    """A tree kept in rows, as the database keeps it."""

    def __init__(self, algorithm: str = DEFAULT_ALGORITHM) -> None:
        self.algorithm, self.size, self.rows = algorithm, 0, {}

    def add(self, leaves: list[bytes]) -> "Kept":
        self.rows |= tiles.grow(lambda *at: self.rows[at], self.size, leaves, self.algorithm)
        self.size += len(leaves)
        return self

    @property
    def node(self):
        return tiles.node_reader(lambda *at: self.rows[at], self.algorithm)


def leaf_hashes(count: int, algorithm: str = DEFAULT_ALGORITHM) -> list[bytes]:
    return [merkle.leaf_hash(number.to_bytes(4, "big"), algorithm) for number in range(count)]


PUBLISHED = Kept().add([merkle.leaf_hash(leaf) for leaf in LEAVES])
BIG = 70_000
BIG_LEAVES = leaf_hashes(BIG)
BIG_TREE = Kept().add(BIG_LEAVES)
sizes = st.integers(1, BIG) | st.sampled_from([1, 2, 255, 256, 257, 511, 512, 65_535, 65_536, 65_537, BIG])
algorithms = st.sampled_from(["sha256", "sm3"])


@pytest.mark.parametrize(("size", "expected"), list(enumerate(ROOTS)))
def test_published_roots(size: int, expected: str) -> None:
    assert merkle.root_of(map(merkle.leaf_hash, LEAVES[:size])).hex() == expected
    assert merkle.root_at(PUBLISHED.node, size).hex() == expected


@pytest.mark.parametrize(("index", "size", "path"), INCLUSION)
def test_published_inclusion_paths(index: int, size: int, path: tuple[str, ...]) -> None:
    made = merkle.inclusion_path(PUBLISHED.node, index, size)
    assert [step.hex() for step in made] == list(path)
    leaf = merkle.leaf_hash(LEAVES[index])
    assert merkle.root_by_inclusion(leaf, made, index=index, size=size).hex() == ROOTS[size]


@pytest.mark.parametrize(("old", "new", "path"), CONSISTENCY)
def test_published_consistency_paths(old: int, new: int, path: tuple[str, ...]) -> None:
    made = merkle.consistency_path(PUBLISHED.node, old, new)
    assert [step.hex() for step in made] == list(path)
    ends = {"old": (old, bytes.fromhex(ROOTS[old])), "new": (new, bytes.fromhex(ROOTS[new]))}
    assert merkle.is_consistent(made, **ends)


@pytest.mark.parametrize("algorithm", CUSTODY)
def test_custody_example(algorithm: str) -> None:
    entries, root = CUSTODY[algorithm]
    leaves = [merkle.leaf_hash(bytes.fromhex(entry), algorithm) for entry in entries]
    assert merkle.root_of(leaves, algorithm).hex() == root
    if algorithm == "sha256":
        path = merkle.inclusion_path(Kept().add(leaves).node, 1, 3)
        assert [step.hex() for step in path] == [
            "bc0fde2a4f76882d7732dd3d3c08d93b4ccad1f031c1afad05d0533c01d38541",
            "59b056f858006dea2665778c385faea40268ee7df7c5eaeae102f8118ac6c578",
        ]


@pytest.mark.parametrize(
    ("algorithm", "empty", "leaf_of_empty"),
    [
        ("sha256", ROOTS[0], ROOTS[1]),
        (
            "sm3",
            "1ab21d8355cfa17f8e61194831e81a8f22bec8c728fefb747ed035eb5082aa2b",
            "2daef60e7a0b8f5e024c81cd2ab3109f2b4f155cf83adeb2ae5532f74a157fdf",
        ),
    ],
)
def test_the_empty_tree_and_the_empty_leaf(algorithm: str, empty: str, leaf_of_empty: str) -> None:
    assert merkle.empty_root(algorithm).hex() == merkle.root_of([], algorithm).hex() == empty
    assert merkle.root_at(PUBLISHED.node, 0, algorithm).hex() == empty
    assert merkle.leaf_hash(b"", algorithm).hex() == leaf_of_empty


@given(sizes, st.data())
def test_every_leaf_has_a_way_to_every_later_root(size: int, data) -> None:
    index = data.draw(st.integers(0, size - 1))
    path, root = merkle.inclusion_path(BIG_TREE.node, index, size), merkle.root_at(BIG_TREE.node, size)
    found = merkle.root_by_inclusion(BIG_LEAVES[index], path, index=index, size=size)
    assert found == root
    other = data.draw(st.integers(0, size - 1))
    if other != index:
        assert merkle.root_by_inclusion(BIG_LEAVES[other], path, index=index, size=size) != root
        assert merkle.root_by_inclusion(BIG_LEAVES[index], path, index=other, size=size) != root


@given(sizes, sizes, st.data())
def test_an_older_tree_is_the_beginning_of_a_newer_one(first: int, second: int, data) -> None:
    old, new = sorted((first, second))
    path = merkle.consistency_path(BIG_TREE.node, old, new)
    before, after = merkle.root_at(BIG_TREE.node, old), merkle.root_at(BIG_TREE.node, new)
    assert merkle.is_consistent(path, old=(old, before), new=(new, after))
    forged = bytes(32)
    assert not merkle.is_consistent(path, old=(old, forged), new=(new, after))
    assert not merkle.is_consistent(path, old=(old, before), new=(new, forged))
    if path:
        place = data.draw(st.integers(0, len(path) - 1))
        broken = [*path[:place], forged, *path[place + 1 :]]
        assert not merkle.is_consistent(broken, old=(old, before), new=(new, after))
        assert not merkle.is_consistent(path[:-1], old=(old, before), new=(new, after))
    assert not merkle.is_consistent([*path, forged], old=(old, before), new=(new, after))


SMALL = 33  # one more than a power of two: every shape of tree up to there


@pytest.mark.parametrize("size", range(1, SMALL + 1))
def test_every_path_of_a_small_tree_leads_to_its_root_and_no_other_does(size: int) -> None:
    root = merkle.root_at(BIG_TREE.node, size)
    for index in range(size):
        leaf, path = BIG_LEAVES[index], merkle.inclusion_path(BIG_TREE.node, index, size)
        assert merkle.root_by_inclusion(leaf, path, index=index, size=size) == root
        for other in (path[:-1], [*path, bytes(32)]):
            if other != path:
                assert merkle.root_by_inclusion(leaf, other, index=index, size=size) != root


@pytest.mark.parametrize("new", range(1, SMALL + 1))
def test_every_small_tree_begins_with_each_smaller_one_and_no_other_path_shows_it(new: int) -> None:
    after = merkle.root_at(BIG_TREE.node, new)
    for old in range(1, new + 1):
        ends = {"old": (old, merkle.root_at(BIG_TREE.node, old)), "new": (new, after)}
        path = merkle.consistency_path(BIG_TREE.node, old, new)
        assert merkle.is_consistent(path, **ends)
        assert not path or not merkle.is_consistent(path[:-1], **ends)
        assert not merkle.is_consistent([*path, bytes(32)], **ends)


@given(st.lists(st.integers(0, 700), min_size=1, max_size=6), algorithms, st.data())
def test_rows_grown_in_any_portions_give_the_same_tree(portions: list, algorithm: str, data) -> None:
    leaves, kept = leaf_hashes(sum(portions), algorithm), Kept(algorithm)
    for portion in portions:
        kept.add(leaves[kept.size : kept.size + portion])
    at = data.draw(st.integers(0, kept.size))
    assert merkle.root_at(kept.node, at, algorithm) == merkle.root_of(leaves[:at], algorithm)
    assert all(len(row) <= tiles.FULL for row in kept.rows.values())


def test_a_row_only_ever_grows() -> None:
    kept, before = Kept(), {}
    for portion in (1, 254, 1, 1, 300, 70):
        kept.add(leaf_hashes(portion))
        assert all(kept.rows[at].startswith(row) for at, row in before.items())
        before = dict(kept.rows)


@pytest.mark.parametrize(
    ("index", "size", "path"),
    [(-1, 8, []), (8, 8, []), (0, 8, []), (0, 1, [bytes(32)]), (0, 2, [bytes(32)] * 2), (7, 8, [bytes(32)])],
)
def test_a_path_that_does_not_fit_leads_nowhere(index: int, size: int, path: list[bytes]) -> None:
    assert merkle.root_by_inclusion(bytes(32), path, index=index, size=size) is None


@pytest.mark.parametrize(("old", "new"), [(0, 4), (5, 4), (3, 3)])
def test_sizes_that_prove_nothing(old: int, new: int) -> None:
    assert not merkle.is_consistent([bytes(32)], old=(old, bytes(32)), new=(new, bytes(32)))
    assert not merkle.is_consistent([], old=(3, bytes(32)), new=(4, bytes(32)))


def test_a_damaged_row_is_named() -> None:
    rows = {(0, 0): PUBLISHED.rows[0, 0][:64]}
    with pytest.raises(tiles.BrokenTree, match="0/0"):
        merkle.root_at(tiles.node_reader(lambda *at: rows[at]), 8)
