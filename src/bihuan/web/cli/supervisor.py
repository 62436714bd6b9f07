"""The processes of one instance: database, web server and worker, started, watched, stopped together."""

import os
import shutil
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import NamedTuple
from urllib.error import HTTPError
from urllib.request import Request

import click

from bihuan.kernel.database.launcher import Launcher
from bihuan.kernel.errors import Unusable
from bihuan.web.cli.errors import PagesDontAnswer, ProcessEnded
from bihuan.web.cli.instance import logs
from bihuan.web.cli.rotation import rotate
from bihuan.web.home import bihuan_home

HOST = "127.0.0.1"
GATEWAY_PORT = 2120
START_SECONDS = 180
STOP_SECONDS = 10
SERVER_FAULT = 500
# How long to wait before the next start of what ended again and again; ours.
PAUSES = (0, 1, 2, 5, 10)
STEADY_SECONDS = 10
LOOK_SECONDS = 0.2
COMMAND = "from bihuan.web.cli import main; main()"
LOGGING = Path(__file__).with_name("granian_logging.json")
# Where pages are asked for by https, a plain request would be led to a port that doesn't speak it.
AS_A_PROXY = {"X-Forwarded-Proto": "https"}


class Listening(NamedTuple):
    """Where something is to listen; at port 0 nothing is."""

    host: str
    port: int


NOWHERE = Listening(HOST, 0)


@dataclass
class Watched:
    """Something that must run; started again when it ends by itself, ever later, and never given up."""

    name: str
    started_at: float = field(default=0.0, init=False)
    due_at: float | None = field(default=None, init=False)
    deaths: int = field(default=0, init=False)

    def start(self) -> None:
        raise NotImplementedError

    def has_ended(self) -> bool:
        raise NotImplementedError

    def clear_away(self) -> None:
        """Remove what it left behind; called once each time it has ended."""

    def revive(self) -> bool:
        """Whether it was started anew just now."""
        if not self.has_ended():
            return False
        now = time.monotonic()
        if self.due_at is None:
            self.clear_away()
            if now - self.started_at > STEADY_SECONDS:
                self.deaths = 0
            pause = PAUSES[min(self.deaths, len(PAUSES) - 1)]
            self.due_at, self.deaths = now + pause, self.deaths + 1
            click.echo(f"{self.name} has ended; it is started again in {pause} s", err=True)
        if now < self.due_at:
            return False
        self.started_at, self.due_at = now, None
        try:
            self.start()
        except Unusable as error:
            click.echo(f"{self.name}: {str(error).splitlines()[-1]}", err=True)
            return False
        return True


@dataclass
class Child(Watched):
    """One process, with the processes that it starts."""

    arguments: list[str]
    scratch: Path | None = None
    process: subprocess.Popen[bytes] | None = field(default=None, init=False)

    @property
    def log(self) -> Path:
        return logs() / f"{self.name}.log"

    def start(self) -> None:
        self.started_at = time.monotonic()
        environment = {"BIHUAN_LOG_LEVEL": "INFO"} | os.environ
        environment["DJANGO_SETTINGS_MODULE"] = "bihuan.web.settings"
        if self.scratch is not None:
            shutil.rmtree(self.scratch, ignore_errors=True)
            self.scratch.mkdir(parents=True)
            environment["PROMETHEUS_MULTIPROC_DIR"] = str(self.scratch)
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                [sys.executable, *self.arguments],
                stdout=log,
                stderr=log,
                stdin=subprocess.DEVNULL,
                env=environment,
                start_new_session=True,
            )

    def has_ended(self) -> bool:
        return self.process is None or self.process.poll() is not None

    def clear_away(self) -> None:
        """A killed server leaves its own children behind, and they keep the port."""
        if self.process is not None:
            try:
                os.killpg(self.process.pid, signal.SIGKILL)
            except (ProcessLookupError, PermissionError):
                return

    def signal(self, number: int) -> None:
        if self.process is not None and self.process.poll() is None:
            os.killpg(self.process.pid, number)

    def end(self, until: float) -> None:
        if self.process is None:
            return
        try:
            self.process.wait(timeout=max(0.1, until - time.monotonic()))
        except subprocess.TimeoutExpired:
            self.signal(signal.SIGKILL)
            self.process.wait()


@dataclass
class Database(Watched):
    """The embedded server; `address` is where the children were told that it is."""

    server: Launcher
    address: str = field(default="", init=False)

    def start(self) -> None:
        self.address = self.server.start()

    def has_ended(self) -> bool:
        return not self.server.is_alive()


class Supervisor:
    """Used as a context: whatever ends it, its children end with it."""

    def __init__(
        self, *, port: int, host: str = HOST, gateway: Listening = NOWHERE, server: Launcher | None = None
    ) -> None:
        self.port, self.host, self.gateway = port, host, gateway
        self.database = Database("database", server) if server is not None else None
        cores = str(os.cpu_count() or 1)
        granian = ["granian", "--interface", "wsgi", "--host", host, "--port", str(port), "--workers", cores]
        granian += ["--blocking-threads", "2", "--no-ws", "--respawn-failed-workers"]
        granian += ["--respawn-interval", "0.5", "--log-config", str(LOGGING)]
        self.children = [
            Child("web", ["-m", *granian, "bihuan.web.wsgi:application"], bihuan_home() / "metrics"),
            Child("worker", ["-m", "django", "procrastinate", "worker"]),
        ]
        if gateway.port:
            listen = ["gateway", "--host", gateway.host, "--port", str(gateway.port)]
            self.children.append(Child("gateway", ["-c", COMMAND, *listen]))

    def __enter__(self) -> "Supervisor":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for child in self.children:
            child.signal(signal.SIGTERM)
        until = time.monotonic() + STOP_SECONDS
        for child in self.children:
            child.end(until)

    def start(self) -> None:
        """Start the children; one that ends before the pages answer can't run here at all."""
        for child in self.children:
            child.start()
        until = time.monotonic() + START_SECONDS
        while not self._answers():
            for child in self.children:
                if child.has_ended():
                    raise ProcessEnded(name=child.name, log=child.log)
            if time.monotonic() > until:
                raise PagesDontAnswer(log=logs() / "web.log")
            time.sleep(0.1)

    def watch(self) -> None:
        """Keep everything alive until a signal ends the program."""
        for _look in self._looks():
            rotate(logs())
            self._keep_database()
            for child in self.children:
                child.revive()

    def _looks(self) -> Iterator[None]:
        while True:
            yield
            time.sleep(LOOK_SECONDS)

    def _keep_database(self) -> None:
        """Where the server had to take another port, the children start anew: they read it at their start."""
        if self.database is None:
            return
        told = self.database.address or self.database.server.place.url
        if self.database.revive() and self.database.address != told:
            for child in self.children:
                child.signal(signal.SIGTERM)

    def _answers(self) -> bool:
        host = HOST if self.host in ("0.0.0.0", "::") else self.host
        page = Request(f"http://{host}:{self.port}/login/", headers=AS_A_PROXY)
        try:
            urllib.request.urlopen(page, timeout=5).close()
        except HTTPError as error:
            return error.code < SERVER_FAULT
        except OSError:
            return False
        return True
