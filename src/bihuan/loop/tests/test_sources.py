"""Several sources of one problem: each with its own clock and its own answer."""

from datetime import date

import pytest

from bihuan.kernel.errors import Forbidden, Refused
from bihuan.loop import actions
from bihuan.loop.models import SourceRecord
from bihuan.loop.rules.procedures import (
    SourceKind,
    UnknownSource,
    register_source,
    source_kind,
    source_kinds,
)
from bihuan.loop.tests.story import START, Story

pytestmark = pytest.mark.django_db


@pytest.fixture
def source(world):
    return make_source(world, "X2ZJ202203010001")


def make_source(world, number: str) -> SourceRecord:
    return SourceRecord.objects.create(
        kind="petition_case",
        number=number,
        title="夜间排污",
        received_on=date(2022, 3, 1),
        **SourceRecord.where(world.county),
    )


@pytest.fixture
def problem(world, source):
    return actions.report(
        by=world.city_officer,
        title="夜间排污",
        jurisdiction=world.county,
        procedure="petition",
        source=source,
        at=START,
    )


def test_a_source_knocks_twice_and_gets_the_same_problem(world, source, problem) -> None:
    again = actions.report(
        by=world.city_officer, title="别的", jurisdiction=world.county, procedure="petition", source=source
    )
    assert again == problem


def test_the_source_has_a_clock_that_only_its_answer_stops(world, source, problem) -> None:
    clock = problem.clocks.get(source=source)
    assert (clock.name, clock.due_on) == ("petition_feedback", date(2022, 3, 11))
    actions.link_duplicate(problem, by=world.city_officer, master=Story(world).problem)
    clock.refresh_from_db()
    assert clock.stopped_at is None
    actions.answer_source(problem, by=world.city_officer, source=source, text="已查实并整改")
    clock.refresh_from_db()
    assert clock.outcome == "answered"


def test_an_answer_is_given_once_and_in_words(world, source, problem) -> None:
    with pytest.raises(Refused):
        actions.answer_source(problem, by=world.city_officer, source=source, text=" ")
    actions.answer_source(problem, by=world.city_officer, source=source, text="已答复")
    with pytest.raises(Refused):
        actions.answer_source(problem, by=world.city_officer, source=source, text="再答复")
    with pytest.raises(Forbidden):
        actions.answer_source(problem, by=world.auditor, source=source, text="审计")


def test_a_second_source_joins_with_its_own_clock(world, source, problem) -> None:
    second = make_source(world, "D2ZJ202203050002")
    actions.add_source(problem, by=world.city_officer, source=second)
    assert problem.clocks.filter(name="petition_feedback").count() == 2
    second.refresh_from_db()
    with pytest.raises(Refused):
        actions.add_source(Story(world).problem, by=world.city_officer, source=second)


def test_the_page_answers_a_source(world, as_user, source, problem) -> None:
    url = f"/problems/{problem.pk}/answer/{source.pk}/"
    assert as_user(world.outsider).get(url).status_code == 404
    assert as_user(world.auditor).get(url).status_code == 403
    officer = as_user(world.city_officer)
    assert "X2ZJ202203010001" in officer.get(url).content.decode()
    assert officer.post(url, {"answer": " "}).status_code == 200
    assert officer.post(url, {"answer": "已经办结"}).status_code == 302
    assert "已经办结" in officer.get(f"/problems/{problem.pk}/").content.decode()
    assert "已经答复" in officer.post(url, {"answer": "再来"}).content.decode()


def test_unfounded_petitions_need_a_leader_s_signature(world, problem) -> None:
    problem = actions.accept_report(problem, by=world.county_officer)
    for signer in (None, world.handler):
        with pytest.raises(Refused, match="领导"):
            actions.find_unfounded(problem, by=world.county_officer, reason="现场未见", signed_by=signer)
    found = actions.find_unfounded(
        problem, by=world.county_officer, reason="现场未见", signed_by=world.leader
    )
    assert found.substantiation == "unfounded"


def test_only_what_is_substantiated_is_registered(world, problem) -> None:
    problem = actions.accept_report(problem, by=world.county_officer)
    with pytest.raises(Refused):
        actions.register(problem, by=world.list_manager, substantiation="unfounded")


def test_a_duplicate_needs_an_original(world, problem) -> None:
    with pytest.raises(Refused):
        actions.link_duplicate(problem, by=world.city_officer, master=problem)


def test_declining_says_where_it_goes(world) -> None:
    story = Story(world, procedure="patrol")
    with pytest.raises(Refused):
        story.do("decline", world.county_officer, reason=" ", redirected_to="市政热线")
    story.do("decline", world.county_officer, reason="属物业纠纷", redirected_to="市政热线")
    assert story.problem.state == "not_accepted"


def test_kinds_of_source_are_known_by_name() -> None:
    kind = SourceKind("test_clip", "clip", "feedback")
    register_source(kind)
    assert source_kind("test_clip") is kind
    assert kind in source_kinds()
    with pytest.raises(UnknownSource, match="sunspot"):
        source_kind("sunspot")
    with pytest.raises(UnknownSource, match="nowhere"):
        register_source(SourceKind("test_other", "other", "nowhere"))
