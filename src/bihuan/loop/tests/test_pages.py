"""Desk, problem page and the forms of the acts: allowed, forbidden, anonymous."""

import pytest
from django.utils import timezone

from bihuan.loop.forms import FORMS
from bihuan.loop.models import Problem
from bihuan.loop.rules.transitions import BY_EVENT
from bihuan.loop.tests.files import picture
from bihuan.loop.tests.story import Story

pytestmark = pytest.mark.django_db


def test_every_act_has_a_form() -> None:
    assert set(FORMS) == set(BY_EVENT)


def test_the_desk_shows_what_waits_most_urgent_first(world, as_user) -> None:
    Story(world).assigned()
    page = as_user(world.handler).get("/desk/")
    assert page.status_code == 200
    assert "某河段直排污水" in page.content.decode()
    assert "超期" in page.content.decode()


def test_an_empty_desk_says_so(world, as_user) -> None:
    assert "没有待您办理的事项" in as_user(world.clerk).get("/desk/").content.decode()


def test_a_problem_out_of_sight_is_not_there(world, as_user, anonymous) -> None:
    pk = Story(world).assigned().problem.pk
    assert as_user(world.outsider).get(f"/problems/{pk}/").status_code == 404
    assert as_user(world.clerk).get(f"/problems/{pk}/").status_code == 404
    assert as_user(world.auditor).get(f"/problems/{pk}/").status_code == 200
    assert anonymous.get(f"/problems/{pk}/").status_code == 302


def test_the_page_says_what_can_be_done_and_why_not(world, as_user) -> None:
    pk = Story(world).rectifying().problem.pk
    text = as_user(world.handler).get(f"/problems/{pk}/").content.decode()
    assert "申请验收" in text
    assert "缺少佐证：整改前、整改后" in text


@pytest.mark.parametrize("event", sorted(FORMS))
def test_each_form_opens_for_whoever_may_and_for_nobody_else(world, as_user, event) -> None:
    problem = Story(world).closed().problem
    answers = {
        name: as_user(getattr(world, name)).get(f"/problems/{problem.pk}/do/{event}/").status_code
        for name in ("city_officer", "handler", "acceptor", "list_manager", "auditor", "outsider")
    }
    assert answers["auditor"] == 403
    assert answers["outsider"] == 404
    assert 200 in answers.values()


def test_reporting_from_the_form_makes_a_problem_with_its_photo(world, as_user) -> None:
    answer = as_user(world.grid_worker).post(
        "/problems/new/",
        {
            "title": "河边堆放垃圾",
            "place": "长安镇桥头",
            "jurisdiction": world.town.pk,
            "procedure": "patrol",
            "photo": picture("before-bank"),
        },
    )
    problem = Problem.objects.get()
    assert answer["Location"] == f"/problems/{problem.pk}/"
    assert problem.attachments.count() == 1
    assert problem.reported_by == world.grid_worker


def test_the_auditor_reads_all_and_changes_nothing(world, as_user) -> None:
    assert as_user(world.auditor).get("/problems/new/").status_code == 403


def test_a_refusal_keeps_what_was_typed(world, as_user) -> None:
    problem = Story(world).assigned().problem
    answer = as_user(world.handler).post(
        f"/problems/{problem.pk}/do/submit_plan/",
        {
            "goal": "全面截污",
            "standard": "达标",
            "measures": "封堵",
            "time_limit": "date",
            "deadline": "2027-01-01",
            "milestones-TOTAL_FORMS": "1",
            "milestones-INITIAL_FORMS": "0",
            "milestones-0-name": "封堵",
            "milestones-0-due_on": "2026-12-01",
            "milestones-0-weight": "60",
        },
    )
    text = answer.content.decode()
    assert "里程碑权重合计必须为 100%" in text
    assert "全面截污" in text
    assert not problem.plans.exists()


def test_the_register_lists_filters_and_remembers_the_past(world, as_user) -> None:
    story = Story(world).closed()
    client = as_user(world.city_officer)
    assert story.problem.number in client.get("/problems/?standing=closed").content.decode()
    assert story.problem.number not in client.get("/problems/?standing=open").content.decode()
    past = client.get("/problems/", {"as_of": "2022-03-01"}).content.decode()
    assert "已销号" not in past.split("<tbody")[-1]


def test_the_desk_counts_nothing_that_is_somebody_else_s(world, as_user) -> None:
    Story(world).rectifying()
    text = as_user(world.acceptor).get("/desk/").content.decode()
    assert "等别人" in text
    assert timezone.localdate() is not None
