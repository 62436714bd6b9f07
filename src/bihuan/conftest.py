"""The base world, built once, and clients to walk it with."""

import copy
from collections.abc import Callable, Iterator
from typing import Any

import hypothesis
import pytest
from django.conf import settings
from django.db import connection
from django.test import Client
from hypothesis import HealthCheck

from bihuan.base_world import World, find_base_world
from bihuan.living import Living, chromium, living
from bihuan.own_database import a_copy, base_world_database, copy_database, server, use_database

SHARED_INSTANCES = {"instance", "city"}
_built: list[World] = []


def pytest_configure() -> None:
    """Passwords are hashed slowly on purpose, and a new client looks through all static files.

    No test is about how slowly; nor is one that makes up its input. What it makes up is the same in every
    run, so that a failure can be seen again; `--hypothesis-profile=explore` makes up something new.
    """
    patient = {"deadline": None, "suppress_health_check": [HealthCheck.too_slow]}
    hypothesis.settings.register_profile("explore", **patient)
    hypothesis.settings.register_profile("house", derandomize=True, **patient)
    hypothesis.settings.load_profile("house")
    settings.WHITENOISE_AUTOREFRESH = True
    settings.PASSWORD_HASHERS = [
        "django.contrib.auth.hashers.MD5PasswordHasher",
        *settings.PASSWORD_HASHERS,
    ]


def pytest_make_parametrize_id(val: object, argname: str) -> str | None:
    """Workers compare the names of tests: bytes, which may hold the time of their making, stay out."""
    return argname if isinstance(val, bytes) else None


@pytest.hookimpl(hookwrapper=True, tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> Iterator[None]:
    """Stories first, those that share what is slow to make in one worker; quick tests fill up the other."""
    stories = [item for item in items if item.get_closest_marker("story")]
    for item in stories:
        shared = SHARED_INSTANCES & set(getattr(item, "fixturenames", ()))
        item.add_marker(pytest.mark.xdist_group("instance" if shared else item.nodeid.partition("::")[0]))
        item.add_marker(pytest.mark.no_cover)  # the instance is another process
    yield
    items.sort(key=lambda item: item not in stories)


@pytest.fixture(scope="session")
def django_db_setup(
    django_test_environment: None, django_db_modify_db_settings: None, django_db_blocker: Any
) -> None:
    """The base world is built once a run, each worker has a copy; a test's changes are rolled back."""
    own = connection.creation._get_test_db_name()
    with django_db_blocker.unblock(), server() as postgres:
        copy_database(postgres, base_world_database(postgres), own)
        use_database(own)
        _built.append(find_base_world())


@pytest.fixture
def world(db: None) -> World:
    """A copy of the base world's objects, so that one test's changes to them don't reach the next."""
    return copy.deepcopy(_built[0])


@pytest.fixture
def committed(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """A copy of the database in which a test may commit, from several threads; it is dropped afterwards."""
    original = connection.settings_dict["NAME"]
    with django_db_blocker.unblock(), a_copy(original, f"{original}_committed"):
        yield


@pytest.fixture(scope="session")
def instance() -> Iterator[Living]:
    """A running instance with the base world, shared by all browser tests of the run."""
    with living() as running:
        yield running


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    """Not for the whole run: as long as it is open, no other test of its worker can have an event loop."""
    with chromium() as found:
        yield found


@pytest.fixture
def anonymous() -> Client:
    return Client()


@pytest.fixture
def as_user() -> Callable[[Any], Client]:
    def login(user: Any) -> Client:
        client = Client()
        client.force_login(user)
        return client

    return login
