"""The demo city's enterprises, at both scales: valid codes, whole chains, what others read."""

import random
from datetime import date, datetime
from types import SimpleNamespace

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from bihuan.kernel.figures import queries as figures
from bihuan.kernel.figures.registry import Scope
from bihuan.kernel.figures.rules import end_of_day
from bihuan.kernel.ledger.queries import Verification
from bihuan.kernel.places.models import Jurisdiction
from bihuan.oversight.enterprises import public
from bihuan.oversight.enterprises.actions.codes import issue_code
from bihuan.oversight.enterprises.demo import building
from bihuan.oversight.enterprises.models import (
    ColourSpan,
    Enterprise,
    EnterpriseCode,
    FacilityLink,
    Logger,
    Outlet,
    OutletLimit,
)
from bihuan.oversight.enterprises.queries.codes import code_behind, text_of
from bihuan.oversight.enterprises.rules import identifiers

pytestmark = pytest.mark.django_db
COUNTS = {"small": 24, "city": 60}


@pytest.fixture(params=["small", "city"])
def built(request, world, monkeypatch):
    """As many enterprises as a test needs; every trade is among the small ones."""
    Jurisdiction.objects.filter(level="county").update(label_lon=120.7, label_lat=30.5)
    monkeypatch.setattr(building, "COUNTS", COUNTS)
    said: list[str] = []
    rng = random.Random("demo")
    building.build(
        SimpleNamespace(units={"enterprise": world.enterprise}), rng, said.append, scale=request.param
    )
    return SimpleNamespace(scale=request.param, count=COUNTS[request.param], said=said)


def test_every_code_is_valid_and_everything_is_marked(built):
    assert Enterprise.objects.count() == built.count
    for enterprise in Enterprise.objects.all():
        assert identifiers.check_uscc(enterprise.uscc) == enterprise.uscc
        assert enterprise.remark == "演示数据"
    for site in Enterprise.objects.values_list("sites__source_code", flat=True):
        assert identifiers.check_source_code(site) == site
    assert not Outlet.objects.filter(nonstandard_code=True).exists()


def test_each_has_a_code_that_reads_back_and_a_colour(built):
    assert EnterpriseCode.objects.filter(revoked_at=None).count() == built.count
    code = EnterpriseCode.objects.latest("pk")
    assert code_behind(text_of(code)) == code
    assert ColourSpan.objects.filter(ended_at=None, colour="grey").count() == built.count


def test_others_can_read_loggers_limits_and_facilities(built):
    book = public.logger_book()
    assert len(book.mns()) >= 3
    view = next(book.in_force(timezone.now()))
    outlet = view.outlets[0]
    assert public.limits_of(outlet.id, timezone.now())
    assert public.facilities_of(outlet.id, timezone.localdate())
    assert len(view.sm4_key) == (16 if view.edition == "2025" else 0)


def test_limits_follow_each_other_without_a_gap(built):
    split = OutletLimit.objects.filter(valid_from=date(2025, 1, 1))
    assert split.exists()
    for limit in split[:5]:
        before = OutletLimit.objects.get(
            outlet=limit.outlet,
            factor_code=limit.factor_code,
            averaging=limit.averaging,
            valid_to=date(2024, 12, 31),
        )
        assert limit.upper < before.upper


def test_the_first_is_the_demo_clerks(built, world):
    mine = Enterprise.objects.visible_to(world.clerk)
    assert [one.name for one in mine] == [world.enterprise.name]
    assert Outlet.objects.visible_to(world.clerk).count() == 2


def test_every_chain_is_whole(built):
    assert list(Verification("").faults()) == []


def test_a_big_city_counts_from_its_own_records(built, world):
    moment = end_of_day(date(2023, 1, 20))
    found = figures.value("enterprises_coded", Scope(as_of=moment, path=world.city.path))
    if built.scale == "city":
        assert (found.kind, found.value) == ("computed", built.count)
    else:
        assert found.kind == "recorded"


def test_keys_go_on_where_the_builder_stopped(built, world):
    where = Enterprise.where(world.town)
    new = Enterprise.objects.create(name="后来者", uscc=None, registered_on=date(2026, 1, 1), **where)
    assert new.pk > built.count
    assert issue_code(new, by=None).pk
    twin = Enterprise.objects.exclude(uscc=None).first()
    with pytest.raises(IntegrityError), transaction.atomic():
        Enterprise.objects.create(name="孪生", uscc=twin.uscc, registered_on=date(2026, 1, 1), **where)
    assert FacilityLink.objects.exists()
    assert Logger.objects.filter(
        valid_from__lt=datetime(2026, 11, 1, tzinfo=timezone.get_current_timezone())
    ).exists()
