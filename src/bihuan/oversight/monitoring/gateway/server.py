"""One gateway process: its socket, its loop, and the threads beside it."""

import asyncio
import gc
import logging
import os
import signal
import socket
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import uvloop
from django.conf import settings
from django.db import DatabaseError, connection
from django.utils import timezone

from bihuan.oversight.enterprises.public import FactorTable, LoggerBook, factor_table, logger_book
from bihuan.oversight.monitoring.gateway import figures as published
from bihuan.oversight.monitoring.gateway.clerk import Clerk
from bihuan.oversight.monitoring.gateway.connection import Connection
from bihuan.oversight.monitoring.gateway.desk import Desk
from bihuan.oversight.monitoring.gateway.devices import Registry
from bihuan.oversight.monitoring.gateway.figures import Figures
from bihuan.oversight.monitoring.gateway.limits import networks_of
from bihuan.oversight.monitoring.gateway.pending import Entry
from bihuan.oversight.monitoring.gateway.writer import Writer
from bihuan.oversight.monitoring.queries.keeping import numbers_on

log = logging.getLogger("bihuan.gateway")
BACKLOG = 4096
RECEIVE_BYTES = 65_536  # the most that the kernel holds of a connection that we don't read
LOOK_SECONDS = 5.0
END_SECONDS = 5.0
# The loop takes the interpreter anew for each event; beside a busy thread it would wait 5 ms each time.
SWITCH_SECONDS = 0.0002


class Known(NamedTuple):
    """What a process must have read before it can listen."""

    book: LoggerBook
    factors: FactorTable
    numbers: dict[str, int]


def listening_socket(host: str, port: int) -> socket.socket:
    """A socket that several processes may have at once: the kernel spreads connections over them."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    made = socket.socket(family, socket.SOCK_STREAM)
    made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
    made.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, RECEIVE_BYTES)
    made.bind((host, port))
    return made


def serve(host: str, port: int, *, number: int, parent: int) -> None:
    """Serve until told to end, or until the parent is gone."""
    known = _read_until_there(parent)
    if known is not None:
        # What was loaded stays, and what comes with each frame leaves no circles: look for them seldom.
        gc.freeze()
        gc.set_threshold(100_000, 50, 100)
        sys.setswitchinterval(SWITCH_SECONDS)
        uvloop.run(_Process(known, number=number, parent=parent).run(host, port))


def _read_until_there(parent: int) -> Known | None:
    while os.getppid() == parent:
        try:
            return Known(logger_book(), factor_table(), numbers_on(timezone.localdate()))
        except DatabaseError as error:
            log.warning("the database can't be read yet", exc_info=error)
            connection.close()
            time.sleep(1.0)
        finally:
            connection.close()
    return None


class _Process:
    def __init__(self, known: Known, *, number: int, parent: int) -> None:
        self._known, self._parent = known, parent
        folder = published.folder(Path(settings.BIHUAN_HOME))
        folder.mkdir(parents=True, exist_ok=True)
        self._figures_at = folder / f"{number}.json"
        self._end = asyncio.Event()

    async def run(self, host: str, port: int) -> None:
        loop = asyncio.get_running_loop()
        for sign in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(sign, self._end.set)
        desk, writer, clerk = self._threads(loop)
        server = await loop.create_server(
            lambda: Connection(desk), sock=listening_socket(host, port), backlog=BACKLOG
        )
        try:
            while not self._end.is_set() and os.getppid() == self._parent:
                if not (writer.is_alive() and clerk.is_alive()):
                    log.critical("a thread has ended: the process ends too, and is started again")
                    break
                desk.look_around()
                await _either(self._end, LOOK_SECONDS)
        finally:
            server.close()
            await self._finish(desk)
            writer.stop()
            clerk.stop()
            await asyncio.to_thread(_join, writer, clerk)

    def _threads(self, loop: asyncio.AbstractEventLoop) -> tuple[Desk, Writer, Clerk]:
        figures = Figures()

        def stored(entries: Sequence[Entry]) -> None:
            loop.call_soon_threadsafe(desk.stored, entries)

        writer = Writer(self._known.factors, figures, stored)
        desk = Desk(
            Registry(self._known.book),
            self._known.numbers,
            figures=figures,
            submit=writer.submit,
            tell=lambda said: clerk.tell(said),
            loop=loop,
            networks=networks_of(settings.BIHUAN_GATEWAY_NETWORKS),
        )
        clerk = Clerk(desk, self._figures_at, known=self._known.book.stamp, on_loop=loop.call_soon_threadsafe)
        writer.start()
        clerk.start()
        return desk, writer, clerk

    async def _finish(self, desk: Desk) -> None:
        """Read no more, store and answer what was read, then close."""
        desk.close()
        until = time.monotonic() + END_SECONDS
        while not desk.is_idle and time.monotonic() < until:
            await asyncio.sleep(0.02)
        for connected in list(desk.connections):
            connected.close()
        await asyncio.sleep(0.05)  # what was written last goes out


def _join(*threads: Writer | Clerk) -> None:
    for thread in threads:
        thread.join(END_SECONDS)


async def _either(event: asyncio.Event, seconds: float) -> None:
    """Wait for the event, at most so long."""
    try:
        await asyncio.wait_for(event.wait(), seconds)
    except TimeoutError:
        return
