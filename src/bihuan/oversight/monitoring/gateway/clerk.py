"""The thread for what has time: orders, notes of devices, new registers and numbers, figures for `/metrics`.

It uses Django's connection of its own thread; where the database is away it tries again each second.
"""

import logging
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from pathlib import Path
from queue import Empty, SimpleQueue

import psycopg
from django.db import DatabaseError, InterfaceError, connection
from django.utils import timezone

from bihuan.kernel.errors import BihuanError
from bihuan.oversight.enterprises.public import Logger, logger_book, stamp
from bihuan.oversight.monitoring.actions.answers import ask_for_gaps, set_clock_of
from bihuan.oversight.monitoring.actions.orders import CHANNEL
from bihuan.oversight.monitoring.gateway import states
from bihuan.oversight.monitoring.gateway.desk import Desk
from bihuan.oversight.monitoring.gateway.devices import Device
from bihuan.oversight.monitoring.gateway.dispatch import Dispatcher
from bihuan.oversight.monitoring.gateway.messages import Answered, ClockWanted
from bihuan.oversight.monitoring.queries.keeping import numbers_on

log = logging.getLogger("bihuan.gateway")
LOOK_SECONDS = 0.5
MINUTE = 60.0
DEVICES_AT_ONCE, REST_SECONDS = 500, 0.02
AWAY = (DatabaseError, InterfaceError, psycopg.Error)


def batched(devices: Iterable[Device], size: int) -> Iterator[list[Device]]:
    left = iter(devices)
    while some := list(islice(left, size)):
        yield some


class Clerk(threading.Thread):
    """`on_loop` lets something happen on the loop's thread, where desk and devices live."""

    def __init__(self, desk: Desk, figures_at: Path, *, known: str, on_loop: Callable[..., object]) -> None:
        super().__init__(name="clerk", daemon=True)
        self._desk, self._figures_at, self._on_loop = desk, figures_at, on_loop
        self._said: SimpleQueue[Answered | ClockWanted] = SimpleQueue()
        self._dispatcher = Dispatcher(desk, on_loop=on_loop)
        self._known = known
        self._ending = threading.Event()
        self._due: dict[str, float] = {}

    def tell(self, said: Answered | ClockWanted) -> None:
        self._said.put(said)

    def stop(self) -> None:
        self._ending.set()

    def run(self) -> None:
        while not self._ending.is_set():
            try:
                self._work()
            except AWAY as error:
                log.warning("the clerk can't reach the database", exc_info=error)
                connection.close()
                self._desk.figures.write(self._figures_at)
                self._ending.wait(1.0)
        self._leave()

    def _work(self) -> None:
        connection.ensure_connection()
        with connection.cursor() as cursor:
            cursor.execute(f"LISTEN {CHANNEL}")
        while not self._ending.is_set():
            self._round()
            for _order in connection.connection.notifies(timeout=LOOK_SECONDS, stop_after=1):
                pass  # that there is one is enough: the next round looks for it

    def _round(self) -> None:
        self._desk.figures.write(self._figures_at)
        self._hear()
        self._dispatcher.round()
        if self._is_due("states", self._desk.numbers["state_interval"]):
            self._note_devices()
            self._read_register()
        if self._is_due("numbers", MINUTE):
            numbers = numbers_on(timezone.localdate())
            self._on_loop(self._desk.go_by, numbers)
            ask_for_gaps(self._connected(), most=numbers["gap_requests"])

    def _hear(self) -> None:
        while True:
            try:
                said = self._said.get_nowait()
            except Empty:
                return
            if isinstance(said, Answered):
                self._dispatcher.answered(said)
            else:
                self._set_clock(said)

    def _set_clock(self, wanted: ClockWanted) -> None:
        device = self._desk.registry.known(wanted.mn)
        logger = Logger.objects.filter(pk=device.view.id).first() if device else None
        if logger is None:
            return
        try:
            set_clock_of(logger, instrument=wanted.instrument)
        except BihuanError as error:
            log.warning("a device asks for the time in a way that can't be answered", exc_info=error)

    def _note_devices(self) -> None:
        """A few at a time, so that the loop has the interpreter in between."""
        window = self._desk.numbers["conflict_window"]
        for some in batched(self._desk.registry.changed(), DEVICES_AT_ONCE):
            try:
                states.write([device.note() for device in some], window=window)
            except AWAY:
                for device in some:
                    device.changed = True
                raise
            time.sleep(REST_SECONDS)

    def _read_register(self) -> None:
        """Load the loggers again when one of them has changed."""
        found = stamp()
        if found != self._known:
            self._known = found
            self._on_loop(self._desk.registry.replace, logger_book(), timezone.now())

    def _connected(self) -> set[str]:
        return {device.mn for device in self._desk.registry.heard() if device.connection is not None}

    def _is_due(self, what: str, seconds: float) -> bool:
        now = time.monotonic()
        if now < self._due.get(what, 0.0):
            return False
        self._due[what] = now + seconds
        return True

    def _leave(self) -> None:
        """At the end nobody is connected here any more."""
        try:
            self._note_devices()
        except AWAY as error:
            log.warning("the last notes of the devices are lost", exc_info=error)
        finally:
            connection.close()
            self._figures_at.unlink(missing_ok=True)
