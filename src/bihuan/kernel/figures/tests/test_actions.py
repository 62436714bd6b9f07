from datetime import date
from decimal import Decimal

import pytest

from bihuan.kernel.errors import Forbidden, Refused
from bihuan.kernel.figures.actions import record_figure
from bihuan.kernel.figures.models import RecordedFigure
from bihuan.kernel.ledger.models import Event

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("toys")]


def stated(**changes):
    fields = {
        "as_of": date(2022, 12, 31),
        "document_ref": "浙督察〔2022〕3号",
        "author": "省督察办",
        "value": Decimal("2.5"),
    }
    return {**fields, **changes}


def test_an_office_records_a_value_and_the_ledger_keeps_it(world):
    row = record_figure("toy.rank", by=world.city_officer, jurisdiction=world.city, **stated())
    assert (row.said, row.recorded_by, row.jurisdiction_path) == (
        Decimal("2.5"),
        world.city_officer,
        world.city.path,
    )
    event = Event.objects.get(stream="figure:toy.rank")
    assert event.kind == "figure.recorded"
    assert event.payload["value"] == "2.5"
    assert event.actor_name == world.city_officer.name


@pytest.mark.parametrize("who", ["handler", "leader", "auditor", "clerk", "outsider"])
def test_others_may_not(world, who):
    with pytest.raises(Forbidden):
        record_figure("toy.rank", by=getattr(world, who), jurisdiction=world.city, **stated())
    assert not RecordedFigure.objects.exists()


def test_a_county_office_speaks_for_its_county_only(world):
    record_figure("toy.rank", by=world.county_officer, jurisdiction=world.county, **stated())
    with pytest.raises(Forbidden):
        record_figure("toy.rank", by=world.county_officer, jurisdiction=world.city, **stated())


@pytest.mark.parametrize(
    "changes",
    [{"value": None}, {"value": None, "value_text": "  "}, {"value_text": "第三"}, {"document_ref": " "}],
)
def test_a_statement_needs_one_value_and_a_document(world, changes):
    with pytest.raises(Refused):
        record_figure("toy.rank", by=world.city_officer, jurisdiction=world.city, **stated(**changes))


def test_a_computed_figure_is_not_entered(world):
    with pytest.raises(Refused):
        record_figure("toy.units", by=world.city_officer, jurisdiction=world.city, **stated())
