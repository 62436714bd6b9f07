"""A desk without sockets: connections whose wire a test holds in its hands."""

from collections.abc import Callable, Sequence
from typing import Any

from bihuan.oversight.enterprises.public import LoggerBook, factor_table
from bihuan.oversight.monitoring.gateway.connection import Connection
from bihuan.oversight.monitoring.gateway.desk import Desk
from bihuan.oversight.monitoring.gateway.devices import Registry
from bihuan.oversight.monitoring.gateway.figures import Figures
from bihuan.oversight.monitoring.gateway.pending import Entry, batch_of
from bihuan.oversight.monitoring.rules.frame.decode import decode_all
from bihuan.oversight.monitoring.rules.keeping import NUMBERS
from bihuan.oversight.monitoring.store.layouts import LayoutBook
from bihuan.oversight.monitoring.store.writing import Store

A_LITTLE = 0.02  # longer than the pause between two batches
DELIVERED = {number.name: number.value for number in NUMBERS}


class Wire:
    """What a transport is to a connection."""

    def __init__(self, host: str) -> None:
        self.host, self.out = host, b""
        self.reading, self.closed = True, False

    def get_extra_info(self, name: str) -> Any:
        assert name == "peername"
        return (self.host, 40001)

    def write(self, data: bytes) -> None:
        self.out += data

    def is_closing(self) -> bool:
        return self.closed

    def pause_reading(self) -> None:
        self.reading = False

    def resume_reading(self) -> None:
        self.reading = True

    def close(self) -> None:
        self.closed = True

    abort = close

    @property
    def answers(self) -> list[str]:
        """The numbers of the answers that went out, in order."""
        return [frame.head["CN"] + " " + frame.head.get("QN", "") for frame in decode_all(self.out)]


class Clockwork:
    """An event loop whose time a test moves."""

    def __init__(self) -> None:
        self.now, self._calls = 1000.0, list[tuple[float, Callable[[], object]]]()

    def call_soon(self, callback: Callable[[], object]) -> None:
        self.call_later(0.0, callback)

    def call_later(self, delay: float, callback: Callable[[], object]) -> None:
        self._calls.append((self.now + delay, callback))

    def run(self, seconds: float = 0.0) -> None:
        """Let so much time go by, with all that was to happen in it."""
        until = self.now + seconds
        while due := [call for call in self._calls if call[0] <= until]:
            first = min(due, key=lambda call: call[0])
            self._calls.remove(first)
            self.now = max(self.now, first[0])
            first[1]()
        self.now = until


class Hall:
    """A desk with its wires; batches wait in `batches` until `store` is called."""

    def __init__(self, book: LoggerBook, **numbers: int) -> None:
        self.batches: list[Sequence[Entry]] = []
        self.told: list[Any] = []
        self.figures, self.loop = Figures(), Clockwork()
        self.desk = Desk(
            Registry(book),
            DELIVERED | numbers,
            figures=self.figures,
            submit=self.batches.append,
            tell=self.told.append,
            loop=self.loop,
        )

        self.desk.clock = lambda: self.loop.now

    def dial(self, host: str = "10.0.0.7") -> tuple[Connection, Wire]:
        connection, wire = Connection(self.desk), Wire(host)
        connection.connection_made(wire)  # type: ignore[arg-type]
        self.loop.run()
        return connection, wire

    def store(self, connection: Any) -> int:
        """Write what waits into the database and let the answers out; gives how many entries it was."""
        store, written = Store(connection, LayoutBook(factor_table())), 0
        while True:
            self.loop.run(A_LITTLE)
            if not self.batches:
                return written
            entries = self.batches.pop(0)
            store.write(batch_of(entries))
            written += len(entries)
            self.desk.stored(entries)
