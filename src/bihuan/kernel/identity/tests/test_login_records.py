"""S08: the login log as a register, for the auditor and the administrator of the place."""

import pytest
from django.test import Client
from django.urls import reverse

from bihuan.base_world import PASSWORD
from bihuan.kernel.identity.registers import LoginRegister
from bihuan.kernel.people.models import Post, User
from bihuan.kernel.people.permissions import Role
from bihuan.page_text import page_text

pytestmark = pytest.mark.django_db
LIST = "login-records-list"


@pytest.fixture
def log(world, sign_in):
    """One sign-in of the county, one of the city, one failure of nobody known."""
    sign_in("handler", REMOTE_ADDR="10.0.0.1")
    sign_in("leader", REMOTE_ADDR="10.0.0.2")
    Client(REMOTE_ADDR="10.0.0.3").post(reverse("login"), {"username": "stranger", "password": "x"})


def seen(client: Client, **asked: str) -> set[str]:
    page = page_text(client.get(reverse(LIST), asked))
    return {name for name in ("handler", "leader", "stranger") if f">{name}<" in page}


def test_the_auditor_reads_who_when_where_how(world, as_user, log):
    client = as_user(world.auditor)
    page = page_text(client.get(reverse(LIST)))
    for said in ("登录成功", "登录失败", "10.0.0.1", "Firefox · Linux", "郑承办"):
        assert said in page
    assert seen(client) == {"handler", "leader", "stranger"}


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ({"kind": "failed"}, {"stranger"}),
        ({"username": "hand"}, {"handler"}),
        ({"address": "10.0.0.2"}, {"leader"}),
        ({"at_from": "2199-01-01"}, set()),
    ],
)
def test_it_is_filtered(world, as_user, log, asked, found):
    assert seen(as_user(world.auditor), **asked) == found


def test_a_county_sees_its_own_people_and_unknown_names(world, as_user, log):
    user = User.objects.create_user("county_admin", PASSWORD, name="县系统")
    Post.objects.create(
        user=user, role=Role.ADMINISTRATOR, jurisdiction=world.county, valid_from="2000-01-01"
    )
    assert seen(as_user(user)) == {"handler", "stranger"}


def test_nobody_else_reads_it_by_any_way(world, as_user, log):
    assert as_user(world.leader).get(reverse(LIST)).status_code == 403
    assert not LoginRegister().queryset(world.leader, None).exists()
