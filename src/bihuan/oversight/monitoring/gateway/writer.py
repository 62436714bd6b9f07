"""The thread that stores: one batch after the other through a connection of its own.

A batch whose commit was not confirmed, because the database went away, is written again until it is: the
store knows what is there already, so nothing comes in twice. Only then is the batch handed back.
"""

import logging
import struct
import threading
import time
from collections.abc import Callable, Sequence
from queue import SimpleQueue

import psycopg
from django.utils import timezone

from bihuan.kernel.database.beside import own_connection
from bihuan.oversight.enterprises.public import FactorTable
from bihuan.oversight.monitoring.gateway.figures import Figures
from bihuan.oversight.monitoring.gateway.intake import Reason, digest_of
from bihuan.oversight.monitoring.gateway.pending import Entry, batch_of
from bihuan.oversight.monitoring.store.layouts import LayoutBook
from bihuan.oversight.monitoring.store.rows import microseconds
from bihuan.oversight.monitoring.store.writing import Batch, QuarantineRow, Store, Stored

log = logging.getLogger("bihuan.gateway")
PAUSES = (0.1, 0.2, 0.5, 1.0, 2.0)
# A server that vanished without a word is given up after half a minute, not after the kernel's quarter hour.
PATIENCE = {
    "keepalives_idle": "10",
    "keepalives_interval": "5",
    "keepalives_count": "3",
    "tcp_user_timeout": "30000",
}
UNSTORABLE = (psycopg.DataError, psycopg.IntegrityError, ValueError, OverflowError, struct.error)
Done = Callable[[Sequence[Entry]], None]


class Stopped(Exception):
    """The writer was told to end while the database was away."""


class Writer(threading.Thread):
    """`done` is called in this thread with the entries of a batch once they are on disk."""

    def __init__(self, factors: FactorTable, figures: Figures, done: Done) -> None:
        super().__init__(name="writer", daemon=True)
        self._factors, self._figures, self._done = factors, figures, done
        self._work: SimpleQueue[Sequence[Entry] | None] = SimpleQueue()
        self._store: Store | None = None
        self._ending = threading.Event()

    def submit(self, entries: Sequence[Entry]) -> None:
        self._work.put(entries)

    def stop(self) -> None:
        """Finish the batch in hand unless the database is away, then end."""
        self._ending.set()
        self._work.put(None)

    def run(self) -> None:
        try:
            while (entries := self._work.get()) is not None:
                self._done(self._write_all(entries))
        except Stopped:
            log.warning("stopped with messages that were neither stored nor acknowledged")
        finally:
            self._drop()

    def _write_all(self, entries: Sequence[Entry]) -> Sequence[Entry]:
        """Store the entries; one that the database refuses for what it holds is set aside by itself."""
        try:
            self._write(batch_of(entries))
        except UNSTORABLE as error:
            if len(entries) > 1:
                return [done for entry in entries for done in self._write_all([entry])]
            log.error("a frame was set aside that the database refused", exc_info=error)
            self._write(Batch(quarantined=[_refused(entries[0])]))
            return [entries[0]._replace(answer=b"", rows=())]
        return entries

    def _write(self, batch: Batch) -> None:
        begun, tries = time.monotonic(), 0
        while True:
            try:
                done = self._open().write(batch, again=tries > 0)
            except UNSTORABLE:
                raise
            except psycopg.Error as error:
                self._away(error, tries)
                tries += 1
            else:
                self._note(batch, done, time.monotonic() - begun)
                return

    def _open(self) -> Store:
        if self._store is None or self._store.connection.closed:
            self._store = Store(own_connection(**PATIENCE), LayoutBook(self._factors))
        return self._store

    def _away(self, error: psycopg.Error, tries: int) -> None:
        if tries == 0:
            self._figures.outages += 1
            log.warning("the database can't be written; reading stops until it can", exc_info=error)
        self._drop()
        if self._ending.wait(PAUSES[min(tries, len(PAUSES) - 1)]):
            raise Stopped

    def _drop(self) -> None:
        if self._store is not None:
            self._store.connection.close()
            self._store = None

    def _note(self, batch: Batch, done: Stored, seconds: float) -> None:
        self._figures.stored(batch, done, seconds=seconds)


def _refused(entry: Entry) -> QuarantineRow:
    mn = entry.device.mn if entry.device else ""
    peer = entry.connection.peer if entry.connection else ""
    at = microseconds(timezone.now())
    return QuarantineRow(digest_of(entry.raw), mn, peer, Reason.UNREADABLE, ["not_storable"], entry.raw, at)
