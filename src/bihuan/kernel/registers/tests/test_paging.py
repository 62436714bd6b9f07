import random
from datetime import date, timedelta

import pytest

from bihuan.kernel.figures.models import RecordedFigure
from bihuan.kernel.registers import paging

pytestmark = pytest.mark.django_db
SORTS = [
    "value",
    "-value",
    "document_ref",
    "-as_of",
    "as_of",
    "recorded_at",
    "jurisdiction__path",
    "pk",
    "-pk",
]


def fill(make, world, *, seed, count=37):
    chance = random.Random(seed)
    for at in range(count):
        make(
            f"T{chance.randrange(20)}",
            value=chance.choice([None, 1, 1, 2, 3]),
            day=(date(2022, 1, 1) + timedelta(days=chance.randrange(6))).isoformat(),
            place=chance.choice([world.county, world.other_county, world.city]),
            author=str(at),
        )


def walk(sort, size, token="", *, back=False):
    """All rows page by page in one direction; backward pages are put before the earlier ones."""
    seen, steps = [], 0
    while True:
        part = paging.page(
            RecordedFigure.objects.select_related("jurisdiction"), sort=sort, token=token, size=size
        )
        keys = [row.pk for row in part.items]
        seen = keys + seen if back else seen + keys
        following = part.previous if back else part.next
        if following is None:
            return seen, part
        token, steps = following, steps + 1
        assert steps < 100


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("sort", SORTS)
def test_each_row_comes_exactly_once_both_ways(world, make, sort, seed):
    fill(make, world, seed=seed)
    everything = sorted(RecordedFigure.objects.values_list("pk", flat=True))
    for size in (1, 5, 36, 37, 50):
        forward, last = walk(sort, size)
        assert sorted(forward) == everything
        if last.previous:
            before, first = walk(sort, size, last.previous, back=True)
            assert before + [row.pk for row in last.items] == forward
            assert first.previous is None


def test_empty_values_come_last_in_both_orders(world, make):
    fill(make, world, seed=4)
    for sort in ("value", "-value"):
        order, _last = walk(sort, 7)
        rows = RecordedFigure.objects.in_bulk(order)
        empty = [rows[pk].value is None for pk in order]
        assert empty == sorted(empty)
        assert any(empty)


def test_a_row_put_in_before_the_place_moves_nothing(make):
    for at in range(6):
        make(f"T{at}", value=at + 10)
    first = paging.page(RecordedFigure.objects.all(), sort="value", size=3)
    make("T9", value=1)
    second = paging.page(RecordedFigure.objects.all(), sort="value", size=3, token=first.next)
    assert [row.document_ref for row in second.items] == ["T3", "T4", "T5"]


def test_rubbish_and_tokens_of_another_sort_give_the_first_page(make):
    for at in range(4):
        make(f"T{at}", value=at)
    first = paging.page(RecordedFigure.objects.all(), sort="value", size=2)
    for token in ("", "x", "a:b:c", "\x00", first.next[:-1]):
        assert paging.page(RecordedFigure.objects.all(), sort="value", size=2, token=token) == first
    other = paging.page(RecordedFigure.objects.all(), sort="-value", size=2, token=first.next)
    assert other.previous is None


def test_an_empty_set_is_one_empty_page():
    assert paging.page(RecordedFigure.objects.none(), sort="value") == paging.Slice([], None, None)


def test_counting_stops_at_the_cap(make):
    for at in range(3):
        make(f"T{at}")
    rows = RecordedFigure.objects.all()
    assert paging.capped_count(rows) == (3, False)
    assert paging.capped_count(rows, cap=2) == (2, True)
