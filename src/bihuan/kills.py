"""A running instance under load over HTTP whose processes are killed at random moments, and what came of it.

Writers report findings with photos and accept them, as browsers do: they fetch a form, send it, and where no
answer comes they send the same again until one does; some give up after the first failure. Afterwards the
database is asked for each action: one that was acknowledged must be there exactly once, one that was not, at
most once.
"""

import http.client
import io
import os
import random
import re
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.parse
import urllib.request
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from hashlib import sha256
from http.cookiejar import CookieJar
from pathlib import Path
from typing import Any
from uuid import uuid4

from PIL import Image

from bihuan.base_world import PASSWORD
from bihuan.kernel.database.launcher import Launcher
from bihuan.living import Living
from bihuan.web.cli.supervisor import COMMAND

WRITERS = ("county_officer", "county_officer", "grid_worker", "handler")
TOKENS = ("csrfmiddlewaretoken", "once")
GIVES_UP = 0.2
HIDDEN = re.compile(r'<input type="hidden" name="([^"]+)" value="([^"]*)"')
LOST = (urllib.error.URLError, http.client.HTTPException, OSError, socket.timeout)
PATIENCE_SECONDS = 900


class NoAnswer(Exception):
    """The server was not there, or said that something it stands on is not."""


@dataclass
class Sent:
    """One action: what it must have left, and whether an answer came."""

    title: str
    kind: str
    acknowledged: bool = False
    tries: int = 0
    photo: str = ""
    problem: int = 0


class StayHere(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_args: Any, **_named: Any) -> None:
        return None


class Browser:
    """One person's browser: cookies, forms with their tokens, and no patience for pages."""

    def __init__(self, url: str, username: str) -> None:
        self.url, self.username = url, username
        self._open = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(CookieJar()), StayHere())

    def sign_in(self) -> None:
        fields = self.tokens("/login/") | {"username": self.username, "password": PASSWORD}
        self.send("/login/", fields)

    def tokens(self, path: str) -> dict[str, str]:
        _status, _where, text = self.ask(path)
        return {name: value for name, value in HIDDEN.findall(text) if name in TOKENS}

    def send(self, path: str, fields: dict[str, str], photo: bytes = b"") -> str:
        """Where the server leads after it took the form."""
        body, kind = multipart(fields, photo)
        status, where, _text = self.ask(path, body, kind)
        if status != 302:
            raise AssertionError(f"{path} answered {status}")
        return where

    def ask(self, path: str, body: bytes | None = None, kind: str = "") -> tuple[int, str, str]:
        headers = {"Content-Type": kind, "Referer": f"{self.url}{path}"} if body is not None else {}
        request = urllib.request.Request(f"{self.url}{path}", data=body, headers=headers)
        try:
            with self._open.open(request, timeout=60) as answer:
                return answer.status, answer.headers.get("Location", ""), answer.read().decode()
        except urllib.error.HTTPError as answer:
            if answer.code >= 500:
                raise NoAnswer from answer
            return answer.code, answer.headers.get("Location", ""), ""
        except LOST as error:
            raise NoAnswer from error


@dataclass
class Writer(threading.Thread):
    """Acts until told to stop, then finishes what it has begun."""

    url: str
    username: str
    number: int
    stop: threading.Event
    county: int
    sent: list[Sent] = field(default_factory=list)
    failure: BaseException | None = None

    def __post_init__(self) -> None:
        super().__init__()
        self.browser = Browser(self.url, self.username)
        self.chance = random.Random(self.number)

    def __hash__(self) -> int:
        return self.number

    def run(self) -> None:
        try:
            self._until_answered(self.browser.sign_in)
            while not self.stop.is_set():
                self._report()
        except BaseException as error:  # noqa: BLE001 - told by the main thread
            self.failure = error

    def _report(self) -> None:
        content = photo() if self.chance.random() < 0.3 else b""
        made = Sent(f"kill {self.number}-{len(self.sent)}-{uuid4().hex[:6]}", "report")
        made.photo = sha256(content).hexdigest() if content else ""
        fields = {
            "title": made.title,
            "place": "运河边",
            "jurisdiction": str(self.county),
            "procedure": "municipal",
        }
        where = self._act(made, "/problems/new/", fields, content)
        if where and self.username == "county_officer":
            made.problem = int(where.strip("/").split("/")[-1])
            accepted = Sent(made.title, "accept_report", problem=made.problem)
            self._act(accepted, f"/problems/{made.problem}/do/accept_report/", {"reason": "属实"})

    def _act(self, made: Sent, path: str, fields: dict[str, str], content: bytes = b"") -> str:
        """The answer's address; empty where this one gave up without an answer."""
        tokens = self._until_answered(lambda: self.browser.tokens(path))
        self.sent.append(made)
        patient = self.chance.random() > GIVES_UP
        until = time.monotonic() + PATIENCE_SECONDS
        while True:
            made.tries += 1
            try:
                where = self.browser.send(path, fields | tokens, content)
            except NoAnswer:
                if not patient:
                    return ""
                if time.monotonic() > until:
                    raise
                time.sleep(self.chance.uniform(0.05, 0.5))
            else:
                made.acknowledged = True
                return where

    def _until_answered(self, ask: Callable[[], Any]) -> Any:
        until = time.monotonic() + PATIENCE_SECONDS
        while True:
            try:
                return ask()
            except NoAnswer:
                if time.monotonic() > until:
                    raise
                time.sleep(0.2)


class Killer:
    """Knows the instance's processes and kills one of them."""

    def __init__(self, instance: Living, seed: int) -> None:
        self.home, self.chance = str(instance.home), random.Random(seed)
        self.server = Launcher(instance.home)
        self.killed: Counter[str] = Counter()

    def strike(self) -> None:
        kind = self.chance.choice(("web", "web process", "worker", "database", "database process"))
        found = self.processes(kind)
        if found:
            os.kill(self.chance.choice(found), signal.SIGKILL)
            self.killed[kind] += 1

    def processes(self, kind: str) -> list[int]:
        server = self.server._process()
        everybody = {pid: (parent, command) for pid, parent, command in _everybody()}
        if kind == "database":
            return [server] if server else []
        if kind == "database process":
            return [pid for pid, (parent, _command) in everybody.items() if parent == server]
        return [pid for pid in everybody if self._mine(pid) and _kind(pid, everybody) == kind]

    def _mine(self, pid: int) -> bool:
        try:
            environment = Path(f"/proc/{pid}/environ").read_bytes().split(b"\0")
        except OSError:
            return False
        return f"BIHUAN_HOME={self.home}".encode() in environment


def _everybody() -> Iterator[tuple[int, int, bytes]]:
    """Process, parent and command line of all that runs."""
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                parent = int((entry / "stat").read_text().rsplit(")", 1)[1].split()[1])
                yield int(entry.name), parent, (entry / "cmdline").read_bytes()
            except OSError:
                continue


def _kind(pid: int, everybody: dict[int, tuple[int, bytes]]) -> str:
    parent, command = everybody[pid]
    _above, command_above = everybody.get(parent, (0, b""))
    if b"procrastinate" in command:
        return "worker"
    if b"granian" in command_above:
        return "web process"
    return "web" if b"granian" in command else ""


def run(instance: Living, *, kills: int, seed: int = 1, pause: float = 2.0) -> dict[str, Any]:
    """Load and kills, then the count. The instance is a fresh one with the base world. Each kill comes at a
    random moment within `pause` seconds after work went on: a server that is still down can't lose any."""
    (county,) = instance.rows("SELECT id FROM places_jurisdiction WHERE code = '330481'")[0]
    stop, killer, start = threading.Event(), Killer(instance, seed), time.monotonic()
    writers = [
        Writer(instance.url, name, number, stop, county) for number, name in enumerate(WRITERS, start=1)
    ]
    for writer in writers:
        writer.start()
    try:
        while killer.killed.total() < kills and not any(writer.failure for writer in writers):
            _await_work(writers)
            time.sleep(killer.chance.uniform(0, pause))
            killer.strike()
    finally:
        stop.set()
        for writer in writers:
            writer.join()
    for writer in writers:
        if writer.failure:
            raise writer.failure
    sent = [one for writer in writers for one in writer.sent]
    return count(instance, sent) | {
        "kills": dict(killer.killed),
        "seconds": round(time.monotonic() - start),
    }


def _await_work(writers: list[Writer]) -> None:
    def answered() -> int:
        return sum(one.acknowledged for writer in writers for one in list(writer.sent))

    before, until = answered(), time.monotonic() + PATIENCE_SECONDS
    while answered() == before and time.monotonic() < until and not any(one.failure for one in writers):
        time.sleep(0.02)


def count(instance: Living, sent: list[Sent]) -> dict[str, Any]:
    """How often each action is there, by what was sent."""
    problems = Counter(title for (title,) in instance.rows("SELECT title FROM loop_problem"))
    accepted: Counter[int] = Counter(
        int(stream.split(":")[1])
        for (stream,) in instance.rows("SELECT stream FROM ledger_event WHERE kind = 'problem.accept_report'")
    )
    held = {sha for (sha,) in instance.rows("SELECT sha256 FROM evidence_evidencefile")}
    times = [problems[one.title] if one.kind == "report" else accepted[one.problem] for one in sent]
    acknowledged = [number for one, number in zip(sent, times, strict=True) if one.acknowledged]
    others = [number for one, number in zip(sent, times, strict=True) if not one.acknowledged]
    photos = {one.photo for one in sent if one.photo and one.acknowledged}
    stored = {path.name for path in (instance.home / "evidence").rglob("*") if path.is_file()}
    return {
        "sent": len(sent),
        "acknowledged": len(acknowledged),
        "sent_again": sum(one.tries > 1 for one in sent),
        "given_up": len(others),
        "given_up_yet_done": sum(number == 1 for number in others),
        "missing": sum(number == 0 for number in acknowledged),
        "twice": sum(number > 1 for number in times),
        "photos": len(photos),
        "photos_missing": len(photos - (held & stored)),
        "rotten_files": sum(
            sha256(path.read_bytes()).hexdigest() != path.name
            for path in (instance.home / "evidence").rglob("*")
            if path.is_file() and len(path.name) == 64
        ),
        "ledger": verified(instance),
    }


def verified(instance: Living) -> str:
    """What `bihuan ledger verify` says."""
    command = [sys.executable, "-c", COMMAND, "ledger", "verify"]
    done = subprocess.run(
        command, env={**os.environ, "BIHUAN_HOME": str(instance.home)}, capture_output=True, text=True
    )
    return done.stdout.strip().splitlines()[-1] if done.stdout.strip() else done.stderr.strip()


def photo() -> bytes:
    buffer = io.BytesIO()
    colour = tuple(os.urandom(3))
    Image.new("RGB", (320, 240), colour).save(buffer, "JPEG")
    return buffer.getvalue()


def multipart(fields: dict[str, str], content: bytes) -> tuple[bytes, str]:
    boundary = uuid4().hex
    parts = [
        f'--{boundary}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'.encode()
        for name, value in fields.items()
    ]
    if content:
        head = f'--{boundary}\r\nContent-Disposition: form-data; name="photo"; filename="photo.jpg"\r\n'
        parts.append(f"{head}Content-Type: image/jpeg\r\n\r\n".encode() + content + b"\r\n")
    return b"".join(parts) + f"--{boundary}--\r\n".encode(), f"multipart/form-data; boundary={boundary}"
