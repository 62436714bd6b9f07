"""Batches: the oldest first, each key once in each, nothing left behind."""

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from bihuan.oversight.monitoring.gateway.pending import Entry, Pending, batch_of
from bihuan.oversight.monitoring.rules.frame.layout import Layout
from bihuan.oversight.monitoring.store.rows import Key, MessageRow, Told
from bihuan.oversight.monitoring.store.tables import MINUTE

LAYOUT = Layout(("DataTime", "w01018-Avg"))


def entry(number: int, second: int, value: float) -> Entry:
    row = MessageRow(Key(1, 2051, second, "32", 0), Told(LAYOUT, (value,), "N", ""), 0, 1, 0)
    return Entry(None, None, b"", float(number), b"", [(MINUTE, row)])


def drained(pending: Pending) -> list[list[Entry]]:
    batches = []
    while len(pending):
        batches.append(pending.take())
    return batches


@given(st.lists(st.tuples(st.integers(0, 5), st.integers(0, 2))), st.integers(1, 4))
def test_every_entry_comes_out_once_and_a_batch_holds_no_two_values_of_a_key(
    said: list[tuple[int, int]], most: int
) -> None:
    pending = Pending(most)
    given_in = [entry(number, second, float(value)) for number, (second, value) in enumerate(said)]
    for one in given_in:
        pending.add(one)
    assert len(pending) == len(given_in)
    batches = drained(pending)
    assert sorted((one for batch in batches for one in batch), key=lambda one: one.came) == given_in
    for batch in batches:
        assert len(batch) <= most
        told: dict[Any, Any] = {}
        for one in batch:
            assert told.setdefault(one.rows[0][1].key, one.rows[0][1].told) == one.rows[0][1].told
        keys = [row.key for row in batch_of(batch).messages.get(MINUTE, [])]
        assert len(keys) == len(set(keys))


def test_versions_of_one_key_keep_their_order() -> None:
    pending = Pending(10)
    for number, value in enumerate((1.0, 2.0, 3.0, 1.0)):
        pending.add(entry(number, 0, value))
    assert [[one.rows[0][1].told.values[0] for one in batch] for batch in drained(pending)] == [
        [1],
        [2],
        [3],
        [1],
    ]


def test_the_oldest_says_how_long_it_waits() -> None:
    pending = Pending(2)
    assert pending.oldest is None
    for number in range(5):
        pending.add(entry(number + 7, number, 0.0))
    assert pending.oldest == 7.0
    pending.take()
    assert pending.oldest == 9.0
