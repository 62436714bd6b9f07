"""The demo's petitions go the whole way through the real actions."""

import random
from datetime import date

import pytest

from bihuan.governance.petitions.demo import build
from bihuan.governance.petitions.models import PetitionBatch, PetitionCase
from bihuan.kernel.figures.queries import value
from bihuan.kernel.figures.registry import Scope
from bihuan.kernel.figures.rules import end_of_day
from bihuan.loop.models import Problem
from bihuan.loop.rules.states import CLOSED, State

pytestmark = pytest.mark.django_db


@pytest.fixture
def built(world) -> None:
    build(world, random.Random("demo"), total=30)


def test_every_case_ends_struck_off_before_the_report(built) -> None:
    scope = Scope(end_of_day(date(2023, 1, 20)), "33/3304/")
    assert value("petition_total", scope).value == 30
    assert value("petition_struck_off", scope).value == 30
    assert value("petition_rate_hainan", scope).text == "100"
    assert not Problem.objects.exclude(state__in=(*CLOSED, State.UNFOUNDED)).exists()


def test_during_the_inspection_nothing_was_struck_off_yet(built) -> None:
    scope = Scope(end_of_day(date(2020, 9, 10)), "33/3304/")
    assert 0 < value("petition_total", scope).value < 30
    assert value("petition_struck_off", scope).value == 0


def test_the_numbers_are_of_the_current_pattern_and_the_batches_add_up(built) -> None:
    assert set(PetitionCase.objects.values_list("pattern", flat=True)) == {"current"}
    assert set(PetitionBatch.objects.values_list("verdict", flat=True)) == {"agrees"}
    assert PetitionBatch.objects.count() == 30


def test_the_same_seed_gives_the_same_city(world) -> None:
    build(world, random.Random("demo"), total=12)
    numbers = sorted(PetitionCase.objects.values_list("number", "problem_text"))
    assert len(numbers) == 12
    assert numbers[0][0][1:4] == "2ZJ"
