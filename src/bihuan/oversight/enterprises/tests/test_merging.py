"""Two entries of one enterprise: everything moves, both histories stay, and it can be taken back."""

from datetime import date

import pytest

from bihuan.kernel.errors import Forbidden, Refused
from bihuan.kernel.ledger.models import Event
from bihuan.oversight.enterprises.actions import records
from bihuan.oversight.enterprises.actions.codes import issue_code
from bihuan.oversight.enterprises.actions.colour import recolour
from bihuan.oversight.enterprises.actions.merging import merge, movable, undo_merger, why_not_undone
from bihuan.oversight.enterprises.models import ColourSpan, Enterprise, Logger, Outlet, OutletLimit
from bihuan.oversight.enterprises.tests.conftest import USCC

pytestmark = pytest.mark.django_db


@pytest.fixture
def kept(world):
    entry = Enterprise(name="海宁某印染公司", uscc="", registered_on=date(2023, 1, 1), industry="印染")
    records.save_enterprise(entry, by=world.county_officer, jurisdiction=world.county)
    return entry


@pytest.fixture
def merger(plant, kept, world):
    records.unit_of(plant.enterprise)
    issue_code(plant.enterprise, by=None)
    recolour()
    return merge(plant.enterprise, kept, by=world.county_officer, reason="同一企业重复建档")


def test_everything_moves_to_the_entry_that_is_kept(merger, plant, kept, world):
    kept.refresh_from_db()
    plant.enterprise.refresh_from_db()
    assert {row.enterprise_id for model in (Outlet, Logger, OutletLimit) for row in model.objects.all()} == {
        kept.pk
    }
    assert (plant.enterprise.merged_into, kept.uscc, kept.id_kind) == (kept, USCC, "uscc")
    assert kept.former_names == ["海宁某印染有限公司"]
    assert Outlet.objects.visible_to(world.clerk).count() == 2
    assert Enterprise.objects.visible_to(world.clerk).filter(pk=kept.pk).exists()
    assert not ColourSpan.objects.filter(enterprise=plant.enterprise, ended_at=None).exists()


def test_both_histories_say_it(merger, plant, kept):
    for stream in (plant.enterprise.stream, kept.stream):
        event = Event.objects.filter(stream=stream, kind="enterprise.merged").get()
        assert event.reason == "同一企业重复建档"
        assert event.payload["moved"]["enterprises.Outlet"] == [plant.chimney.pk, plant.drain.pk]


def test_codes_scans_and_colours_stay_where_they_were():
    labels = {label for label, _model in movable()}
    assert {"enterprises.Outlet", "enterprises.Site", "enterprises.FacilityLink"} <= labels
    assert not labels & {"enterprises.EnterpriseCode", "enterprises.Scan", "enterprises.ColourSpan"}


def test_it_can_be_taken_back(merger, plant, kept, world):
    with pytest.raises(Refused):
        undo_merger(merger, by=world.county_officer, reason="")
    undo_merger(merger, by=world.county_officer, reason="实为两家企业")
    kept.refresh_from_db()
    plant.enterprise.refresh_from_db()
    assert (plant.enterprise.merged_into, kept.uscc, kept.former_names) == (None, None, [])
    assert set(Outlet.objects.values_list("enterprise", flat=True)) == {plant.enterprise.pk}
    assert not Enterprise.objects.visible_to(world.clerk).filter(pk=kept.pk).exists()
    merger.refresh_from_db()
    assert list(why_not_undone(merger)) == ["该合并已撤销。"]
    assert merge(plant.enterprise, kept, by=world.county_officer, reason="还是一家").pk != merger.pk


def test_why_it_cant_be_taken_back_is_said_in_full(merger, plant, kept, world):
    kept.refresh_from_db()
    third = Enterprise(name="海宁某纺织公司", uscc="", registered_on=date(2023, 1, 1))
    records.save_enterprise(third, by=world.county_officer, jurisdiction=world.county)
    kept.industry_code, kept.uscc = "1713", "91330402MA2CXY717U"
    kept.save()
    merge(kept, third, by=world.county_officer, reason="再次合并")
    merger.refresh_from_db()
    reasons = list(why_not_undone(merger))
    assert len(reasons) >= 3
    with pytest.raises(Refused, match=reasons[0][:6]):
        undo_merger(merger, by=world.county_officer, reason="…")


def test_what_is_no_duplicate_is_refused(plant, kept, world):
    office = world.county_officer
    other = Enterprise(name="另一家", uscc="91330402MA2CXY717U", registered_on=date(2023, 1, 1))
    records.save_enterprise(other, by=office, jurisdiction=world.county)
    for pair in ((plant.enterprise, plant.enterprise), (plant.enterprise, other)):
        with pytest.raises(Refused):
            merge(*pair, by=office, reason="…")
    with pytest.raises(Refused):
        merge(plant.enterprise, kept, by=office, reason=" ")
    merge(plant.enterprise, kept, by=office, reason="重复")
    with pytest.raises(Refused):
        merge(plant.enterprise, kept, by=office, reason="重复")


def test_a_merged_entry_is_no_longer_changed(merger, plant, world):
    plant.enterprise.refresh_from_db()
    with pytest.raises(Refused):
        records.save_enterprise(plant.enterprise, by=world.county_officer, jurisdiction=world.town)


def test_both_places_must_be_ones_own(plant, kept, world):
    Enterprise.objects.filter(pk=kept.pk).update(**Enterprise.where(world.other_county))
    for user in (world.county_officer, world.outsider, world.clerk):
        with pytest.raises(Forbidden):
            merge(plant.enterprise, kept, by=user, reason="…")
    merge(plant.enterprise, kept, by=world.city_officer, reason="跨县同一企业")
