"""What other areas read: right at each moment, and few queries whatever the size."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db import IntegrityError, ProgrammingError, transaction

from bihuan.oversight.enterprises import keys, public
from bihuan.oversight.enterprises.models import (
    FacilityLink,
    Logger,
    LoggerFactor,
    LoggerOutlet,
    OutletLimit,
    ProductionFacility,
)
from bihuan.oversight.enterprises.tests.conftest import MN, moment

pytestmark = pytest.mark.django_db
NEW_YEAR = moment(2025, 1, 1)


@pytest.fixture
def exchanged(plant):
    """The logger of the chimney speaks 2025 and for both outlets from New Year 2025."""
    Logger.objects.filter(pk=plant.logger.pk).update(valid_to=NEW_YEAR)
    own = {**Logger.where(plant.site.jurisdiction), "enterprise": plant.enterprise, "site": plant.site}
    later = Logger.objects.create(
        mn=MN, edition="2025", valid_from=NEW_YEAR, sealed_key=keys.sealed(b"0" * 16), **own
    )
    LoggerOutlet.objects.create(logger=later, outlet=plant.chimney, system_code="31")
    LoggerOutlet.objects.create(logger=later, outlet=plant.drain, system_code="32", channel="2")
    LoggerFactor.objects.create(logger=later, factor_code="a01013", unit="Pa", range_upper=Decimal(5000))
    return later


@pytest.mark.parametrize("ask", [lambda *of: public.logger_book().at(*of), public.logger_at])
def test_a_number_is_read_as_it_was_meant_at_the_moment(exchanged, plant, ask):
    before, after = ask(MN.lower(), NEW_YEAR - timedelta(microseconds=1)), ask(MN, NEW_YEAR)
    assert (before.id, before.edition, [one.code for one in before.outlets]) == (
        plant.logger.pk,
        "2017",
        ["DA001"],
    )
    assert (after.edition, after.sm4_key, after.units) == ("2025", b"0" * 16, {"a01013": "Pa"})
    assert [(one.code, one.only_st, one.channel) for one in after.outlets] == [
        ("DA001", "31", ""),
        ("DW001", "32", "2"),
    ]
    assert after.ranges == {"a01013": Decimal(5000)}
    assert ask(MN, moment(2023, 12, 31)) is None
    assert ask("NOBODYS", NEW_YEAR) is None


def test_a_gap_between_two_periods_belongs_to_nobody(exchanged):
    Logger.objects.filter(pk=exchanged.pk).update(valid_from=moment(2025, 2, 1))
    assert public.logger_book().at(MN, moment(2025, 1, 15)) is None


def test_the_book_knows_all_numbers_and_those_in_force(exchanged):
    book = public.logger_book()
    assert book.mns() == public.all_mns() == [MN]
    assert [one.id for one in book.in_force(NEW_YEAR)] == [exchanged.pk]
    assert len(book) == 1


def test_the_books_take_few_queries(exchanged, django_assert_num_queries):
    with django_assert_num_queries(4):
        public.logger_book()
    with django_assert_num_queries(1):
        public.limit_book()
    with django_assert_num_queries(1):
        public.factor_table()


def test_the_stamp_changes_with_a_logger(plant):
    before = public.stamp()
    plant.logger.save(update_fields=["edition", "changed_at"])
    assert public.stamp() != before
    assert public.logger_book().stamp == public.stamp()


def test_a_number_is_one_loggers_at_a_time(plant):
    own = {**Logger.where(plant.site.jurisdiction), "enterprise": plant.enterprise, "site": plant.site}
    with pytest.raises(IntegrityError, match="logger_mn_once_at_a_time"), transaction.atomic():
        Logger.objects.create(mn=MN, valid_from=NEW_YEAR, **own)


def test_limits_are_those_of_the_day(plant):
    OutletLimit.objects.filter(pk=plant.limit.pk).update(valid_to=date(2024, 12, 31))
    stricter = {name: getattr(plant.limit, name) for name in ("outlet", "factor_code", "averaging", "unit")}
    own = {
        **OutletLimit.where(plant.site.jurisdiction),
        "enterprise": plant.enterprise,
        "source": "换发许可证",
    }
    new = OutletLimit.objects.create(**stricter, upper=Decimal(35), valid_from=date(2025, 1, 1), **own)
    book = public.limit_book()
    for day, upper in ((date(2024, 12, 31), 50), (date(2025, 1, 1), 35)):
        assert [one.upper for one in book.of(plant.chimney.pk, day)] == [upper]
        noon = moment(day.year, day.month, day.day, 12)
        assert [one.upper for one in public.limits_of(plant.chimney.pk, noon)] == [upper]
    assert book.of(plant.chimney.pk, date(2023, 1, 1)) == book.of(plant.drain.pk, date(2025, 1, 1)) == []
    OutletLimit.objects.filter(pk=new.pk).update(withdrawn_at=NEW_YEAR)
    assert public.limit_book().of(plant.chimney.pk, date(2025, 6, 1)) == []


@pytest.mark.parametrize("change", [{"upper": 500}, {"unit": "ug/m3"}, {"valid_from": date(2020, 1, 1)}])
def test_a_limit_is_never_edited_in_place(plant, change):
    with pytest.raises(ProgrammingError, match="Cannot update"), transaction.atomic():
        OutletLimit.objects.filter(pk=plant.limit.pk).update(**change)


def test_a_limit_is_never_deleted(plant):
    with pytest.raises(ProgrammingError, match="Cannot delete"), transaction.atomic():
        plant.limit.delete()


def test_facilities_lead_to_their_outlet(plant):
    own = {**Logger.where(plant.site.jurisdiction), "enterprise": plant.enterprise, "site": plant.site}
    stenter = ProductionFacility.objects.create(code="MF0002", name="定型机", **own)
    fed = FacilityLink.objects.create(
        production=stenter, treatment=plant.scrubber, valid_from=date(2025, 1, 1), **own
    )
    old, new = (public.facilities_of(plant.chimney.pk, date(year, 6, 1)) for year in (2024, 2025))
    assert [(one.production.code, one.treatment.code, one.outlet_id) for one in old] == [
        ("MF0001", "TA001", plant.chimney.pk)
    ]
    assert [one.id for one in new] == [plant.link.pk, fed.pk]
    assert new[0].production.meter == "d20101"
    assert public.facilities_of(plant.drain.pk, date(2025, 6, 1)) == []


def test_a_link_may_lack_one_of_its_ends(plant):
    own = {**Logger.where(plant.site.jurisdiction), "enterprise": plant.enterprise, "site": plant.site}
    FacilityLink.objects.create(
        treatment=plant.scrubber, outlet=plant.drain, valid_from=date(2024, 1, 1), **own
    )
    found = public.facilities_of(plant.drain.pk, date(2024, 6, 1))
    assert [one.production and one.production.code for one in found] == [None, "MF0001"]


def test_outlets_of_an_enterprise(plant):
    assert [outlet.code for outlet in public.outlets_of(plant.enterprise.pk)] == ["DA001", "DW001"]


def test_a_key_sealed_under_another_secret_says_so(settings):
    sealed = keys.sealed(b"0123456789ABCDEF")
    assert keys.opened(sealed) == b"0123456789ABCDEF"
    before, settings.SECRET_KEY = settings.SECRET_KEY, "another"
    settings.SECRET_KEY_FALLBACKS = [before]
    assert keys.opened(sealed) == b"0123456789ABCDEF"
    settings.SECRET_KEY_FALLBACKS = []
    with pytest.raises(keys.KeyUnreadable):
        keys.opened(sealed)
