from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db.models import Avg
from django.utils import translation

from bihuan.kernel.errors import Forbidden
from bihuan.kernel.figures import queries, registry, rules
from bihuan.kernel.figures.actions import record_figure
from bihuan.kernel.figures.registry import Figure, Scope, UnknownFigure
from bihuan.kernel.figures.rules import NotExact
from bihuan.kernel.people.models import Unit

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("toys")]
DAY = rules.end_of_day(date(2023, 1, 20))


def all_units(_scope):
    return Unit.objects.all()


def over(world, user=None, as_of=DAY):
    return Scope(as_of=as_of, path=world.city.path, user=user)


def test_a_count_equals_the_number_of_its_records(world):
    scope = over(world)
    found = queries.value("toy.units", scope)
    assert found.value == found.records == queries.records("toy.units", scope).count() > 0
    assert (found.kind, found.partial) == ("computed", False)


def test_a_new_record_moves_value_and_records_together(world):
    before = queries.value("toy.units", over(world))
    Unit.objects.create(name="新单位", kind="department", jurisdiction=world.county)
    after = queries.value("toy.units", over(world))
    assert (after.value, after.records) == (before.value + 1, before.records + 1)


def test_the_scope_narrows_by_place(world):
    county = queries.value("toy.units", Scope(as_of=DAY, path=world.county.path))
    assert county.value == Unit.objects.filter(jurisdiction__path__startswith=world.county.path).count()
    assert county.value < queries.value("toy.units", over(world)).value


def test_sums_and_shares_are_exact(world):
    rows = Unit.objects.filter(jurisdiction__path__startswith=world.city.path)
    assert queries.value("toy.total", over(world)).value == sum(unit.pk for unit in rows)
    departments = rows.filter(kind="department").count()
    assert queries.value("toy.share", over(world)).value == rules.share(departments, rows.count())
    assert queries.value("toy.share", Scope(as_of=DAY, path="99/")).value is None


def test_a_float_measure_is_refused(world):
    registry.register_figure(
        Figure("toy.mean", "均值", "Mean", area="toy"),
        query=all_units,
        measure=Avg("pk"),
    )
    with pytest.raises(NotExact):
        queries.value("toy.mean", over(world))


def test_a_text_comes_from_the_first_record(world):
    first = Unit.objects.filter(jurisdiction__path__startswith=world.city.path).order_by("pk").first()
    assert queries.value("toy.first", over(world)).value == first.name
    assert queries.value("toy.first", Scope(as_of=DAY, path="99/")).value is None


def test_the_latest_recorded_value_up_to_the_day_counts_and_older_ones_stay(world):
    stated = {"jurisdiction": world.city, "document_ref": "嘉政发〔2023〕1号", "author": "市政府", "by": None}
    record_figure("toy.rank", value=Decimal(5), as_of=date(2021, 12, 31), **stated)
    record_figure("toy.rank", value=Decimal(3), as_of=date(2022, 12, 31), **stated)
    record_figure("toy.rank", value=Decimal(4), as_of=date(2022, 12, 31), **stated)
    record_figure("toy.rank", value=Decimal(1), as_of=date(2023, 6, 30), **stated)
    found = queries.value("toy.rank", over(world))
    assert (found.value, found.records, found.kind) == (4, 3, "recorded")
    assert found.source == "嘉政发〔2023〕1号"
    assert [row.said for row in queries.records("toy.rank", over(world))] == [4, 3, 5]
    assert queries.value("toy.rank", over(world, as_of=datetime(2022, 1, 1, tzinfo=UTC))).value == 5
    assert queries.value("toy.rank", Scope(as_of=DAY)).value == 4


def test_a_countys_recorded_value_is_not_the_citys(world):
    record_figure(
        "toy.rank",
        by=None,
        jurisdiction=world.county,
        value=7,
        as_of=date(2022, 1, 1),
        document_ref="x",
        author="y",
    )
    assert queries.value("toy.rank", over(world)).value is None
    assert queries.value("toy.rank", Scope(as_of=DAY, path=world.county.path)).value == 7


def test_people_get_what_they_may_see_and_strangers_nothing(world):
    assert queries.value("toy.units", over(world, world.leader)).value > 0
    outside = queries.value("toy.units", Scope(as_of=DAY, path=world.county.path, user=world.outsider))
    assert (outside.value, outside.partial) == (0, True)
    with pytest.raises(Forbidden):
        queries.value("toy.units", over(world, AnonymousUser()))


def test_values_come_by_area_and_order(world):
    ids = [found.figure.id for found in queries.values(over(world), area="toy")]
    assert ids == [
        "toy.rank",
        "toy.units",
        "toy.share",
        "toy.total",
        "toy.first",
        "toy.newest",
        "toy.brought_in",
    ]
    assert queries.values(over(world), area="none") == []


def test_an_unknown_figure_is_named():
    with pytest.raises(UnknownFigure, match=r"nothing\.here"):
        queries.value("nothing.here", Scope(as_of=DAY))


def test_an_identifier_is_registered_once():
    with pytest.raises(ValueError, match="twice"):
        registry.register_recorded(Figure("toy.rank", "位次", "Rank"))
    with pytest.raises(ValueError, match="combine"):
        registry.register_figure(Figure("toy.two", "二", "Two"), query=all_units, measure={})


def test_labels_follow_the_language():
    figure = registry.entry("toy.rank").figure
    with translation.override("en"):
        assert (figure.label, figure.definition) == ("Rank in the province", "Units inside the scope.")
    with translation.override("zh-hans"):
        assert (figure.label, figure.definition) == ("全省位次", "范围内的单位。")
