from datetime import date

import pytest
from django.http import QueryDict

from bihuan.kernel.registers.tests.toy import TOY

FILTERS = {one.name: one for one in TOY.filters}


def read(name, query):
    return FILTERS[name].read(QueryDict(query))


def rows(name, query):
    one = FILTERS[name]
    value = one.read(QueryDict(query))
    found = TOY.model.objects.all()
    found = found if value is None else one.apply(found, value)
    return sorted(found.values_list("document_ref", flat=True))


@pytest.mark.parametrize(
    ("name", "query"),
    [
        ("author", "author=zzz"),
        ("author", "author="),
        ("author", "author=%00"),
        ("day", "day_from=yesterday&day_to=2022-13-45"),
        ("day", "day_from=0001-01-01"),
        ("empty", "empty=maybe"),
        ("ref", "ref=%00%20"),
        ("ref", ""),
    ],
)
def test_rubbish_is_no_filter(name, query):
    assert read(name, query) is None


@pytest.mark.django_db
def test_an_unknown_place_is_no_filter():
    assert read("jurisdiction", "jurisdiction=%00999999") is None
    assert read("jurisdiction", "jurisdiction=999999") is None


@pytest.mark.django_db
def test_each_filter_narrows(world, make):
    make("T1", author="甲", day="2022-01-01", value=None)
    make("T2", author="乙", day="2022-06-30", place=world.other_county)
    assert rows("author", "author=甲") == ["T1"]
    assert rows("author", "author=甲&author=乙") == ["T2"]
    assert rows("jurisdiction", f"jurisdiction={world.county.code}") == ["T1"]
    assert rows("jurisdiction", f"jurisdiction={world.city.code}") == ["T1", "T2"]
    assert rows("day", "day_from=2022-01-01&day_to=2022-01-01") == ["T1"]
    assert rows("day", "day_to=2021-12-31") == []
    assert rows("day", "day_from=2022-01-02") == ["T2"]
    assert rows("recorded", f"recorded_from={date.today()}&recorded_to={date.today()}") == ["T1", "T2"]
    assert rows("ref", "ref=t2") == ["T2"]
    assert rows("empty", "empty=1") == ["T1"]
    assert rows("empty", "empty=0") == ["T2"]


@pytest.mark.django_db
def test_each_filter_says_what_it_does(world):
    county = FILTERS["jurisdiction"].read(QueryDict(f"jurisdiction={world.county.code}"))
    assert FILTERS["jurisdiction"].text(county) == world.county.name
    assert FILTERS["author"].text(["甲"]) == "甲方"
    assert FILTERS["day"].text((date(2022, 1, 1), None)) == "2022-01-01 ～ …"
    offered = dict(FILTERS["jurisdiction"].input(None, world.county_officer).options)
    assert offered == {world.county.code: world.county.name}
