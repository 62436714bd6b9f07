"""The command line: its table of contents, what it prints for programs, and its exit codes."""

import json
import os
import socket
import subprocess
import sys

import pytest
from click.testing import CliRunner

from bihuan.kernel.database.connection import Embedded
from bihuan.kernel.errors import Unusable
from bihuan.web import cli
from bihuan.web.cli import check, database, instance
from bihuan.web.cli.supervisor import COMMAND


def bihuan(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """The command in a process of its own, as a person runs it."""
    return subprocess.run(
        [sys.executable, "-c", COMMAND, *arguments],
        env={name: value for name, value in (os.environ | environment).items() if value},
        capture_output=True,
        text=True,
    )


def test_help_reads_like_a_table_of_contents():
    shown = CliRunner().invoke(cli.bihuan, ["--help"])
    assert shown.exit_code == 0
    places = [shown.output.index(word) for word in (*cli.CONTENTS, "database  ")]
    assert places == sorted(places)
    for name, entry in cli.ENTRIES.items():
        assert f"{name}  " in shown.output
        assert entry.summary in shown.output


@pytest.mark.parametrize("name", list(cli.ENTRIES))
def test_every_command_has_help(name, monkeypatch):
    monkeypatch.setattr(sys, "argv", ["bihuan", name, "--help"])
    assert CliRunner().invoke(cli.bihuan, [name, "--help"]).exit_code == 0


def test_an_unknown_command_exits_with_2(tmp_path):
    done = bihuan("tidy", BIHUAN_HOME=str(tmp_path))
    assert done.returncode == 2
    assert "tidy" in done.stderr


def test_database_url_is_the_operators_or_the_homes(tmp_path, monkeypatch):
    monkeypatch.setenv("BIHUAN_HOME", str(tmp_path))
    monkeypatch.delenv("DATABASE_URL", raising=False)
    assert CliRunner().invoke(database.database, ["url"]).output.strip() == Embedded(tmp_path).url
    monkeypatch.setenv("DATABASE_URL", "postgresql://city@db/bihuan")
    assert CliRunner().invoke(database.database, ["url"]).output == "postgresql://city@db/bihuan\n"


def test_check_finds_the_test_servers_missing_durability(world):
    shown = CliRunner().invoke(check.check, ["--json"])
    found = {finding["id"]: finding for finding in json.loads(shown.output)}
    assert set(found) == set(check.CHECKS)
    assert {name for name, finding in found.items() if not finding["ok"]} == {"durability"}
    assert found["durability"]["found"] == "fsync off, synchronous_commit off"
    assert shown.exit_code == 1


def test_check_is_content_with_a_healthy_instance(world, monkeypatch):
    monkeypatch.setitem(check.CHECKS, "durability", lambda: (True, "on"))
    shown = CliRunner().invoke(check.check)
    assert shown.exit_code == 0
    assert "PostgreSQL" in shown.output


def test_an_unreachable_database_is_said_in_one_line(tmp_path):
    done = bihuan("check", BIHUAN_HOME=str(tmp_path), DATABASE_URL="postgresql://me@127.0.0.1:1/none")
    assert done.returncode == 2
    assert "127.0.0.1" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_wrong_address_is_said_before_the_settings_are_read(tmp_path):
    done = bihuan("check", BIHUAN_HOME=str(tmp_path), DATABASE_URL="sqlite://file")
    assert done.returncode == 2
    assert done.stderr == "DATABASE_URL must begin with postgresql://, not with sqlite://.\n"


def test_a_taken_port_is_said_at_once(tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        done = bihuan("up", "--port", port, BIHUAN_HOME=str(tmp_path))
    assert done.returncode == 2
    assert port in done.stderr


@pytest.mark.parametrize(
    ("failure", "code"), [(Unusable(reason="no"), 2), (ZeroDivisionError(), 2), (KeyboardInterrupt(), 2)]
)
def test_main_ends_every_failure_with_2(failure, code, monkeypatch):
    def fail():
        raise failure

    monkeypatch.setattr(sys, "argv", ["bihuan", "broken"])
    monkeypatch.setattr(
        cli.TableOfContents, "get_command", lambda *_: cli.click.Command("broken", callback=fail)
    )
    with pytest.raises(SystemExit) as end:
        cli.main()
    assert end.value.code == code


@pytest.fixture
def told(db, monkeypatch) -> list[str]:
    """What a server that isn't running yet is told."""
    said = []

    class Server:
        def is_running(self):
            return False

        def start(self):
            said.append("start")

        def stop(self, *, unless_in_use):
            said.append(f"stop unless in use: {unless_in_use}")

    monkeypatch.setattr(instance, "embedded", Server)
    monkeypatch.setattr("django.db.connections.close_all", lambda: said.append("close"))
    return said


def test_a_command_opens_the_instance_and_leaves_it_as_it_was(told):
    instance.open_instance()()
    assert told == ["start", "close", "stop unless in use: True"]


def test_settings_that_are_refused_leave_no_server_behind(told, monkeypatch):
    def refuse():
        raise Unusable(reason="a setting is wrong")

    monkeypatch.setattr(instance, "load_django", refuse)
    with pytest.raises(Unusable):
        instance.open_instance()
    assert told == ["start", "stop unless in use: True"]


def test_an_operators_database_has_no_launcher(monkeypatch, tmp_path):
    monkeypatch.setenv("DATABASE_URL", "postgresql://city@db/bihuan")
    assert instance.embedded() is None
    monkeypatch.delenv("DATABASE_URL")
    monkeypatch.setenv("BIHUAN_HOME", str(tmp_path))
    assert instance.embedded().home == tmp_path
