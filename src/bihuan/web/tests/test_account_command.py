"""`bihuan account`: the first administrator, and the way back into an account."""

import pytest
from allauth.mfa.models import Authenticator
from axes.models import AccessAttempt
from click.testing import CliRunner
from django.test import Client
from django.urls import reverse

from bihuan.kernel.errors import Unusable
from bihuan.kernel.ledger.models import Event
from bihuan.kernel.people.models import User
from bihuan.web.cli import account

pytestmark = pytest.mark.django_db


def run(*arguments: str):
    return CliRunner().invoke(account.account, arguments)


def sign_in(username: str, password: str):
    return Client().post(reverse("login"), {"username": username, "password": password})


def test_the_first_administrator_gets_a_password_for_one_sign_in(world):
    done = run("new", "first", "首任管理员")
    assert done.exit_code == 0
    post = User.objects.get(username="first").posts.get()
    assert (post.role, post.jurisdiction) == ("administrator", world.city)
    assert sign_in("first", done.output.strip()).status_code == 302
    assert Event.objects.get(kind="account.opened").actor == "system"


def test_another_role_over_another_place(world):
    run("new", "someone", "某人", "--role", "leader", "--over", world.county.code)
    post = User.objects.get(username="someone").posts.get()
    assert (post.role, post.jurisdiction) == ("leader", world.county)


def test_a_place_that_isn_t_there_is_said(world):
    done = run("new", "someone", "某人", "--over", "999999")
    assert isinstance(done.exception, Unusable)
    assert not User.objects.filter(username="someone").exists()


def test_a_locked_out_administrator_gets_back_in(world):
    Authenticator.objects.create(user=world.administrator, type="totp", data={"secret": "x"})
    for _time in range(5):
        sign_in("administrator", "no")
    password = run("reset", "administrator").output.strip()
    assert not Authenticator.objects.exists()
    assert not AccessAttempt.objects.exists()
    assert sign_in("administrator", password).status_code == 302


def test_nobody_of_that_name(world):
    assert isinstance(run("reset", "nobody").exception, Unusable)
