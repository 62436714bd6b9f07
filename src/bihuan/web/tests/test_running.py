"""`bihuan up` and `bihuan demo`: what they start, what they say, and that they leave nothing behind."""

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path

import pytest
from click.testing import CliRunner

from bihuan.kernel.database.connection import free_port
from bihuan.kernel.database.launcher import Launcher
from bihuan.kernel.errors import Unusable
from bihuan.web.cli import run, supervisor
from bihuan.web.cli.errors import (
    AlreadyRunning,
    NotADemo,
    NotOursToReset,
    PagesDontAnswer,
    PortInUse,
    ProcessEnded,
)
from bihuan.web.cli.running import noted, port_is_free, running_port
from bihuan.web.cli.supervisor import COMMAND, Child, Listening, Supervisor

SLEEPER = ["-c", "import time; time.sleep(60)"]
STUBBORN = ["-c", "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); time.sleep(60)"]


@pytest.fixture(autouse=True)
def own_signals():
    """The commands take over the signals; the test run needs its own back."""
    kept = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)}
    yield
    for number, handler in kept.items():
        signal.signal(number, handler)


@pytest.fixture(autouse=True)
def logs(tmp_path, monkeypatch):
    monkeypatch.setattr(supervisor, "logs", lambda: tmp_path)


def alive(pid: int) -> bool:
    status = Path(f"/proc/{pid}/stat")
    return status.exists() and status.read_text().rsplit(")")[1].split()[0] != "Z"


def test_children_end_with_their_supervisor(monkeypatch):
    monkeypatch.setattr(supervisor, "STOP_SECONDS", 1)
    with Supervisor(port=free_port()) as children:
        children.children = [Child("sleeper", SLEEPER), Child("stubborn", STUBBORN), Child("late", SLEEPER)]
        for child in children.children[:2]:
            child.start()
        time.sleep(0.5)
    assert not any(alive(child.process.pid) for child in children.children[:2])


def test_a_child_that_ends_is_started_again_ever_later_and_never_given_up(tmp_path, monkeypatch):
    monkeypatch.setattr(supervisor, "PAUSES", (0, 0.1, 0.2))
    child = Child("brief", ["-c", "print('again', flush=True)"])
    until = time.monotonic() + 60
    while child.deaths < 6:
        child.revive()
        time.sleep(0.01)
        assert time.monotonic() < until
    child.end(time.monotonic() + 10)
    assert (tmp_path / "brief.log").read_text().count("again") == 5


def test_nobody_waits_for_a_child_that_has_to_wait(monkeypatch):
    monkeypatch.setattr(supervisor, "PAUSES", (0, 3600))
    broken, sleeper = Child("broken", ["-c", "raise SystemExit(3)"]), Child("sleeper", SLEEPER)
    assert broken.revive()
    broken.process.wait()
    assert not broken.revive()
    assert not broken.revive()
    assert sleeper.revive()
    sleeper.signal(signal.SIGKILL)
    sleeper.end(time.monotonic())


def test_what_a_killed_server_leaves_behind_is_cleared_away(tmp_path):
    parent = "import subprocess, sys, time; p = subprocess.Popen([sys.executable, *sys.argv[1:]]);"
    child = Child("server", ["-c", parent + "print(p.pid, flush=True); time.sleep(60)", *SLEEPER])
    child.start()
    while not (text := child.log.read_text()):
        time.sleep(0.01)
    left = int(text)
    os.kill(child.process.pid, signal.SIGKILL)
    child.process.wait()
    assert alive(left)
    child.revive()
    while alive(left):
        time.sleep(0.01)
    child.signal(signal.SIGKILL)
    child.end(time.monotonic())


def test_the_counts_of_an_earlier_server_are_not_added_to_a_new_one(tmp_path):
    scratch = tmp_path / "metrics"
    scratch.mkdir()
    (scratch / "counter_1.db").write_bytes(b"old")
    said = "import os; print(os.environ['PROMETHEUS_MULTIPROC_DIR'], os.environ['BIHUAN_LOG_LEVEL'])"
    child = Child("web", ["-c", said], scratch)
    child.start()
    child.process.wait()
    assert list(scratch.iterdir()) == []
    assert child.log.read_text().split() == [str(scratch), "INFO"]


class Engine:
    """A database server that can be killed, comes back at the second try, and may have to move."""

    class place:
        url = "postgresql://here"

    def __init__(self, *, moves: bool) -> None:
        self.alive, self.starts, self.moves = False, 0, moves

    def is_alive(self):
        return self.alive

    def start(self):
        self.starts += 1
        if self.starts == 1:
            raise Unusable(reason="two lines\nstill starting")
        self.alive = True
        return "postgresql://there" if self.moves else "postgresql://here"


@pytest.mark.parametrize("moves", [False, True])
def test_a_killed_database_is_brought_back(monkeypatch, capsys, moves):
    monkeypatch.setattr(supervisor, "PAUSES", (0, 0))
    engine, told = Engine(moves=moves), []
    watcher = Supervisor(port=free_port(), server=engine)
    watcher.children = [Child("web", SLEEPER)]
    monkeypatch.setattr(Child, "signal", lambda self, number: told.append(number))
    for _look in range(3):
        watcher._keep_database()
    assert engine.alive
    assert engine.starts == 2
    assert told == ([signal.SIGTERM] if moves else [])
    assert "still starting" in capsys.readouterr().err


def test_watching_goes_on_until_a_signal(monkeypatch):
    looks = iter([None, None])
    watcher = Supervisor(port=free_port())
    watcher.children = [Child("late", SLEEPER)]
    monkeypatch.setattr(watcher, "_looks", lambda: looks)
    watcher.watch()
    assert not watcher.children[0].has_ended()
    watcher.__exit__(None, None, None)
    assert watcher.children[0].has_ended()


def test_pages_that_never_answer_are_given_up(monkeypatch):
    monkeypatch.setattr(supervisor, "START_SECONDS", 0.3)
    with Supervisor(port=free_port()) as children:
        children.children = [Child("mute", SLEEPER)]
        with pytest.raises(PagesDontAnswer):
            children.start()


def test_a_child_that_ends_at_once_stops_the_start():
    with Supervisor(port=free_port()) as children:
        children.children = [Child("broken", ["-c", "raise SystemExit(3)"])]
        with pytest.raises(ProcessEnded, match="broken"):
            children.start()


def test_a_steady_child_is_forgiven_its_old_deaths(monkeypatch):
    monkeypatch.setattr(supervisor, "STEADY_SECONDS", -1)
    child = Child("steady", SLEEPER)
    child.deaths = len(supervisor.PAUSES)
    assert child.revive()
    assert child.deaths == 1
    assert not child.has_ended()
    assert not child.revive()
    child.signal(signal.SIGKILL)
    child.end(time.monotonic())


class Staged:
    """Stands in for the child processes: everything answers at once, then Ctrl-C comes."""

    def __init__(self, *, port: int, host: str, gateway: object, server: object) -> None:
        self.port, self.gateway = port, gateway

    def __enter__(self):
        return self

    def __exit__(self, *_):
        pass

    def start(self):
        pass

    def watch(self):
        os.kill(os.getpid(), signal.SIGINT)
        time.sleep(5)


class Server:
    def __init__(self, *, running: bool) -> None:
        self.running, self.told = running, []

    def is_running(self):
        return self.running

    def start(self):
        self.told.append("start")

    def stop(self):
        self.told.append("stop")

    def recreate_database(self):
        self.told.append("recreate")


@pytest.fixture
def staged(monkeypatch, world):
    monkeypatch.setattr(run, "Supervisor", Staged)
    monkeypatch.setattr(run, "embedded", lambda: None)
    monkeypatch.setattr("django.db.connections.close_all", lambda: None)
    monkeypatch.setattr(run, "say", run.Console(stderr=True, force_terminal=False))


def test_up_says_where_it_is_until_ctrl_c(staged):
    port = free_port()
    shown = CliRunner().invoke(run.up, ["--port", str(port), "--gateway-port", "0"])
    assert shown.exit_code == 0, shown.exception
    assert f"http://127.0.0.1:{port}/" in shown.stdout


@pytest.mark.parametrize("running", [True, False])
def test_it_stops_only_the_server_it_started(staged, monkeypatch, running):
    server = Server(running=running)
    monkeypatch.setattr(run, "embedded", lambda: server)
    CliRunner().invoke(run.up, ["--port", str(free_port()), "--gateway-port", "0"])
    assert server.told == (["start"] if running else ["start", "stop"])


def test_demo_prints_address_and_accounts(staged, monkeypatch, tmp_path):
    monkeypatch.setenv("BIHUAN_DEMO", "")
    account = {"role": "leader", "username": "lingdao", "password": "secret", "name": "陈市领导"}
    monkeypatch.setattr("bihuan.web.demo_city.build_once", lambda scale, progress: progress(f"built {scale}"))
    monkeypatch.setattr("bihuan.web.demo_city.accounts.accounts", lambda: [account])
    server = Server(running=False)
    monkeypatch.setattr(run, "embedded", lambda: server)
    monkeypatch.setattr("django.conf.settings.MEDIA_ROOT", tmp_path / "evidence")
    (tmp_path / "evidence").mkdir()
    port = free_port()
    with socket.create_server(("127.0.0.1", 0)) as taken:
        asked = taken.getsockname()[1]
        words = ["--port", str(port), "--gateway-port", str(asked), "--json", "--reset"]
        shown = CliRunner().invoke(run.demo, words)
    name = account.pop("name")
    said = json.loads(shown.stdout)
    host, _colon, gateway = said.pop("gateway").partition(":")
    assert (host, int(gateway) > asked) == ("127.0.0.1", True)
    assert said == {"url": f"http://127.0.0.1:{port}/", "accounts": [dict(account)]}
    account["name"] = name
    assert server.told == ["start", "recreate", "stop"]
    assert not (tmp_path / "evidence").exists()
    table = CliRunner().invoke(run.demo, ["--port", str(port)])
    assert "lingdao" in table.stdout
    assert "secret" in table.stdout


def test_a_demo_keeps_away_from_real_records(staged, monkeypatch):
    monkeypatch.setenv("BIHUAN_DEMO", "")
    refused = CliRunner().invoke(run.demo, ["--port", str(free_port())])
    assert isinstance(refused.exception, NotADemo)


def test_an_operators_database_is_not_reset(staged, monkeypatch):
    monkeypatch.setenv("BIHUAN_DEMO", "")
    refused = CliRunner().invoke(run.demo, ["--port", str(free_port()), "--reset"])
    assert isinstance(refused.exception, NotOursToReset)


@pytest.fixture
def home(tmp_path, monkeypatch):
    monkeypatch.setenv("BIHUAN_HOME", str(tmp_path))
    return tmp_path


def test_a_running_demo_is_asked_again_for_its_accounts(staged, home, monkeypatch):
    monkeypatch.setenv("BIHUAN_DEMO", "")
    monkeypatch.setattr("bihuan.web.demo_city.accounts.accounts", lambda: [])
    with socket.create_server(("127.0.0.1", 0)) as busy:
        port = busy.getsockname()[1]
        with noted(port):
            shown = CliRunner().invoke(run.demo, ["--json", "--port", str(free_port())])
            again = CliRunner().invoke(run.up, ["--port", str(free_port())])
    assert json.loads(shown.stdout)["url"] == f"http://127.0.0.1:{port}/"
    assert isinstance(again.exception, AlreadyRunning)
    assert str(port) in str(again.exception)


def test_a_killed_instance_does_not_pass_for_a_running_one(home):
    (home / "running.json").write_text(json.dumps({"port": free_port(), "process": os.getpid()}))
    assert running_port() is None
    gone = subprocess.Popen([sys.executable, "-c", ""])
    gone.wait()
    with socket.create_server(("127.0.0.1", 0)) as busy:
        note = {"port": busy.getsockname()[1], "process": gone.pid}
        (home / "running.json").write_text(json.dumps(note))
        assert running_port() is None


def test_the_gateway_is_a_child_with_its_own_address_unless_nobody_wants_it():
    assert [child.name for child in Supervisor(port=1).children] == ["web", "worker"]
    *_others, gateway = Supervisor(port=1, gateway=Listening("0.0.0.0", 2120)).children
    assert gateway.arguments[-5:] == ["gateway", "--host", "0.0.0.0", "--port", "2120"]


def test_a_taken_port_for_devices_is_said(staged):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        words = ["--port", str(free_port()), "--gateway-port", str(taken.getsockname()[1])]
        shown = CliRunner().invoke(run.up, words)
    assert isinstance(shown.exception, PortInUse)


def test_a_free_port_is_told_from_a_taken_one():
    with socket.create_server(("127.0.0.1", 0)) as taken:
        assert not port_is_free(taken.getsockname()[1])
    assert port_is_free(free_port())


@pytest.mark.parametrize("ending", [signal.SIGINT, signal.SIGTERM])
def test_a_real_instance_answers_and_leaves_no_process_behind(ending):
    home = Path(tempfile.mkdtemp(prefix="bihuan-up-"))
    home.chmod(0o755)
    port = free_port()
    command = [
        sys.executable,
        "-c",
        COMMAND,
        "up",
        "--port",
        str(port),
        "--gateway-port",
        "0",
    ]
    environment = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"}
    program = subprocess.Popen(
        command, env=environment | {"BIHUAN_HOME": str(home)}, stdout=subprocess.PIPE, text=True
    )
    try:
        assert program.stdout is not None
        assert any(f"http://127.0.0.1:{port}/" in line for line in program.stdout)
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/login/", timeout=10) as answer:
            assert answer.status == 200
        server = Launcher(home)
        assert server.is_running()
        program.send_signal(ending)
        assert program.wait(timeout=30) == 0
        assert not server.is_running()
        assert port_is_free(port)
    finally:
        program.kill()
        Launcher(home).stop()
        shutil.rmtree(home)
