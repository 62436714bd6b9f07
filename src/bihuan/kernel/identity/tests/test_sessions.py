"""S04: an idle session ends, a sign-out kills it, and one sees and ends one's other sessions."""

import time
from datetime import timedelta

import pytest
from django.contrib.sessions.models import Session
from django.urls import reverse
from django.utils import timezone

from bihuan.kernel.identity.actions import sessions
from bihuan.kernel.identity.models import SignIn
from bihuan.kernel.ledger.models import Event
from bihuan.page_text import page_text

pytestmark = pytest.mark.django_db


def test_the_session_lasts_as_long_as_the_rule_says(world, sign_in, rule):
    rule("idle_minutes", 10)
    client = sign_in("handler")
    assert client.session.get_expiry_age() == 600
    assert client.cookies["sessionid"]["max-age"] == 600


def test_an_idle_session_is_asked_to_sign_in_again(world, sign_in):
    client = sign_in("handler")
    Session.objects.update(expire_date=timezone.now() - timedelta(seconds=1))
    assert client.get("/desk/")["Location"] == "/login/?next=/desk/"


def test_a_page_keeps_the_session_awake_but_writes_once_a_minute(world, sign_in):
    client = sign_in("handler")
    row = SignIn.objects.get()
    client.get("/desk/")
    assert SignIn.objects.get().last_seen_at == row.last_seen_at
    session = client.session
    session[sessions.SEEN] = int(time.time()) - 61
    session.save()
    client.get("/desk/")
    assert SignIn.objects.get().last_seen_at > row.last_seen_at


def test_signing_out_kills_the_session_on_the_server(world, sign_in):
    client = sign_in("handler")
    key = client.session.session_key
    client.post(reverse("logout"))
    assert not Session.objects.filter(session_key=key).exists()


def test_one_sees_ones_sessions_and_ends_another(world, sign_in):
    here = sign_in("handler")
    there = sign_in("handler", REMOTE_ADDR="10.0.0.7")
    page = page_text(here.get(reverse("my-account")))
    assert "10.0.0.7" in page
    assert "当前会话" in page
    other = SignIn.objects.get(address="10.0.0.7")
    here.post(reverse("my-session-end", args=[other.pk]))
    assert there.get("/desk/").status_code == 302
    assert here.get("/desk/").status_code == 200
    assert Event.objects.filter(kind="account.revoked", actor=f"user:{world.handler.pk}").exists()
    again = here.post(reverse("my-session-end", args=[other.pk]))
    assert "已经结束" in page_text(again, 409)


def test_nobody_ends_a_strangers_session(world, sign_in):
    sign_in("leader")
    row = SignIn.objects.get(user=world.leader)
    assert sign_in("handler").post(reverse("my-session-end", args=[row.pk])).status_code == 404


def test_idle_sessions_are_closed_in_the_list(world, sign_in):
    sign_in("handler")
    sign_in("leader")
    long_ago = timezone.now() - timedelta(minutes=31)
    SignIn.objects.filter(user=world.handler).update(last_seen_at=long_ago)
    assert sessions.end_idle() == 1
    assert SignIn.objects.get(user=world.handler).ending == SignIn.Ending.IDLE
