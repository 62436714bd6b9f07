"""Benchmarks measure in a database of their own and leave nothing behind; how fast is not asked here."""

import json
import os

import psycopg
import pytest

from bihuan.kernel.database.connection import Embedded
from bihuan.kernel.ledger.models import Event
from bihuan.kernel.ledger.queries import Verification
from bihuan.web.cli.bench import BENCHMARKS, bench, results
from bihuan.web.cli.bench import ledger as ledger_bench
from bihuan.web.cli.bench import scratch as scratch_bench
from bihuan.web.home import bihuan_home
from bihuan.web.tests.test_commands import bihuan


def databases() -> set[str]:
    with psycopg.connect(Embedded(bihuan_home()).url) as connection:
        return {name for (name,) in connection.execute("SELECT datname FROM pg_database")}


def test_the_ledger_is_measured_beside_the_real_one_and_nothing_stays():
    done = bihuan("bench", "ledger", "--seconds", "0.3", "--events", "300", "--writers", "2", "--json")
    assert done.returncode == 0, done.stderr
    said = json.loads(done.stdout)
    rows = {row["what"]: row for row in said["rows"]}
    assert rows["chains verified"]["events"] >= 300 + rows["appended, many streams"]["events"]
    assert said["machine"]["database"].startswith("PostgreSQL")
    assert "bihuan_bench_ledger" not in databases()
    assert not (bihuan_home() / "bench" / "ledger").exists()


def test_a_benchmark_has_its_own_database_home_and_way_in(monkeypatch):
    for name in ("DATABASE_URL", "BIHUAN_HOME", "BIHUAN_SECOND_FACTOR"):
        monkeypatch.setenv(name, os.environ.get(name, ""))
    monkeypatch.setenv("BIHUAN_SECOND_FACTOR", "required")
    for name in ("load_django", "migrate"):
        monkeypatch.setattr(scratch_bench, name, lambda: None)
    with scratch_bench.scratch("nothing"):
        assert os.environ["DATABASE_URL"].endswith("/bihuan_bench_nothing")
        assert os.environ["BIHUAN_HOME"].endswith("/bench/nothing")
        assert os.environ["BIHUAN_SECOND_FACTOR"] == "optional"
        with psycopg.connect(os.environ["DATABASE_URL"]) as connection:
            assert connection.info.dbname == "bihuan_bench_nothing"
    monkeypatch.undo()
    assert "bihuan_bench_nothing" not in databases()


@pytest.mark.django_db
def test_a_bulk_filled_ledger_is_a_sound_one(monkeypatch):
    monkeypatch.setattr(ledger_bench, "STREAMS", 7)
    ledger_bench.fill(23)
    assert Event.objects.filter(stream__startswith="filled:").count() == 23
    assert list(Verification().faults()) == []


@pytest.mark.django_db
def test_results_name_the_machine(capsys):
    results.show("Title", [{"what": "a", "events": 12345, "rate": 1234.5, "share": 0.01234}], as_json=False)
    shown = capsys.readouterr().out
    assert "12,345" in shown
    assert "1,234" in shown
    assert "0.0123" in shown
    assert f"{os.cpu_count()} cores" in shown


def test_one_row_of_many_measures_is_laid_on_its_side(capsys):
    results.show(
        "Title", [{f"measure {at}": at + 10_000 for at in range(14)}], as_json=False, with_database=False
    )
    shown = capsys.readouterr().out
    assert all(f"measure {at}" in shown and f"{at + 10_000:,}" in shown for at in range(14))


@pytest.mark.parametrize(("share", "expected"), [(0.0, 1), (0.5, 3), (0.95, 5), (1.0, 5)])
def test_percentile(share, expected):
    assert results.percentile([5, 3, 1, 2, 4], share) == expected


def test_every_benchmark_has_its_command():
    assert bench.list_commands(None) == list(BENCHMARKS)
    assert bench.get_command(None, "nothing") is None
    assert all(bench.get_command(None, name).name == name for name in BENCHMARKS)
