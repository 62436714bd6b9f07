"""S01: one answer for all failures, a lock with the time left, everything in the log."""

from datetime import timedelta

import pytest
from axes.models import AccessAttempt
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from bihuan.base_world import PASSWORD
from bihuan.kernel.identity.models import LoginRecord, SignIn
from bihuan.kernel.ledger.models import Event
from bihuan.page_text import page_text

pytestmark = pytest.mark.django_db
WRONG = "账号或密码不正确"


def attempt(client: Client, username: str = "handler", password: str = "no", **meta):
    return client.post(reverse("login"), {"username": username, "password": password}, **meta)


def kinds(username: str) -> list[str]:
    return list(LoginRecord.objects.filter(username=username).order_by("pk").values_list("kind", flat=True))


def test_the_page_asks_for_account_and_password_only(world, anonymous):
    page = page_text(anonymous.get(reverse("login")))
    assert 'name="username"' in page
    assert "闲置 30 分钟" in page
    assert "login-outside" not in page


def test_signing_in_and_out_is_a_session_a_record_and_two_events(world, sign_in):
    client = sign_in("handler")
    session = SignIn.objects.get(user=world.handler)
    assert (session.method, session.address, session.device) == ("password", "127.0.0.1", "Firefox · Linux")
    client.post(reverse("logout"))
    session.refresh_from_db()
    assert session.ending == SignIn.Ending.SIGNED_OUT
    assert kinds("handler") == ["signed_in", "signed_out"]
    events = Event.objects.filter(stream=f"account:{world.handler.pk}")
    assert [event.kind for event in events] == ["account.signed_in", "account.signed_out"]
    assert "127.0.0.1" not in str([event.payload for event in events])


def test_after_the_sign_in_one_comes_where_one_wanted_to_but_never_elsewhere(world):
    said = {"username": "handler", "password": PASSWORD}
    assert Client().post(reverse("login"), said | {"next": "/problems/"})["Location"] == "/problems/"
    assert Client().post(reverse("login"), said | {"next": "//elsewhere.example/"})["Location"] == "/desk/"


@pytest.mark.parametrize("username", ["handler", "nobody", "clerk"])
def test_wrong_unknown_and_closed_get_the_same_answer(world, username):
    world.clerk.is_active = False
    world.clerk.save(update_fields=["is_active"])
    password = PASSWORD if username == "clerk" else "no"
    page = page_text(attempt(Client(), username, password))
    assert WRONG in page
    assert "form-error" in page
    assert kinds(username) == ["failed"]


@pytest.mark.parametrize("username", ["handler", "nobody"])
def test_five_failures_lock_and_say_for_how_long(world, username):
    client = Client()
    for _time in range(4):
        assert attempt(client, username).status_code == 200
    page = page_text(attempt(client, username), 429)
    assert "剩余 15 分钟" in page
    right = attempt(client, username, PASSWORD)
    assert right.status_code == 429
    assert int(right["Retry-After"]) <= 900
    assert kinds(username) == ["failed"] * 4 + ["locked"] * 2


def test_the_lock_is_one_event_however_often_one_knocks(world):
    client = Client()
    for _time in range(8):
        attempt(client)
    assert Event.objects.filter(kind="account.locked").count() == 1


def test_another_address_is_not_locked_and_time_opens_the_lock(world):
    client = Client()
    for _time in range(5):
        attempt(client)
    assert attempt(Client(), password=PASSWORD, REMOTE_ADDR="10.0.0.9").status_code == 302
    long_ago = timezone.now() - timedelta(minutes=16)
    AccessAttempt.objects.update(attempt_time=long_ago)
    assert attempt(client, password=PASSWORD).status_code == 302


def test_an_account_attacked_from_everywhere_is_shut_for_all(world, rule):
    rule("account_failures", 5)
    for last in range(1, 6):
        assert attempt(Client(), REMOTE_ADDR=f"10.0.0.{last}").status_code == 200
    page = page_text(attempt(Client(), password=PASSWORD, REMOTE_ADDR="10.0.0.6"), 429)
    assert "已临时锁定" in page


def test_a_null_byte_is_a_failure_like_any_other(world):
    assert attempt(Client(), "hand\x00ler").status_code == 200
