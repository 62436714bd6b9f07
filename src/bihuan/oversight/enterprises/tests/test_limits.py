from datetime import date
from decimal import Decimal

import pytest

from bihuan.kernel.errors import Forbidden, Refused
from bihuan.kernel.ledger.models import Event
from bihuan.oversight.enterprises.actions.limits import NewLimit, set_limit, withdraw_limit
from bihuan.oversight.enterprises.models import OutletLimit

pytestmark = pytest.mark.django_db


def stricter(**said) -> NewLimit:
    fields = {
        "factor_code": "a21026",
        "averaging": "hour",
        "source": "2025 换发许可证",
        "valid_from": date(2025, 1, 1),
        "upper": Decimal("35.0"),
    }
    return NewLimit(**fields | said)


def kept(outlet) -> list[tuple]:
    rows = OutletLimit.objects.filter(outlet=outlet, withdrawn_at=None).order_by("valid_from")
    return list(rows.values_list("upper", "valid_from", "valid_to"))


def test_a_new_limit_closes_the_one_before(plant, world):
    assert set_limit(plant.chimney, stricter(), by=world.county_officer) == "changed"
    assert kept(plant.chimney) == [
        (50, date(2024, 1, 1), date(2024, 12, 31)),
        (35, date(2025, 1, 1), None),
    ]
    limit = OutletLimit.objects.get(upper=35)
    assert (limit.unit, limit.decimals) == ("mg/m3", 1)
    event = Event.objects.filter(stream=plant.enterprise.stream).last()
    assert (event.kind, event.payload["ended"]) == ("limit.set", [plant.limit.pk])
    assert set_limit(plant.chimney, stricter(), by=world.county_officer) == "unchanged"


def test_another_averaging_or_kind_stands_beside(plant, world):
    assert set_limit(plant.chimney, stricter(averaging="day"), by=world.county_officer) == "new"
    assert set_limit(plant.chimney, stricter(kind="commitment"), by=world.county_officer) == "new"
    assert (
        set_limit(plant.drain, stricter(factor_code="w01001", lower=Decimal(6), upper=Decimal(9)), by=None)
        == "new"
    )
    assert OutletLimit.objects.get(factor_code="w01001").decimals == 0


def test_the_past_may_be_entered_before_what_stands(plant, world):
    earlier = stricter(valid_from=date(2020, 1, 1), valid_to=date(2023, 12, 31), upper=Decimal(100))
    assert set_limit(plant.chimney, earlier, by=world.county_officer) == "new"
    assert [row[0] for row in kept(plant.chimney)] == [100, 50]


@pytest.mark.parametrize(
    "said",
    [
        {"valid_from": date(2024, 1, 1)},
        {"valid_from": date(2023, 1, 1)},
        {"valid_from": date(2025, 1, 1), "valid_to": date(2025, 6, 30)},
        {"factor_code": "w99999"},
        {"upper": None},
    ],
)
def test_what_would_contradict_is_refused(plant, world, said):
    with pytest.raises(Refused):
        set_limit(plant.chimney, stricter(**said), by=world.county_officer)
    assert kept(plant.chimney) == [(50, date(2024, 1, 1), None)]


def test_a_slip_is_withdrawn_with_its_reason_and_kept(plant, world):
    with pytest.raises(Refused):
        withdraw_limit(plant.limit, by=world.county_officer, reason=" ")
    withdraw_limit(plant.limit, by=world.county_officer, reason="录入错误")
    with pytest.raises(Refused):
        withdraw_limit(plant.limit, by=world.county_officer, reason="again")
    assert set_limit(plant.chimney, stricter(valid_from=date(2024, 1, 1)), by=world.county_officer) == "new"
    assert OutletLimit.objects.filter(outlet=plant.chimney).count() == 2


def test_only_offices_set_limits(plant, world):
    for user in (world.clerk, world.outsider, world.grid_worker):
        with pytest.raises(Forbidden):
            set_limit(plant.chimney, stricter(), by=user)
        with pytest.raises(Forbidden):
            withdraw_limit(plant.limit, by=user, reason="…")
