"""The demo city, built once beside the base world, reproduces the founding report."""

import csv
import json
from datetime import date, datetime
from pathlib import Path

import pytest
from click.testing import CliRunner
from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone

from bihuan.governance.petitions.actions import NewCase, receive_case
from bihuan.governance.petitions.models import PetitionCase
from bihuan.governance.petitions.rules import number as numbers
from bihuan.governance.petitions.rules.vocabulary import Pollution, Type
from bihuan.kernel.errors import Unusable
from bihuan.kernel.ledger.models import Event
from bihuan.kernel.ledger.queries import Verification
from bihuan.kernel.places.models import Jurisdiction
from bihuan.web import demo_city
from bihuan.web.cli.figures import figures
from bihuan.web.cli.ledger import ledger
from bihuan.web.cli.report import report
from bihuan.web.demo_city.accounts import accounts

pytestmark = [pytest.mark.django_db, pytest.mark.xdist_group("demo city")]
AS_OF = ["--as-of", "2023-01-20"]
KEPT = {"django_migrations", "django_content_type", "auth_permission"}


def empty_the_database() -> None:
    """The base world makes room until the roll-back; the guards against just that are off meanwhile."""
    tables = [table for table in connection.introspection.table_names() if table not in KEPT]
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute(f"TRUNCATE {', '.join(tables)} CASCADE")
        cursor.execute("SET LOCAL session_replication_role = origin")


@pytest.fixture(scope="module")
def city(django_db_setup, django_db_blocker, tmp_path_factory):
    """What the building said. All tests of this file share the city, and nothing of it stays."""
    said: list[str] = []
    kept, settings.MEDIA_ROOT = settings.MEDIA_ROOT, tmp_path_factory.mktemp("evidence")
    with django_db_blocker.unblock(), transaction.atomic():
        empty_the_database()
        from bihuan.kernel.calendar.actions import load_days, load_rules

        load_days()
        load_rules()
        assert demo_city.build_once("small", progress=said.append)
        yield said
        transaction.set_rollback(True)
    settings.MEDIA_ROOT = kept


def test_one_worker_builds_the_city_for_all(request):
    """The group is lost where pytest and its plugin for several workers don't fit each other."""
    together = request.config.getoption("loadgroup", False)
    assert request.node.nodeid.endswith("@demo city") is together


def test_each_share_says_what_it_built(city):
    assert len(city) >= len(demo_city.SHARES)


def test_a_second_start_keeps_the_data(city):
    assert not demo_city.build_once("small", progress=city.append)


def test_there_is_an_account_for_each_role(city):
    shown = accounts()
    assert {account["role"] for account in shown} >= {"leader", "auditor", "grid_worker", "enterprise_clerk"}
    assert all(account["password"] == "bihuan-demo" for account in shown)


def test_the_ledger_is_whole(city):
    run = Verification("")
    assert list(run.faults()) == []
    assert run.events > 0


def test_all_figures_of_the_founding_report_are_reproduced(city):
    shown = CliRunner().invoke(figures, [*AS_OF, "--json"])
    found = {row["id"]: row for row in json.loads(shown.stdout)}
    with (Path(demo_city.__file__).parent / "founding_report.csv").open(encoding="utf-8") as file:
        published = list(csv.DictReader(file))
    assert len(published) == 47
    for row in published:
        computed = found[row["figure"]]
        assert str(computed["value"]) == row["value"], row["figure"]
        assert computed["kind"] == row["kind"], row["figure"]
        assert computed["records"] > 0


def test_figures_are_printed_as_a_table(city):
    shown = CliRunner().invoke(figures, [*AS_OF, "--area", "petitions", "--scope", "330481"])
    assert shown.exit_code == 0
    assert "petition" in shown.stdout


def test_the_report_is_written_as_word_and_page(city, tmp_path):
    word, page = tmp_path / "report.docx", tmp_path / "report.html"
    shown = CliRunner().invoke(report, ["rectification", *AS_OF, "--out", str(word), "--html", str(page)])
    assert shown.exit_code == 0, shown.output
    assert word.read_bytes().startswith(b"PK")
    assert "235" in page.read_text(encoding="utf-8")


def test_the_report_at_the_same_day_has_the_same_content(city):
    first, second = (CliRunner().invoke(report, ["rectification", *AS_OF, "--json"]) for _ in range(2))
    made = json.loads(first.stdout)
    assert made["content_hash"] == json.loads(second.stdout)["content_hash"]
    assert made["refused"] == []


def test_one_petition_more_moves_the_figure_and_refuses_the_report(city, tmp_path):
    """A case nobody has concluded turns “all 235 concluded and struck off” into a claim that isn't true."""
    city_now = Jurisdiction.objects.get(code=settings.BIHUAN_CITY)
    receive_case(
        NewCase(
            key="X2ZJ202009200999",
            number=numbers.parse("X2ZJ202009200999"),
            text="夜间施工噪声扰民。",
            jurisdiction=city_now,
            types=(Type(Pollution.NOISE, "噪声"),),
            level="central",
            inspection=PetitionCase.objects.first().inspection,
            round=2,
            received_on=date(2020, 9, 20),
        ),
        by=None,
        at=timezone.make_aware(datetime(2020, 9, 20, 9)),
    )
    shown = {row["id"]: row for row in json.loads(CliRunner().invoke(figures, [*AS_OF, "--json"]).stdout)}
    assert (shown["petition_total"]["value"], shown["petition_total"]["records"]) == (236, 236)
    made = CliRunner().invoke(report, ["rectification", *AS_OF, "--json"])
    assert made.exit_code == 1
    assert any("236" in reason for reason in json.loads(made.stdout)["refused"])


def test_an_altered_event_is_named(city):
    """As a superuser would, with the triggers off."""
    event = Event.objects.order_by("pk")[100]
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute("UPDATE ledger_event SET reason = 'nothing happened' WHERE id = %s", [event.pk])
        cursor.execute("SET LOCAL session_replication_role = origin")
    shown = CliRunner().invoke(ledger, ["verify"])
    assert shown.exit_code == 1
    assert event.stream in shown.output


@pytest.mark.parametrize(
    "wrong", [["--scope", "999999"], ["--by", "nobody-here"], ["--without-claim", "no such claim"]]
)
def test_a_report_that_cannot_be_made_says_why(city, wrong):
    assert isinstance(CliRunner().invoke(report, ["rectification", *AS_OF, *wrong]).exception, Unusable)


def test_a_report_that_cannot_be_written_says_so(city, tmp_path):
    nowhere = str(tmp_path / "gone" / "report.docx")
    refused = CliRunner().invoke(report, ["rectification", *AS_OF, "--out", nowhere])
    assert isinstance(refused.exception, Unusable)
