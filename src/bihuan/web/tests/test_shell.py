"""The frame around the pages: finding, wings, language, past days, errors."""

import pytest
from django.test import Client
from django.urls import reverse

from bihuan.loop.models import Problem
from bihuan.loop.tests.story import Story
from bihuan.page_text import page_text
from bihuan.web import errors, navigation

pytestmark = pytest.mark.django_db


def test_find_shows_only_what_the_reader_may_see(world, as_user):
    problem = Story(world).assigned().problem
    address = reverse("problem", args=[problem.pk])
    for query in ("直排污水", problem.number):
        assert address in page_text(as_user(world.handler).get(reverse("find"), {"q": query}))
        assert address not in page_text(as_user(world.outsider).get(reverse("find"), {"q": query}))
    assert address not in page_text(as_user(world.handler).get(reverse("find"), {"q": ""}))


@pytest.mark.parametrize("wing", [one.key for one in navigation.WINGS])
def test_each_wing_has_a_page(world, as_user, wing):
    page_text(as_user(world.leader).get(reverse("wing", args=[wing])))


def test_an_unknown_wing_is_not_there(world, as_user):
    assert as_user(world.leader).get(reverse("wing", args=["cellar"])).status_code == 404


def test_every_place_of_the_left_column_opens(world, as_user):
    client = as_user(world.city_officer)
    groups = (navigation.WORK, navigation.OFFICE, navigation.PHONE, *(one.places for one in navigation.WINGS))
    places = [place for group in groups for place in navigation.built(group)]
    assert len(places) > 12
    for place in places:
        assert client.get(place.url).status_code == 200, place.url


def test_the_landing_page_sends_each_to_their_place(world, as_user, anonymous):
    assert as_user(world.handler).get("/")["Location"] == reverse("desk")
    assert anonymous.get("/")["Location"] == reverse("public-home")


def test_a_name_and_a_password_log_in_and_a_wrong_one_says_so(world):
    client = Client()
    wrong = client.post(reverse("login"), {"username": "handler", "password": "no"})
    assert "form-error" in page_text(wrong)
    right = client.post(reverse("login"), {"username": "handler", "password": "bihuan-test"})
    assert right["Location"] == reverse("desk")
    assert client.post(reverse("logout")).status_code == 302
    assert client.get(reverse("desk")).status_code == 302


def test_the_language_is_remembered_on_the_account(world, as_user):
    client = as_user(world.handler)
    client.post(reverse("language"), {"language": "en", "next": "/desk/"})
    assert "My desk" in page_text(client.get(reverse("desk")))
    world.handler.refresh_from_db()
    assert world.handler.language == "en"
    client.post(reverse("language"), {"language": "tlh", "next": "/desk/"})
    assert "My desk" in page_text(client.get(reverse("desk")))


@pytest.mark.parametrize(
    "address", ["https://elsewhere.example/", "//elsewhere.example/", "/\\elsewhere.example/", "javascript:1"]
)
def test_nobody_is_sent_to_another_site(world, as_user, address):
    client = as_user(world.handler)
    assert client.post(reverse("language"), {"language": "en", "next": address})["Location"] == "/"


def test_a_past_day_is_read_only_and_says_so(world, as_user):
    problem = Story(world).assigned().problem
    client = as_user(world.handler)
    client.post(reverse("as-of"), {"as_of": "2022-03-05", "next": "/desk/?as_of=2020-01-01&x=1"})
    shown = page_text(client.get(reverse("problem", args=[problem.pk])))
    assert "2022-03-05" in shown
    said = {"goal": "把污水全部纳管"}
    answer = client.post(reverse("problem-act", args=[problem.pk, "submit_plan"]), said)
    assert "把污水全部纳管" in page_text(answer, 409)
    assert Problem.objects.get(pk=problem.pk).state == "assigned"


@pytest.mark.parametrize("asked", ["2999-01-01", "rubbish", "1900-01-01", "now"])
def test_no_day_but_a_past_one_is_travelled_to(world, as_user, asked):
    client = as_user(world.handler)
    client.get(reverse("desk"), {"as_of": asked})
    assert "as_of" not in client.session


def test_a_forbidden_page_says_who_may_and_keeps_the_frame(world, as_user):
    shown = page_text(as_user(world.auditor).get(reverse("problem-new")), 403)
    assert "sidebar" in shown


def test_a_missing_page_is_drawn_for_users_and_strangers(world, as_user, anonymous):
    assert "sidebar" in page_text(as_user(world.handler).get("/problems/999999/"), 404)
    assert "这里没有内容" in page_text(anonymous.get("/nothing/"), 404)


def test_a_broken_page_needs_no_database(rf):
    answer = errors.broken(rf.get("/"))
    assert answer.status_code == 500
    assert "<html" in answer.content.decode()


def test_a_stale_form_keeps_what_was_typed(world):
    client = Client(enforce_csrf_checks=True)
    client.force_login(world.handler)
    answer = client.post(reverse("problem-new"), {"title": "刚打好的字"})
    assert "刚打好的字" in page_text(answer, 403)


def test_the_gallery_of_components_is_drawn(world, rf):
    from bihuan.web.gallery import gallery

    request = rf.get("/web/components/")
    request.user, request.session = world.leader, {}
    page_text(gallery(request))
