"""Walks the access table: each address with each person, and with nobody logged in."""

import copy
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.db import transaction
from django.test import Client
from django.urls import URLPattern, get_resolver, reverse

from bihuan.web.access import EVERYBODY, PAGES, Page
from bihuan.web.tests.things import make_things

pytestmark = [pytest.mark.django_db, pytest.mark.no_cover]  # a walk through all pages judges none
STRANGER = None


@pytest.fixture
def things(world: Any, settings: Any, tmp_path: Any) -> Any:
    settings.MEDIA_ROOT = settings.BIHUAN_HOME = tmp_path
    return make_things(world)


@pytest.mark.parametrize("user", [*EVERYBODY, STRANGER])
def test_everybody_gets_what_the_table_says(user, things, world, as_user):
    session = Client() if user is STRANGER else as_user(getattr(world, user))

    def client() -> Client:
        """A browser that has just signed in, whatever the one before it did: signing in once is enough."""
        fresh = Client()
        fresh.cookies = copy.deepcopy(session.cookies)
        return fresh

    assert [said for page in PAGES for said in complaints(page, user, client, things)] == []


def complaints(page: Page, user: str | None, client: Callable[[], Client], things: Any) -> Iterator[str]:
    url, expected = reverse(page.name, args=[things[name] for name in page.things]), page.expected(user)
    found = status(client(), page.method, url)
    if found != expected:
        yield f"{user} {page.method} {url}: {found}, not {expected}"
    if expected != page.outcome and status(client(), "post", url) not in (expected, 405):
        yield f"{user} may not read {url} and yet may write it"


def status(client: Client, method: str, url: str) -> int:
    with transaction.atomic():
        answer = getattr(client, method)(url)
        if answer.streaming:
            b"".join(answer.streaming_content)
        transaction.set_rollback(True)
    return answer.status_code


def test_every_address_has_a_row():
    assert set(names(get_resolver())) == {page.name for page in PAGES}


def names(resolver: Any) -> Iterator[str]:
    for pattern in resolver.url_patterns:
        if isinstance(pattern, URLPattern):
            yield pattern.name
        else:
            yield from names(pattern)


def test_the_table_names_people_of_the_base_world(world):
    assert all(hasattr(world, user) for page in PAGES for user in (*page.may, *page.sees))


def test_no_address_has_two_rows():
    assert len({page.name for page in PAGES}) == len(PAGES)
