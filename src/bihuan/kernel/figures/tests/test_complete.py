"""A figure over records that a city brings in over time: documents first, its own count once it says so."""

from datetime import date
from decimal import Decimal

import pytest

from bihuan.kernel.errors import Forbidden, Refused
from bihuan.kernel.figures import queries
from bihuan.kernel.figures.actions import declare_complete, record_figure
from bihuan.kernel.figures.registry import Scope
from bihuan.kernel.figures.rules import end_of_day
from bihuan.kernel.ledger.models import Event
from bihuan.kernel.people.models import Unit

pytestmark = pytest.mark.django_db
BROUGHT_IN = "toy.brought_in"
DOCUMENT = "市政府报告"
SINCE = date(2024, 6, 1)


@pytest.fixture
def stated(toys, world):
    said = {"as_of": date(2023, 1, 20), "document_ref": DOCUMENT, "author": "市府", "value": Decimal(10199)}
    return record_figure(BROUGHT_IN, by=None, jurisdiction=world.city, **said)


def asked(world, day: date):
    return queries.value(BROUGHT_IN, Scope(as_of=end_of_day(day), path=world.city.path))


def test_until_the_records_are_complete_documents_are_quoted(stated, world):
    found = asked(world, date(2025, 1, 1))
    assert (found.value, found.kind, found.source, found.records) == (10199, "recorded", DOCUMENT, 1)


def test_from_the_declared_day_the_records_are_counted(stated, world):
    declare_complete(
        BROUGHT_IN, by=world.city_officer, jurisdiction=world.city, since=SINCE, document_ref="专班纪要"
    )
    before, after = asked(world, date(2024, 5, 31)), asked(world, SINCE)
    assert (before.value, before.kind) == (10199, "recorded")
    assert (after.value, after.kind) == (Unit.objects.count(), "computed")
    event = Event.objects.filter(stream=f"figure:{BROUGHT_IN}").order_by("seq").last()
    assert (event.kind, event.payload["since"]) == ("figure.records_complete", "2024-06-01")


def test_a_later_declaration_replaces_the_earlier(stated, world):
    for since in (SINCE, date(2025, 1, 1)):
        declare_complete(BROUGHT_IN, by=None, jurisdiction=world.city, since=since, document_ref="纪要")
    assert asked(world, SINCE).kind == "recorded"


def test_what_is_always_counted_is_not_declared(toys, world):
    for figure in ("toy.units", "toy.rank"):
        with pytest.raises(Refused):
            declare_complete(figure, by=None, jurisdiction=world.city, since=SINCE, document_ref="纪要")
    with pytest.raises(Refused):
        declare_complete(BROUGHT_IN, by=None, jurisdiction=world.city, since=SINCE, document_ref=" ")


def test_only_who_records_figures_declares(toys, world):
    with pytest.raises(Forbidden):
        declare_complete(
            BROUGHT_IN, by=world.clerk, jurisdiction=world.city, since=SINCE, document_ref="纪要"
        )


def test_the_page_says_so_and_takes_the_declaration(stated, world, as_user):
    client = as_user(world.city_officer)
    address = f"/figures/{BROUGHT_IN}/"
    assert f"{address}complete/" in client.get(address).text
    assert client.post(f"{address}complete/", {"since": "2024-06-01"}).status_code == 200
    answer = client.post(f"{address}complete/", {"since": "2024-06-01", "document_ref": "专班纪要"})
    assert answer.status_code == 302
    assert "专班纪要" in client.get(address).text
    assert client.get("/figures/toy.units/complete/").status_code == 404
    assert as_user(world.county_officer).get(f"{address}complete/").status_code == 403
