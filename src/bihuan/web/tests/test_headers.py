"""The headers of every answer: what a page may load, and what a browser must not do with it."""

import urllib.request
from collections.abc import Iterator
from urllib.error import HTTPError

import pytest
from django.test import Client

from bihuan.living import Living, living
from bihuan.web.hardening import page_policy

pytestmark = pytest.mark.django_db
ALWAYS = {
    "X-Frame-Options": "DENY",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}


@pytest.mark.parametrize("path", ["/public/", "/login/", "/nothing/", "/desk/", "/static/bihuan/shell.js"])
def test_every_answer_carries_them(world, anonymous, path):
    answer = anonymous.get(path)
    assert {name: answer.headers.get(name) for name in ALWAYS} == ALWAYS
    assert "microphone=()" in answer["Permissions-Policy"]
    assert "Strict-Transport-Security" not in answer.headers


@pytest.mark.parametrize("path", ["/public/", "/login/", "/nothing/", "/desk/"])
def test_no_page_may_run_or_look_inline(world, as_user, path):
    policy = as_user(world.leader).get(path)["Content-Security-Policy"]
    said = dict(part.strip().split(" ", 1) for part in policy.split(";") if part.strip())
    assert said["default-src"] == "'none'"
    assert said["script-src"] == said["style-src"] == said["connect-src"] == "'self'"
    assert said["frame-ancestors"] == said["base-uri"] == "'none'"
    assert "unsafe" not in policy


def test_tiles_are_the_one_other_host_a_page_may_ask():
    said = page_policy("https://tiles.example.cn/{z}/{x}/{y}.png")["DIRECTIVES"]
    hosts = {name for name, sources in said.items() if "https://tiles.example.cn" in sources}
    assert hosts == {"img-src", "connect-src"}


@pytest.fixture
def behind_tls(settings):
    settings.SECURE_SSL_REDIRECT = True
    settings.SECURE_HSTS_SECONDS = 31_536_000
    settings.SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    settings.SESSION_COOKIE_SECURE = settings.CSRF_COOKIE_SECURE = True


def test_plain_requests_are_led_to_https(world, behind_tls):
    answer = Client().get("/public/")
    assert answer["Location"] == "https://testserver/public/"


@pytest.mark.parametrize("path", ["/healthz", "/readyz", "/metrics"])
def test_what_a_supervisor_asks_for_on_the_machine_is_answered_there(world, behind_tls, path):
    """It comes by plain http past the proxy; everything that begins alike is still led to https."""
    assert Client().get(path).status_code in (200, 503)
    assert Client().get(f"{path}/elsewhere")["Location"].startswith("https://")


def test_behind_the_proxy_browsers_are_told_to_stay(world, behind_tls):
    client = Client(HTTP_X_FORWARDED_PROTO="https")
    answer = client.get("/login/")
    assert answer.status_code == 200
    assert answer["Strict-Transport-Security"].startswith("max-age=31536000")
    assert client.cookies["csrftoken"]["secure"]
    assert client.cookies["csrftoken"]["httponly"]


class Stay(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_args: object, **_kwargs: object) -> None:
        return None


@pytest.fixture(scope="module")
def proxied() -> Iterator[Living]:
    with living(BIHUAN_HTTPS="1", BIHUAN_TRUSTED_PROXIES="1") as instance:
        yield instance


def ask(
    instance: Living, path: str, *, address: str = "9.9.9.9", data: bytes | None = None, https: bool = True
):
    """What the proxy passes on; refusals come back as answers too."""
    headers = {"X-Forwarded-Proto": "https" if https else "http", "X-Forwarded-For": address}
    request = urllib.request.Request(f"{instance.url}{path}", headers=headers, data=data)
    try:
        return urllib.request.build_opener(Stay).open(request)
    except HTTPError as answer:
        return answer


@pytest.mark.story
def test_a_running_instance_behind_a_proxy_that_ends_tls(proxied):
    """It starts, answers what the proxy passes on, and leads everything else to https."""
    answer = ask(proxied, "/login/")
    assert answer.status == 200
    assert "Strict-Transport-Security" in answer.headers
    assert "Secure" in answer.headers["Set-Cookie"]
    led = ask(proxied, "/login/", https=False)
    assert led.status == 301
    assert led.headers["Location"].startswith("https://")


@pytest.mark.story
def test_all_processes_count_the_forms_of_one_address_together(proxied):
    """The pages run in several processes; the forms carry no token, so they are refused, but they count."""
    said = [ask(proxied, "/public/nothing/", data=b"x=1").status for _time in range(31)]
    assert said[29] != 429
    assert said[30] == 429
    assert ask(proxied, "/public/nothing/", address="9.9.9.10", data=b"x=1").status != 429
