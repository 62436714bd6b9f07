"""`bihuan import`: counts as JSON, refusals named, exit codes."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from bihuan.governance.petitions.models import PetitionCase
from bihuan.web.cli.imports import import_

pytestmark = pytest.mark.django_db

GOOD = "受理编号,交办问题基本情况,行政区域\nX2ZJ202009040007,异味扰民。,海宁市\n"
BAD = GOOD + "X2ZJ202009040008,异味扰民。,火星县\n"


def run(path: Path, *options: str, kind: str = "petitions") -> Result:
    return CliRunner().invoke(import_, [kind, str(path), *options])


@pytest.fixture
def table(tmp_path: Path) -> Path:
    path = tmp_path / "table.csv"
    path.write_text(GOOD, encoding="utf-8")
    return path


def test_json_counts_and_exit_0(world, table) -> None:
    for counts in ({"new": 1, "changed": 0, "unchanged": 0}, {"new": 0, "changed": 0, "unchanged": 1}):
        done = run(table, "--json")
        assert json.loads(done.stdout) == {**counts, "refused": []}
        assert done.exit_code == 0


def test_refusals_are_named_and_exit_1(world, table) -> None:
    table.write_text(BAD, encoding="utf-8")
    done = run(table, "--json")
    (refused,) = json.loads(done.stdout)["refused"]
    assert (done.exit_code, refused["row"], refused["field"]) == (1, 3, "行政区域")
    assert "火星县" in refused["reason"]
    assert table.with_name("table.csv.refused.csv").exists()


def test_for_people_it_prints_a_table(world, table) -> None:
    table.write_text(BAD, encoding="utf-8")
    done = run(table)
    assert "new 1 · changed 0 · unchanged 0 · refused 1" in done.stdout
    assert "火星县" in done.stdout


def test_a_dry_run_keeps_nothing(world, table) -> None:
    assert "dry run" in run(table, "--dry-run").stdout
    assert not PetitionCase.objects.exists()


def test_who_imports_may_be_named(world, table) -> None:
    assert run(table, "--as", "county_officer").exit_code == 0
    assert run(table, "--as", "nobody").exit_code == 2


def test_an_unknown_kind_exits_with_2(world, table) -> None:
    assert run(table, kind="letters").exit_code == 2
