"""What waits to be stored: taken batch by batch, each answered when its batch is on disk."""

from collections import deque
from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

from bihuan.oversight.monitoring.gateway.devices import Device
from bihuan.oversight.monitoring.gateway.intake import Intake
from bihuan.oversight.monitoring.store.rows import Key, MessageRow, Told
from bihuan.oversight.monitoring.store.tables import Table
from bihuan.oversight.monitoring.store.writing import Batch

if TYPE_CHECKING:
    from bihuan.oversight.monitoring.gateway.connection import Connection

Rows = Sequence[tuple[Table, MessageRow]]


class Entry(NamedTuple):
    """One frame: its rows, what else is stored of it, and how it is answered then."""

    connection: "Connection | None"
    device: Device | None
    answer: bytes
    came: float
    raw: bytes
    rows: Rows
    more: Intake | None = None


class Pending:
    """Entries in batches of at most `most`. Of two messages with one key and other values the second waits
    for the batch after it, because a batch holds each key once."""

    def __init__(self, most: int) -> None:
        self.most, self._count = most, 0
        self._whole: deque[list[Entry]] = deque()
        self._begin([])

    def __len__(self) -> int:
        return self._count

    @property
    def oldest(self) -> float | None:
        """When the first of them came."""
        first = self._whole[0] if self._whole else self._entries
        return first[0].came if first else None

    def add(self, entry: Entry) -> None:
        self._count += 1
        self._put(entry)

    def take(self) -> list[Entry]:
        """The entries of the next batch, the oldest first."""
        if not self._whole:
            self._close()
        taken = self._whole.popleft()
        self._count -= len(taken)
        return taken

    def _put(self, entry: Entry) -> None:
        keys = self._keys
        for _table, row in entry.rows:
            held = keys.get(row.key)
            if held is not None and (held != row.told or row.key in self._late):
                self._late.add(row.key)
                self._later.append(entry)
                return
        for _table, row in entry.rows:
            keys[row.key] = row.told
        self._entries.append(entry)
        if len(self._entries) >= self.most:
            self._close()

    def _close(self) -> None:
        self._whole.append(self._entries)
        self._begin(self._later)

    def _begin(self, later: list[Entry]) -> None:
        self._entries: list[Entry] = []
        self._later: list[Entry] = []
        self._late: set[Key] = set()
        self._keys: dict[Key, Told] = {}
        for entry in later:
            self._put(entry)


def batch_of(entries: Sequence[Entry]) -> Batch:
    """All rows of the entries; a message that came twice word for word goes in once."""
    batch, seen = Batch(), set()
    for entry in entries:
        for table, row in entry.rows:
            if row.key not in seen:
                seen.add(row.key)
                batch.messages.setdefault(table, []).append(row)
        if entry.more is not None:
            entry.more.add_others_to(batch)
    return batch
