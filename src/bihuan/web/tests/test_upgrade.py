"""Databases of earlier releases, with data in them, come up to date and stay what they were.

`earlier/` holds a backup of each release, made by `bihuan backup` from its base world with a few problems in
different states. At a release add one; take none away while anybody may still come from there.
"""

import json
import tarfile
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.test import Client
from django.urls import reverse

from bihuan.kernel.evidence.models import EvidenceFile
from bihuan.kernel.ledger.models import Event
from bihuan.kernel.people.models import User
from bihuan.loop.actions import accept_report
from bihuan.loop.models import Problem
from bihuan.web.cli import restore
from bihuan.web.tests.elsewhere import elsewhere

EARLIER = sorted((Path(__file__).parent / "earlier").glob("*.backup"))


@pytest.fixture(params=EARLIER, ids=lambda path: path.stem)
def upgraded(request, django_db_setup, django_db_blocker, monkeypatch, tmp_path):
    """The backup's word about its rows, and what restoring it said; Django stands in the restored place."""
    monkeypatch.setattr(restore, "embedded", lambda: None)
    monkeypatch.setattr(restore, "load_django", lambda: None)
    with tarfile.open(request.param) as tar:
        seal = json.loads(tar.extractfile("seal.json").read())
    with django_db_blocker.unblock(), elsewhere(tmp_path / "home", base_world=False):
        done = CliRunner().invoke(restore.restore, [str(request.param), "--json"])
        assert done.exit_code == 0, done.output or done.exception
        yield seal, json.loads(done.stdout)


def rows(table: str) -> int:
    with connection.cursor() as cursor:
        cursor.execute(f'SELECT count(*) FROM "{table}"')
        return int(cursor.fetchone()[0])


def test_a_release_is_there_to_come_from(db):  # `db`: pytest-django builds for such tests only
    assert EARLIER


def test_every_row_is_there_and_the_city_goes_on(upgraded: Any) -> None:
    seal, verdict = upgraded
    assert (verdict["faults"], verdict["missing"]) == ([], [])
    executor = MigrationExecutor(connection)
    assert executor.migration_plan(executor.loader.graph.leaf_nodes()) == []
    there = set(connection.introspection.table_names())
    grown = {"django_migrations", "django_content_type", "auth_permission"}
    for table, told in seal["tables"].items():
        if table in there and table not in grown:
            assert (table, rows(table) >= told["rows"]) == (table, True)
    assert Counter(Problem.objects.values_list("state", flat=True)) == {
        "reported": 1,
        "assigned": 1,
        "closed": 1,
    }
    assert Event.objects.count() >= seal["tables"]["ledger_event"]["rows"]
    assert all(file.open().read() for file in EvidenceFile.objects.all())
    go_on()


def go_on() -> None:
    """People of then open the pages of now, and an old problem takes its next step."""
    officer = User.objects.get(username="county_officer")
    client = Client()
    client.force_login(officer)
    assert client.get(reverse("problems-list")).status_code == 200
    for problem in Problem.objects.all():
        assert client.get(reverse("problem", args=[problem.pk])).status_code == 200
    waiting = Problem.objects.get(state="reported")
    accept_report(waiting, by=officer, reason="属实")
    assert not Problem.objects.filter(state="reported").exists()
