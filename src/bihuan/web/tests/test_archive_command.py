"""`bihuan archive`: days by hand, what is due, what the archive holds."""

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from django.db import connection

from bihuan.oversight.enterprises.public import FactorTable
from bihuan.oversight.monitoring.models import MinuteMessage
from bihuan.oversight.monitoring.store import packing
from bihuan.oversight.monitoring.store.layouts import LayoutBook
from bihuan.oversight.monitoring.store.writing import Store
from bihuan.oversight.monitoring.tests.store.conftest import batch, message
from bihuan.web.cli.archive import archive


@pytest.fixture(autouse=True)
def a_stored_message(db: None, settings: Any, tmp_path: Path) -> None:
    settings.BIHUAN_HOME = tmp_path
    connection.ensure_connection()
    Store(connection.connection, LayoutBook(FactorTable(()))).write(batch(message("w01018-Avg=40.1")))


def run(*arguments: str) -> Result:
    return CliRunner().invoke(archive, [*arguments, "--json"], catch_exceptions=False)


def said(done: Result) -> Any:
    return json.loads(done.stdout)


def test_a_day_is_packed_by_hand_and_listed() -> None:
    done = run("--day", "2024-01-23", "--table", "minute")
    (row,) = said(done)["packed"]
    assert (done.exit_code, row["table"], row["messages"], row["values"]) == (0, "minute", 1, 1)
    assert not MinuteMessage.objects.exists()
    assert said(run("--list"))["packed"] == [row]
    assert said(run("--list", "--table", "period"))["packed"] == []
    assert "minute" in CliRunner().invoke(archive, ["--list"]).stdout


def test_without_a_day_only_what_is_due_goes() -> None:
    (row,) = said(run())["packed"]
    assert row["begin"].startswith("2024-01-23T00:00")
    assert said(run())["packed"] == []


def test_what_does_not_agree_stays_and_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(packing.DayWriter, "write", lambda self, rows: None)
    done = run("--day", "2024-01-23")
    assert done.exit_code == 1
    assert len(said(done)["refused"]) == 1
    assert MinuteMessage.objects.exists()
