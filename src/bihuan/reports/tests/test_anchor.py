"""A released report carries an anchor of the ledger: on the page, in the Word file, in the HTML file."""

import io
import zipfile

import pytest
from django.db import DatabaseError, connection, transaction
from django.urls import reverse

from bihuan.kernel.ledger.models import Checkpoint
from bihuan.kernel.ledger.queries.anchoring import contradiction
from bihuan.kernel.ledger.rules.anchors import read_line
from bihuan.reports import standalone, word
from bihuan.reports.actions import generate, release
from bihuan.reports.public import public_docx
from bihuan.reports.tests.conftest import AS_OF

pytestmark = pytest.mark.django_db


@pytest.fixture
def draft(world, city):
    return generate("rectification", by=world.city_officer, jurisdiction=world.city, as_of=AS_OF)


@pytest.fixture
def released(draft, world):
    return release(draft, by=world.leader)


def test_a_report_in_work_has_none(draft):
    assert draft.anchor == ""
    assert '<footer class="report-anchor"' not in standalone.html_of(draft)


def test_the_anchor_is_the_ledgers_at_release(released):
    assert released.anchor == Checkpoint.objects.latest("pk").anchor.line
    assert contradiction([read_line(released.anchor)]) is None


def test_it_stands_under_the_word_file_with_its_code(released):
    document = public_docx(released)
    assert released.anchor in word.words_of(document)
    assert any(name.startswith("word/media/") for name in zipfile.ZipFile(io.BytesIO(document)).namelist())
    assert document == public_docx(released)


def test_it_stands_under_the_page_and_the_file(released, client):
    shown = client.get(reverse("public-report", args=[released.pk])).content.decode()
    for page in (shown, standalone.html_of(released)):
        assert released.anchor in page
        assert "<svg" in page[page.index('<footer class="report-anchor"') :]


def test_the_database_keeps_it(released):
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("UPDATE reports_report SET anchor = '' WHERE id = %s", [released.pk])
