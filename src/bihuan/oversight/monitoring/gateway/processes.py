"""The gateway's processes on one host: started, watched, started again when one dies, stopped together."""

import logging
import multiprocessing
import os
import resource
import signal
import time
from types import FrameType

from bihuan.oversight.monitoring.gateway.server import serve

log = logging.getLogger("bihuan.gateway")
LOOK_SECONDS = 0.2
END_SECONDS = 12.0
PAUSES = (0.0, 0.5, 1.0, 2.0, 5.0)
STEADY_SECONDS = 10.0


class _End(BaseException):
    """A signal asked the gateway to end."""


class Watched:
    """One process and when it may be started again."""

    def __init__(self, number: int, host: str, port: int) -> None:
        self._arguments = (host, port)
        self._number, self._deaths, self._due = number, 0, 0.0
        self._begun = 0.0
        self.process: multiprocessing.process.BaseProcess | None = None

    def look(self) -> None:
        now = time.monotonic()
        if self.process is not None and self.process.is_alive():
            return
        if self.process is not None:
            log.warning("a gateway process has ended and is started again")
            self._deaths = 0 if now - self._begun > STEADY_SECONDS else self._deaths + 1
            self._due = now + PAUSES[min(self._deaths, len(PAUSES) - 1)]
            self.process = None
        if now >= self._due:
            self._start(now)

    def _start(self, now: float) -> None:
        self._begun = now
        self.process = multiprocessing.get_context("fork").Process(
            target=_child, args=self._arguments, kwargs={"number": self._number, "parent": os.getpid()}
        )
        self.process.start()


def run(host: str, port: int, *, processes: int) -> None:
    """Keep so many processes listening at one address until a signal ends it."""
    from django.db import connections

    from bihuan.oversight.monitoring.gateway.states import nobody_is_connected

    _raise_limit_of_files()
    nobody_is_connected()
    connections.close_all()  # no child may inherit a connection
    watched = [Watched(number, host, port) for number in range(processes)]
    for sign in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(sign, _end)
    try:
        while True:
            for one in watched:
                one.look()
            time.sleep(LOOK_SECONDS)
    except _End:
        _stop(watched)


def _child(host: str, port: int, *, number: int, parent: int) -> None:
    signal.signal(signal.SIGHUP, signal.SIG_IGN)
    for sign in (signal.SIGTERM, signal.SIGINT):
        signal.signal(sign, signal.SIG_DFL)
    serve(host, port, number=number, parent=parent)


def _stop(watched: list[Watched]) -> None:
    running = [one.process for one in watched if one.process is not None]
    for process in running:
        process.terminate()
    until = time.monotonic() + END_SECONDS
    for process in running:
        process.join(max(0.1, until - time.monotonic()))
        if process.is_alive():
            process.kill()


def _end(number: int, frame: FrameType | None) -> None:  # noqa: ARG001
    for sign in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(sign, signal.SIG_IGN)
    raise _End


def _raise_limit_of_files() -> None:
    """Each connection is an open file."""
    _soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
