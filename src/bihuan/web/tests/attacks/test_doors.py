"""What a stranger's page, link or cookie tries on who is signed in: forged forms, hosts and ways on."""

import pytest
from django.contrib.sessions.models import Session
from django.test import Client
from django.urls import URLPattern, get_resolver, reverse

from bihuan.base_world import PASSWORD
from bihuan.kernel.ledger.models import Event
from bihuan.web.access import PAGES
from bihuan.web.tests.attacks import scene

pytestmark = pytest.mark.django_db
ELSEWHERE = (
    "https://evil.example/",
    "//evil.example/",
    "///evil.example/",
    "/\\evil.example/",
    "\\\\evil.example/",
    "https:evil.example",
    "javascript:alert(1)",
    "http://testserver@evil.example/",
    "\thttps://evil.example/",
    "/desk/\r\nX-Injected: 1",
)


def test_no_address_takes_a_form_without_its_token(world, settings, tmp_path):
    """Every address of the table, whoever may do most there; the token of another session is none either."""
    place = scene.set_up(world, settings, tmp_path)
    acts = Event.objects.exclude(kind="account.signed_in")
    before, open_doors = acts.count(), []
    foreign = Client().get(reverse("login")).cookies["csrftoken"].value
    for page in PAGES:
        url = reverse(page.name, args=[place.things[name] for name in page.things])
        client = place.client(next(iter(page.may), "leader"), enforce_csrf_checks=True)
        for data in ({}, {"csrfmiddlewaretoken": foreign}):
            if client.post(url, data).status_code not in (403, 405):
                open_doors.append(url)
    assert open_doors == []
    assert acts.count() == before


def test_no_view_is_exempt_from_the_token():
    """It is asked by the middleware before any view is."""
    assert [
        str(one) for one in _patterns(get_resolver()) if getattr(one.callback, "csrf_exempt", False)
    ] == []


def _patterns(resolver):
    for one in resolver.url_patterns:
        if isinstance(one, URLPattern):
            yield one
        else:
            yield from _patterns(one)


@pytest.mark.parametrize("origin", ["https://evil.example", "null"])
def test_a_form_from_another_origin_is_refused_even_with_a_token(world, origin):
    client = Client(enforce_csrf_checks=True)
    client.force_login(world.leader)
    client.get(reverse("desk"))
    token = client.cookies["csrftoken"].value
    said = {"language": "en", "csrfmiddlewaretoken": token}
    assert client.post(reverse("language"), said, HTTP_ORIGIN=origin).status_code == 403
    assert client.post(reverse("language"), said, HTTP_ORIGIN="http://testserver").status_code == 302


@pytest.mark.parametrize("host", ["evil.example", "testserver.evil.example", "evil.example:80", "a b", ""])
@pytest.mark.parametrize("path", ["/public/", "/login/", "/healthz", "/desk/"])
def test_another_host_s_name_gets_no_page(world, host, path):
    """No link, redirect or code of ours is ever made with a name that the settings don't hold."""
    assert Client(raise_request_exception=False).get(path, HTTP_HOST=host).status_code == 400


def test_what_a_proxy_was_told_is_not_our_name(world, anonymous):
    answer = anonymous.get("/public/", HTTP_X_FORWARDED_HOST="evil.example")
    assert answer.status_code == 200
    assert b"evil.example" not in answer.content


@pytest.mark.parametrize("way", ELSEWHERE)
def test_after_the_sign_in_nobody_is_led_elsewhere(world, way):
    said = {"username": "handler", "password": PASSWORD, "next": way}
    for answer in (
        Client().post(reverse("login"), said),
        Client().post(f"{reverse('login')}?next=/desk/", said),
    ):
        assert _stays(answer)


@pytest.mark.parametrize("way", ELSEWHERE)
@pytest.mark.parametrize("name", ["language", "as-of", "logout", "account_reauthenticate", "inbox-read"])
def test_no_form_leads_elsewhere(world, as_user, name, way):
    said = {"next": way, "language": "en", "as_of": "now", "password": PASSWORD}
    assert _stays(as_user(world.handler).post(reverse(name), said))
    assert _stays(as_user(world.handler).post(reverse(name), {**said, "next": ""}, HTTP_REFERER=way.strip()))


@pytest.mark.parametrize("way", ELSEWHERE)
def test_who_is_signed_in_already_is_not_led_elsewhere(world, as_user, way):
    assert _stays(as_user(world.handler).get(reverse("login"), {"next": way}))


def _stays(answer) -> bool:
    assert "X-Injected" not in answer.headers
    address = answer.headers.get("Location", "/")
    return address.startswith("/") and not address.startswith(("//", "/\\"))


def test_a_session_handed_to_somebody_is_not_theirs_after_the_sign_in(world):
    """Fixation: the attacker's cookie, planted in the victim's browser, opens nothing afterwards."""
    attacker = Client()
    attacker.post(reverse("language"), {"language": "en"})
    planted = attacker.cookies["sessionid"].value
    victim = Client()
    victim.cookies["sessionid"] = planted
    victim.post(reverse("login"), {"username": "handler", "password": PASSWORD})
    assert victim.get(reverse("desk")).status_code == 200
    assert victim.cookies["sessionid"].value != planted
    assert attacker.get(reverse("desk")).status_code == 302
    assert not Session.objects.filter(session_key=planted).exists()


def test_a_made_up_session_key_is_not_taken_over(world):
    client = Client()
    client.cookies["sessionid"] = "a" * 32
    client.post(reverse("language"), {"language": "en"})
    assert client.cookies["sessionid"].value != "a" * 32
    assert not Session.objects.filter(session_key="a" * 32).exists()


def test_the_session_s_key_stands_in_no_address_and_no_page(world, as_user):
    client = as_user(world.handler)
    key = client.session.session_key
    for page in ("desk", "my-account", "problems-list", "inbox"):
        assert key not in client.get(reverse(page)).content.decode()
    assert Client().get(reverse("desk"), {"sessionid": key}).status_code == 302
