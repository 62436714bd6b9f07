"""`bihuan backup` and `bihuan restore`: everything comes back into an empty place, nothing into another."""

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from django.db import connection
from django.utils import translation

from bihuan.kernel.database.backup import sealing
from bihuan.kernel.database.backup.tables import Snapshot
from bihuan.kernel.database.beside import own_connection
from bihuan.kernel.evidence.models import EvidenceFile
from bihuan.kernel.evidence.storage import key_of
from bihuan.kernel.ledger.models import Event
from bihuan.kernel.people.models import User
from bihuan.kernel.places.models import Jurisdiction
from bihuan.loop.actions import report
from bihuan.loop.models import Problem
from bihuan.loop.tests.files import photo
from bihuan.web.backup import restoring
from bihuan.web.backup.making import caches
from bihuan.web.cli import backup as backup_command
from bihuan.web.cli import restore as restore_command
from bihuan.web.cli.instance import migrate
from bihuan.web.tests.elsewhere import elsewhere


@pytest.fixture
def at(django_db_setup, django_db_blocker, monkeypatch, tmp_path):
    """`at(name)` is a place: home and database of its own, empty or with the base world."""
    monkeypatch.setattr(sealing, "COST_LOG2", 2)
    monkeypatch.setattr(restore_command, "embedded", lambda: None)
    monkeypatch.setattr(restore_command, "load_django", lambda: None)
    with django_db_blocker.unblock():
        yield lambda name, **wishes: elsewhere(tmp_path / name, **({"base_world": False} | wishes))


@pytest.fixture
def source(at):
    """A lived-in place: problems, photos, a waiting import, a secret."""
    with at("source", base_world=True) as home:
        migrate()  # as every instance has been: with the rules that the areas bring along
        officer, county = User.objects.get(username="county_officer"), Jurisdiction.objects.get(code="330481")
        for number, colour in enumerate(("red", "green", "blue")):
            title = f"换行\n与制表\t{number}"
            report(by=officer, title=title, jurisdiction=county, procedure="municipal", place="运河边")
            photo(officer, colour=colour)
        (home / "secret_key").write_text("the city's own secret")
        (home / "imports").mkdir()
        (home / "imports" / "waiting.xlsx").write_bytes(b"\x00\xffrows")
        (home / "logs").mkdir()
        (home / "logs" / "web.log").write_text("not kept")
        yield home


def run(command: Any, *arguments: Any) -> Any:
    return CliRunner().invoke(command, [str(argument) for argument in arguments])


def everything() -> tuple[dict[str, list[bytes]], dict[str, int]]:
    """Every row of every table, and where every sequence stands."""
    with own_connection() as own:
        snapshot = Snapshot(own, without=caches())
        rows = {table.name: sorted(snapshot.rows(table)) for table in snapshot.tables}
        return rows, snapshot.sequences


def files(home: Path) -> dict[str, bytes]:
    return {
        path.relative_to(home).as_posix(): path.read_bytes()
        for path in home.rglob("*")
        if path.is_file() and "logs" not in path.parts and path.name != restoring.ENVIRONMENT_FILE
    }


def test_an_empty_place_becomes_the_same_in_every_table_and_file(at, source, tmp_path):
    keeper = tmp_path / "passphrase"
    keeper.write_text("海宁的口令 long and dull\nsecond line\n")
    by = ["--passphrase-file", keeper]
    made = run(backup_command.backup, tmp_path / "city.backup", "--json", *by)
    assert made.exit_code == 0, made.output
    said, rows, kept = json.loads(made.stdout), everything(), files(source)
    assert said["encrypted"]
    assert said["evidence"] == 6
    assert said["rows"] == sum(map(len, rows[0].values()))
    assert (tmp_path / "city.backup").stat().st_mode & 0o077 == 0
    assert b"the city's own secret" not in (tmp_path / "city.backup").read_bytes()
    with at("target") as home:
        done = run(restore_command.restore, tmp_path / "city.backup", "--json", *by)
        assert done.exit_code == 0, done.output
        verdict = json.loads(done.stdout)
        assert (verdict["faults"], verdict["missing"]) == ([], [])
        assert verdict["events"] == Event.objects.count() > 3
        assert files(home) == kept
        again = everything()
    assert all(again[1][name] >= last for name, last in rows[1].items())
    for table, before in rows[0].items():
        assert (table, again[0][table]) == (table, before)
    assert set(again[0]) == set(rows[0])


@pytest.fixture
def kept(source, tmp_path) -> Path:
    assert run(backup_command.backup, tmp_path / "city.backup").exit_code == 0
    return tmp_path / "city.backup"


def refused(file: Path, *options: Any) -> str:
    done = run(restore_command.restore, file, *options)
    assert done.exit_code != 0
    assert not isinstance(done.exception, SystemExit), done.output
    return said(done)


def said(done: Any) -> str:
    with translation.override("en"):
        return str(done.exception)


def test_a_place_with_tables_or_files_is_refused_and_left_alone(at, kept, source):
    before = everything()
    assert "数据表" in refused(kept)
    assert everything() == before
    with at("files") as home:
        (home / "evidence").mkdir()
        (home / "evidence" / "something").write_bytes(b"theirs")
        assert "something" in refused(kept)
        assert not connection.introspection.table_names()
    with at("imports") as home:
        (home / "imports").mkdir()
        (home / "imports" / "waiting.xlsx").write_bytes(b"theirs")
        assert "waiting.xlsx" in refused(kept)


def test_a_newer_schema_is_refused_by_name(at, kept, tmp_path, source):
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO django_migrations (app, name, applied) VALUES ('loop', '9999_later', now())"
        )
    run(backup_command.backup, tmp_path / "newer.backup")
    with at("target"):
        said = refused(tmp_path / "newer.backup")
        assert "loop.9999_later" in said
        assert not connection.introspection.table_names()


def test_another_city_is_refused(at, kept, settings):
    settings.BIHUAN_CITY = "3301"
    with at("target"):
        assert "BIHUAN_CITY=3304" in refused(kept)


def test_damage_is_found_before_anything_is_written(at, kept):
    data = bytearray(kept.read_bytes())
    data[data.index(b"tables/ledger_event/") + 600] ^= 1
    kept.write_bytes(data)
    with at("target") as home:
        refused(kept)
        assert not connection.introspection.table_names()
        assert files(home) == {}


def test_a_restore_that_breaks_off_says_what_is_left(at, kept, monkeypatch):
    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(restoring, "_keep", full)
    with at("target") as home:
        said = refused(kept)
        assert "No space left on device" in said
        assert "DATABASE_URL" in said
        assert files(home) == {}
        assert not EvidenceFile.objects.exists()


def test_an_embedded_server_is_emptied_again(kept, monkeypatch):
    told = []

    class Server:
        def recreate_database(self):
            told.append("recreate")

    monkeypatch.setattr("django.db.connections.close_all", lambda: None)
    restore_command.undo({"files": []}, Server(), OSError())
    assert told == ["recreate"]


def test_reading_it_through_writes_nothing(at, kept):
    with at("target") as home:
        done = run(restore_command.restore, kept, "--check")
        assert done.exit_code == 0
        assert "evidence 6" in done.output
        assert json.loads(run(restore_command.restore, kept, "--check", "--json").stdout)["city"] == "3304"
        assert not connection.introspection.table_names()
        assert files(home) == {}


def test_a_passphrase_is_asked_for_and_a_wrong_one_refused(source, tmp_path, monkeypatch):
    target = tmp_path / "sealed.backup"
    done = CliRunner().invoke(backup_command.backup, [str(target), "--encrypt"], input="correct\ncorrect\n")
    assert done.exit_code == 0, done.output
    assert "--passphrase-file" in refused(target, "--check")
    wrong = tmp_path / "wrong"
    wrong.write_text("wrong\n")
    assert "passphrase" in refused(target, "--check", "--passphrase-file", wrong)
    wrong.write_text("\n")
    assert "first line" in refused(target, "--check", "--passphrase-file", wrong)


def test_a_backup_is_never_written_over_and_never_half(source, tmp_path, monkeypatch):
    target = tmp_path / "city.backup"
    target.write_bytes(b"last week's")
    done = run(backup_command.backup, target)
    assert "never written over" in said(done)
    assert target.read_bytes() == b"last week's"

    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("bihuan.web.backup.making._evidence", full)
    assert isinstance(run(backup_command.backup, tmp_path / "full.backup").exception, OSError)
    assert not list(tmp_path.glob("full*"))


def test_what_is_amiss_at_the_source_is_told_and_still_comes_over(at, source, tmp_path, monkeypatch):
    monkeypatch.setenv("BIHUAN_HOSTS", 'city.example,"$x"')
    lost, rotten = EvidenceFile.objects.all()[:2]
    (source / "evidence" / key_of(lost.sha256)).unlink()
    (source / "evidence" / key_of(rotten.sha256)).write_bytes(b"rotten")
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE ledger_event DISABLE TRIGGER USER")
        cursor.execute("UPDATE ledger_event SET reason = 'never said' WHERE kind LIKE 'problem.%'")
        cursor.execute("ALTER TABLE ledger_event ENABLE TRIGGER USER")
    done = run(backup_command.backup, tmp_path / "city.backup")
    assert done.exit_code == 1
    assert f"missing: {lost.sha256}" in done.output
    assert f"damaged: {rotten.sha256}" in done.output
    with at("target") as home:
        done = run(restore_command.restore, tmp_path / "city.backup")
        assert done.exit_code == 1
        assert f"missing: {lost.sha256}" in done.output
        assert "problem:" in done.output
        assert Problem.objects.count() == 3
        configuration = home / restoring.ENVIRONMENT_FILE
        assert 'BIHUAN_HOSTS="city.example,\\"\\$x\\""' in configuration.read_text().splitlines()
        assert "BIHUAN_HOME=" not in configuration.read_text()
        assert configuration.stat().st_mode & 0o077 == 0


def test_no_file_outside_the_home_is_written(db, tmp_path):
    from bihuan.web.backup.errors import UnsafeName

    for name in ("../passwd", "/etc/passwd", "imports/../../x"):
        with pytest.raises(UnsafeName):
            restoring._inside(tmp_path, name)
