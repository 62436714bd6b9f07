"""Finding anything: exact numbers first, grouped by area, within reach, marked."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from bihuan.governance.inspections.actions import open_round
from bihuan.kernel.registers.register import REGISTERS
from bihuan.loop.models import Problem
from bihuan.loop.tests.story import Story
from bihuan.page_text import page_text
from bihuan.web.finding import area_of, find
from bihuan.web.formats import pieces

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def addresses():
    """The registers are known once the addresses are."""
    reverse("find")


@pytest.fixture
def problem(world):
    return Story(world).assigned().problem


def groups(results):
    return {area: [str(group.title) for group in found] for area, found in results.areas.items()}


def records(results):
    worded = [hit for found in results.areas.values() for group in found for hit in group.hits]
    return [hit.url for hit in (*results.exact, *worded) if hit.url.startswith("/problems/")]


def test_a_whole_number_comes_first_and_once(world, problem):
    other = Story(world).problem
    Problem.objects.filter(pk=other.pk).update(title=f"同 {problem.number} 重复")
    results = find(world.city_officer, f" {problem.number.lower()} ")
    assert [hit.text for hit in results.exact] == [str(problem)]
    worded = [hit for found in results.areas.values() for group in found for hit in group.hits]
    assert results.exact[0].url not in [hit.url for hit in worded]


def test_two_characters_find_by_words_and_grouped_by_area(world, problem):
    open_round(by=world.city_officer, name="运河水质专项督察", inspected=world.city, ordinal=3)
    found = groups(find(world.city_officer, "运河"))
    assert found == {"闭环": ["问题库"], "督察整改": ["督察轮次"]}
    hit = find(world.city_officer, "直排").areas["闭环"][0].hits[0]
    assert hit.url == reverse("problem", args=[problem.pk])
    assert "海宁市" in hit.note


def test_nobody_finds_what_they_may_not_see(world, problem, monkeypatch):
    for query in ("直排", problem.number):
        assert records(find(world.handler, query))
        assert not records(find(world.outsider, query))
        assert not records(find(world.clerk, query))
    monkeypatch.setattr(type(REGISTERS["problems"]), "permission", "problem.assign")
    assert not records(find(world.handler, "直排"))
    assert records(find(world.city_officer, "直排"))


def test_figures_and_pages_are_found_by_their_names(world):
    found = find(world.leader, "反馈")
    assert any("反馈" in hit.text for hit in found.areas["数据指标"][0].hits)
    assert any(hit.url == reverse("feedback-items-list") for hit in found.areas["功能页面"][0].hits)


@pytest.mark.parametrize("query", ["", "  ", "\x00", "，。", "%", "_", "x" * 300])
def test_rubbish_finds_nothing_and_breaks_nothing(world, problem, query):
    assert not find(world.city_officer, query).exact


def test_the_page_marks_the_words_and_leads_on(world, as_user, problem):
    Story(world)
    shown = page_text(as_user(world.city_officer).get(reverse("find"), {"q": "直排 污水"}))
    assert "<mark>直排</mark><mark>污水</mark>" in shown
    assert f"{reverse('problems-list')}?q=" in shown
    assert "没有找到" in page_text(as_user(world.city_officer).get(reverse("find"), {"q": "火星"}))


def test_a_search_costs_a_fixed_number_of_queries(world, as_user, problem):
    client = as_user(world.city_officer)

    def queries():
        with CaptureQueriesContext(connection) as made:
            client.get(reverse("find"), {"q": "某河段"})
        return len(made)

    queries()
    before = queries()
    for _more in range(3):
        Story(world)
    assert queries() == before
    assert before <= 12 + 2 * len(REGISTERS)


def test_every_searchable_register_belongs_to_an_area(world):
    assert {str(area_of(one)) for one in REGISTERS.values()} >= {"督察整改", "闭环"}


def test_text_is_cut_at_the_words():
    assert list(pieces("海宁 abC 海宁", "海宁 ABC")) == [
        ("海宁", True),
        (" ", False),
        ("abC", True),
        (" ", False),
        ("海宁", True),
    ]
    assert list(pieces("a.c", ".")) == [("a", False), (".", True), ("c", False)]
    assert list(pieces("甲", " ")) == [("甲", False)]
