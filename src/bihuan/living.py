"""A running instance with the base world in it, for the tests that need a real server and a real browser.

It has a home, a database and processes of its own, because a browser can't see inside a test's transaction.
"""

import fcntl
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

import psycopg

from bihuan.base_world import PASSWORD
from bihuan.kernel.database.connection import Embedded, free_port
from bihuan.kernel.database.launcher import Launcher
from bihuan.web.cli.supervisor import AS_A_PROXY, COMMAND

PATIENCE_SECONDS = 240
TEST_RUN = "BIHUAN_TEST_OWNER"  # set by bihuan.own_database
CHROMIUM = ("/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome")
CHROMIUM_FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
CHINESE: dict[str, Any] = {**os.environ, "LANGUAGE": "zh_CN", "LANG": "zh_CN.UTF-8"}
BUILD = "from bihuan.web.cli.instance import load_django, migrate; load_django(); migrate(); {build}"
BASE_WORLD = "from bihuan.base_world import build_base_world; build_base_world()"
DEMO_CITY = "from bihuan.web.demo_city import build_once; build_once('small', progress=print)"


@dataclass
class Living:
    home: Path
    port: int

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def rows(self, sql: str, *values: Any) -> list[Any]:
        """Look into the instance's database from outside."""
        with psycopg.connect(Embedded(self.home).url) as connection:
            return connection.execute(sql, values).fetchall()  # type: ignore[call-overload,no-any-return]

    def execute(self, sql: str, *values: Any) -> None:
        """Change the instance's database from outside, as time passing would."""
        with psycopg.connect(Embedded(self.home).url) as connection:
            connection.execute(sql, values)  # type: ignore[call-overload]

    def run(self, code: str) -> None:
        """Let actions happen in the instance, in a process of their own."""
        load = "from bihuan.web.cli.instance import load_django; load_django(); "
        _run(load + code, {**os.environ, "BIHUAN_HOME": str(self.home)})


@contextmanager
def living(build: str = BASE_WORLD, **variables: str) -> Iterator[Living]:
    """Furnish a home, start `bihuan up`, hand it over, stop it and leave nothing behind."""
    home = Path(tempfile.mkdtemp(prefix="bihuan-living-"))
    home.chmod(0o755)
    instance = Living(home, free_port())
    environment = {**os.environ, "BIHUAN_HOME": str(home), **variables}
    process = None
    try:
        furnish(home, build, environment)
        Launcher(home).start()
        command = [sys.executable, "-c", COMMAND, "up", "--port"]
        process = subprocess.Popen([*command, str(instance.port), "--gateway-port", "0"], env=environment)
        _await(instance.url)
        yield instance
    finally:
        if process is not None:
            process.send_signal(signal.SIGINT)
            process.wait(timeout=PATIENCE_SECONDS)
        Launcher(home).stop()
        shutil.rmtree(home, ignore_errors=True)


def furnish(home: Path, build: str, environment: dict[str, str]) -> None:
    """Within a run of tests what is built once is copied for the next that asks for the same."""
    if TEST_RUN not in os.environ:
        _build(home, build, environment)
        return
    stock = Path(os.environ["BIHUAN_HOME"]) / "furnished"
    stock.mkdir(exist_ok=True)
    stock.chmod(0o755)
    name = sha256(build.encode()).hexdigest()[:12]
    ready = stock / name
    with open(stock / f"{name}.lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not ready.exists():
            unfinished = Path(tempfile.mkdtemp(dir=stock))
            unfinished.chmod(0o755)
            _build(unfinished, build, {**environment, "BIHUAN_HOME": str(unfinished)})
            unfinished.rename(ready)
    subprocess.run(["cp", "-a", f"{ready}/.", str(home)], check=True)
    Embedded(home).choose_another_port()


def _build(home: Path, build: str, environment: dict[str, str]) -> None:
    server = Launcher(home, durable=False)
    server.start()
    try:
        _run(BUILD.format(build=build), environment)
    finally:
        server.stop()


def _run(code: str, environment: dict[str, str]) -> None:
    subprocess.run([sys.executable, "-c", code], env=environment, check=True, stdout=subprocess.DEVNULL)


def _await(url: str) -> None:
    until = time.monotonic() + PATIENCE_SECONDS
    while True:
        try:
            page = urllib.request.Request(f"{url}/login/", headers=AS_A_PROXY)
            urllib.request.urlopen(page, timeout=5).close()
        except OSError:
            if time.monotonic() > until:
                raise
            time.sleep(0.2)
        else:
            return


@contextmanager
def chromium() -> Iterator[Any]:
    """A headless browser; the tests' own check of the machine has made sure there is one."""
    from playwright.sync_api import sync_playwright

    program = next(path for path in CHROMIUM if Path(path).exists())
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"  # playwright runs its loop in this thread
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=list(CHROMIUM_FLAGS), env=CHINESE)
        yield browser
        browser.close()


def sign_in(
    browser: Any, instance: Living, username: str, *, password: str = PASSWORD, **context: Any
) -> Any:
    """A page of a browser of its own in which `username` has logged in."""
    page = browser.new_context(locale="zh-CN", **context).new_page()
    page.goto(f"{instance.url}/login/")
    page.fill("input[name=username]", username)
    page.fill("input[name=password]", password)
    page.click("form:has(input[name=password]) button")
    page.wait_for_url("**/desk/")
    return page
