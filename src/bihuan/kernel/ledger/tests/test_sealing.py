"""Sealing: the order of all events, the tree over them, and that nothing sealed is ever moved."""

import itertools
import threading

import pytest
from django.db import DatabaseError, connection, transaction

from bihuan.kernel.ledger import rules
from bihuan.kernel.ledger.actions import append, sealing
from bihuan.kernel.ledger.actions.sealing import LedgerBroken, make_checkpoint
from bihuan.kernel.ledger.models import Checkpoint, Event, Leaf, TreeRow, Unsealed
from bihuan.kernel.ledger.queries import Verification
from bihuan.kernel.ledger.queries.anchoring import contradiction
from bihuan.kernel.ledger.queries.tree import Tree
from bihuan.kernel.ledger.rules import merkle
from bihuan.kernel.ledger.tests.tampering import as_superuser, fill, forget, superuser


@pytest.fixture(autouse=True)
def _database(request) -> None:
    """Most tests are rolled back; those that need a second writer commit into a copy."""
    request.getfixturevalue("committed" if "committed" in request.fixturenames else "db")


def root_by_hand(algorithm: str = "sha256") -> bytes:
    entries = Leaf.objects.order_by("position").values_list("event__entry_hash", flat=True)
    return merkle.root_of((merkle.leaf_hash(bytes(entry), algorithm) for entry in entries), algorithm)


def test_without_events_there_is_nothing_to_seal():
    assert make_checkpoint() is None


def test_a_checkpoint_is_the_root_over_all_events_in_their_order():
    fill(5)
    first = make_checkpoint()
    assert (first.size, bytes(first.root), first.algorithm) == (5, root_by_hand(), "sha256")
    assert not Unsealed.objects.exists()
    order = Leaf.objects.order_by("position").values_list("position", "event_id")
    assert list(order) == list(enumerate(Event.objects.order_by("pk").values_list("pk", flat=True)))


def test_nothing_new_needs_no_new_checkpoint():
    fill(3)
    first = make_checkpoint()
    assert make_checkpoint() == first
    assert Checkpoint.objects.count() == 1


def test_a_tree_that_grows_in_portions_is_one_tree(monkeypatch):
    monkeypatch.setattr(sealing, "BATCH", 100)
    sizes = []
    for portion in (1, 99, 157, 300):
        fill(portion, begin=1000)
        sizes.append(make_checkpoint())
    assert [checkpoint.size for checkpoint in sizes] == [1, 100, 257, 557]
    tree = Tree("sha256")
    for old, new in itertools.pairwise(sizes):
        path = tree.consistency(old.size, new.size)
        ends = {"old": (old.size, bytes(old.root)), "new": (new.size, bytes(new.root))}
        assert merkle.is_consistent(path, **ends)
    assert contradiction() is None
    assert list(Verification().faults()) == []


def test_an_event_committed_late_comes_after_what_was_sealed_meanwhile(committed):
    """Its key is lower than that of sealed events; the sealed tree must not change for it."""
    written, sealed = threading.Event(), threading.Event()

    def slow_writer() -> None:
        with transaction.atomic():
            append("late:1", "thing.noted", by=rules.SYSTEM)
            written.set()
            sealed.wait(20)
        connection.close()

    writer = threading.Thread(target=slow_writer)
    writer.start()
    written.wait(20)
    fill(3)
    before = make_checkpoint()
    sealed.set()
    writer.join()
    after = make_checkpoint()
    late = Event.objects.get(stream="late:1")
    assert late.pk == min(Event.objects.values_list("pk", flat=True))
    assert (before.size, after.size, late.leaf.position) == (3, 4, 3)
    assert Tree("sha256").root(3) == bytes(before.root)
    assert list(Verification().faults()) == []


def test_two_that_seal_at_once_make_one_tree(committed):
    fill(40)
    made = []

    def seal() -> None:
        made.append(make_checkpoint())
        connection.close()

    threads = [threading.Thread(target=seal) for _ in range(4)]
    for thread in threads:
        thread.start()
    fill(40, begin=40)
    for thread in threads:
        thread.join()
    assert len(made) == 4
    assert make_checkpoint().size == Leaf.objects.count() == Event.objects.count() == 80
    assert contradiction() is None


def test_sm3_by_configuration_stands_beside_sha256_in_one_ledger(settings):
    fill(300)
    old = make_checkpoint()
    settings.BIHUAN_LEDGER_HASH = "sm3"
    fill(20, begin=300)
    new = make_checkpoint()
    assert (new.algorithm, new.size, bytes(new.root)) == ("sm3", 320, root_by_hand("sm3"))
    assert set(Event.objects.values_list("algorithm", flat=True)) == {"sha256", "sm3"}
    assert contradiction([old.anchor]) is None
    assert list(Verification().faults()) == []
    settings.BIHUAN_LEDGER_HASH = "sha256"
    fill(1, begin=320)
    assert bytes(make_checkpoint().root) == root_by_hand("sha256")


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE ledger_leaf SET event_id = event_id + 1",
        "DELETE FROM ledger_leaf",
        "TRUNCATE ledger_leaf",
        "UPDATE ledger_checkpoint SET size = size + 1",
        "DELETE FROM ledger_checkpoint",
        "DELETE FROM ledger_treerow",
        "UPDATE ledger_treerow SET hashes = substring(hashes FROM 2)",
        "UPDATE ledger_treerow SET place = place + 1",
    ],
)
def test_the_database_refuses(sql):
    fill(3)
    make_checkpoint()
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql)


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE ledger_treerow SET hashes = substring(hashes FROM 33)",
        "DELETE FROM ledger_treerow",
        "UPDATE ledger_treerow SET hashes = decode(repeat('00', 96), 'hex')",
    ],
)
def test_over_a_damaged_tree_nothing_is_sealed(sql):
    fill(3)
    make_checkpoint()
    as_superuser(sql)
    fill(2, begin=3)
    with pytest.raises(LedgerBroken, match="bihuan 3304 sha256 3 "):
        make_checkpoint()
    assert Unsealed.objects.count() == 2


def test_a_new_hash_is_not_begun_over_a_removed_event(settings):
    fill(3)
    make_checkpoint()
    with superuser():
        Event.objects.order_by("pk").first().delete()
    settings.BIHUAN_LEDGER_HASH = "sm3"
    with pytest.raises(LedgerBroken, match="#0"):
        make_checkpoint()


def test_an_event_that_has_its_place_keeps_it():
    events = fill(3)
    make_checkpoint()
    Unsealed.objects.create(event_id=events[0].pk)
    fill(1, begin=3)
    assert make_checkpoint().size == 4
    assert events[0].leaf.position == 0


def test_an_event_past_the_guard_is_named():
    fill(2)
    make_checkpoint()
    with superuser():
        append("thing:0", "thing.smuggled", by=rules.SYSTEM)
    assert [(fault.seq, fault.kind) for fault in Verification().faults()] == [(2, "thing.smuggled")]


def test_a_forgotten_unsealed_event_is_only_seen_by_its_gap():
    """What came after the last anchor has no witness but the chain: the tail of a stream can be cut there."""
    fill(10)
    make_checkpoint()
    forget(fill(1, begin=10)[0])
    assert list(Verification().faults()) == []
    assert TreeRow.objects.count() == 1
