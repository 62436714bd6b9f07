from datetime import timedelta
from decimal import Decimal

import pytest

from bihuan.kernel.errors import Forbidden, Refused
from bihuan.kernel.ledger.models import Event
from bihuan.oversight.enterprises import public
from bihuan.oversight.enterprises.actions.loggers import (
    Binding,
    NewLogger,
    end_logger,
    install_logger,
    outlets_by_code,
)
from bihuan.oversight.enterprises.models import Logger
from bihuan.oversight.enterprises.tests.conftest import MN, build_plant, moment

pytestmark = pytest.mark.django_db
NEW_YEAR = moment(2025, 1, 1)


def logger(plant, **said) -> NewLogger:
    return NewLogger(**{"mn": MN, "outlets": (Binding(plant.chimney),), "valid_from": NEW_YEAR} | said)


def last(plant) -> Event:
    return Event.objects.filter(stream=plant.enterprise.stream).order_by("seq").last()


def test_a_new_number_is_installed(plant, world):
    new = logger(
        plant, mn=" aaaa0001 ", outlets=(Binding(plant.drain, "32"),), key="0" * 16, units={"w01018": "ug/L"}
    )
    assert install_logger(new, by=world.county_officer) == "new"
    view = public.logger_at("AAAA0001", NEW_YEAR)
    assert (view.sm4_key, view.units, view.outlets[0].only_st) == (b"0" * 16, {"w01018": "ug/L"}, "32")
    assert last(plant).kind == "logger.installed"
    assert "0000" not in str(last(plant).payload)


def test_another_edition_ends_the_period_that_ran(plant, world):
    before = public.stamp()
    assert install_logger(logger(plant, edition="2025"), by=world.county_officer) == "changed"
    assert Logger.objects.get(pk=plant.logger.pk).valid_to == NEW_YEAR
    assert public.logger_at(MN, NEW_YEAR).edition == "2025"
    assert public.logger_at(MN, NEW_YEAR - timedelta(seconds=1)).edition == "2017"
    assert public.stamp() != before


def test_settings_change_in_place(plant, world):
    same = {
        "settings": {"networks": ["10.1.0.0/16"], "realtime_interval_s": 30},
        "password": "654321",
        "key": "k" * 16,
    }
    assert (
        install_logger(logger(plant, **same, ranges={"a21026": Decimal(500)}), by=world.county_officer)
        == "changed"
    )
    assert Logger.objects.count() == 1
    assert last(plant).payload["changed"] == [
        "networks",
        "password",
        "realtime_interval_s",
        "sealed_key",
        "a21026",
    ]
    assert (
        install_logger(logger(plant, **same, ranges={"a21026": Decimal(500)}), by=world.county_officer)
        == "unchanged"
    )


def test_a_number_at_another_enterprise_must_end_there_first(plant, world):
    other = build_plant(world, uscc="91330402MA2CXY717U", mn="BBBB", name="另一企业")
    with pytest.raises(Refused):
        install_logger(logger(other), by=world.county_officer)
    end_logger(plant.logger, by=world.county_officer, at=NEW_YEAR, reason="拆除")
    assert install_logger(logger(other), by=world.county_officer) == "new"
    with pytest.raises(Refused):
        end_logger(plant.logger, by=world.county_officer, at=NEW_YEAR, reason="again")


@pytest.mark.parametrize(
    "said",
    [
        {"mn": "中文"},
        {"mn": "A" * 25},
        {"mn": ""},
        {"outlets": ()},
        {"key": "short"},
        {"settings": {"networks": ["10.1.0.0/99"]}},
        {"valid_from": moment(2023, 6, 1)},
    ],
)
def test_what_makes_no_sense_is_refused(plant, world, said):
    with pytest.raises(Refused):
        install_logger(logger(plant, **said), by=world.county_officer)


def test_an_end_comes_after_the_beginning_and_with_a_reason(plant, world):
    for at, reason in ((NEW_YEAR, " "), (plant.logger.valid_from, "拆除")):
        with pytest.raises(Refused):
            end_logger(plant.logger, by=world.county_officer, at=at, reason=reason)


def test_only_offices_install(plant, world):
    for user in (world.clerk, world.outsider, world.grid_worker):
        with pytest.raises(Forbidden):
            install_logger(logger(plant), by=user)


def test_outlets_are_named_by_their_codes(plant):
    assert outlets_by_code(plant.site, ["DW001", "DA001"]) == [plant.drain, plant.chimney]
    with pytest.raises(Refused, match="DA009"):
        outlets_by_code(plant.site, ["DA009"])
