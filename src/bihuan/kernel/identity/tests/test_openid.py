"""Sign-in by the city's identity provider: one that the test serves itself, over HTTP, on this machine."""

import json
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from urllib.parse import parse_qs, urlencode, urlsplit

import jwt
import pytest
from allauth.socialaccount.models import SocialAccount
from django.test import Client
from django.urls import reverse

from bihuan.kernel.identity.models import LoginRecord, SignIn
from bihuan.kernel.ledger.models import Event
from bihuan.kernel.people.models import User
from bihuan.page_text import page_text
from bihuan.web.signing_in import identity_providers

pytestmark = pytest.mark.django_db
CLIENT, SECRET = "bihuan", "a secret between the two, long enough for a signature"


class Provider(BaseHTTPRequestHandler):
    """OpenID Connect Core 1.0, the authorization code flow, for whoever `person` is at the moment."""

    person: dict[str, str] = {}
    denied = False
    verifiers: dict[str, str] = {}

    @property
    def issuer(self) -> str:
        return f"http://127.0.0.1:{self.server.server_address[1]}"

    def do_GET(self) -> None:
        parts = urlsplit(self.path)
        asked = {name: values[0] for name, values in parse_qs(parts.query).items()}
        if parts.path == "/.well-known/openid-configuration":
            places = {"authorization": "authorize", "token": "token", "userinfo": "userinfo"}
            said = {f"{name}_endpoint": f"{self.issuer}/{path}" for name, path in places.items()}
            self.answer(said | {"issuer": self.issuer, "jwks_uri": f"{self.issuer}/jwks"})
        elif parts.path == "/authorize":
            self.authorize(asked)
        elif parts.path == "/userinfo":
            self.answer(self.person)

    def authorize(self, asked: dict[str, str]) -> None:
        assert asked["client_id"] == CLIENT
        assert asked["code_challenge_method"] == "S256"
        back = {"error": "access_denied"} if self.denied else {"code": "the-code"}
        self.send_response(302)
        self.send_header("Location", f"{asked['redirect_uri']}?{urlencode(back | {'state': asked['state']})}")
        self.end_headers()

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        said = {name: values[0] for name, values in parse_qs(body).items()}
        if said.get("code") != "the-code" or not said.get("code_verifier"):
            self.answer({"error": "invalid_grant"}, 400)
            return
        claims = {"iss": self.issuer, "aud": CLIENT, "exp": int(time.time()) + 60, **self.person}
        token = jwt.encode(claims, SECRET, algorithm="HS256")
        self.answer({"access_token": "an-access-token", "token_type": "Bearer", "id_token": token})

    def answer(self, said: dict, status: int = 200) -> None:
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.end_headers()
        self.wfile.write(json.dumps(said).encode())

    def log_message(self, *_said: object) -> None:
        """The test's output is no access log."""


@pytest.fixture
def provider(settings) -> Iterator[type[Provider]]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Provider)
    Thread(target=server.serve_forever, daemon=True).start()
    url = f"http://127.0.0.1:{server.server_address[1]}"
    settings.BIHUAN_OIDC_NAME = "浙政通"
    settings.SOCIALACCOUNT_PROVIDERS = identity_providers("浙政通", url=url, client=CLIENT, secret=SECRET)
    Provider.person, Provider.denied = {"sub": "id-1", "preferred_username": "handler"}, False
    yield Provider
    server.shutdown()
    server.server_close()


class Stay(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_args: object, **_kwargs: object) -> None:
        return None


def leave(client: Client, **said: str) -> str:
    """Follow the link; gives back where the provider sends the browser to."""
    answer = client.get(reverse("openid_connect_login", args=["city"]), said)
    assert answer.status_code == 302
    with pytest.raises(urllib.error.HTTPError) as led:
        urllib.request.build_opener(Stay).open(answer["Location"])
    assert led.value.code == 302
    return led.value.headers["Location"].replace("http://testserver", "")


def enter(client: Client, **said: str):
    return client.get(leave(client, **said))


def test_the_sign_in_page_offers_the_provider_by_its_name(world, provider, anonymous):
    page = page_text(anonymous.get(reverse("login"), {"next": "/problems/"}))
    assert "用浙政通登录" in page
    assert "/login/with/city/?next=/problems/" in page


def test_a_known_person_comes_in_and_the_ledger_says_how(world, provider, anonymous):
    assert enter(anonymous, next="/problems/")["Location"] == "/problems/"
    assert anonymous.get("/desk/").status_code == 200
    assert SignIn.objects.get().method == "openid"
    event = Event.objects.get(kind="account.signed_in")
    assert (event.actor, event.payload["method"]) == (f"user:{world.handler.pk}", "openid")


def test_the_identity_counts_from_the_second_time_on(world, provider):
    enter(Client())
    provider.person = {"sub": "id-1", "preferred_username": "renamed"}
    assert enter(Client())["Location"] == "/desk/"
    assert SocialAccount.objects.count() == 1


def test_a_name_given_to_somebody_else_opens_nothing(world, provider):
    enter(Client())
    provider.person = {"sub": "id-2", "preferred_username": "handler"}
    assert "没有账号" in page_text(enter(Client()), 403)


@pytest.mark.parametrize("person", [{"sub": "id-9", "preferred_username": "stranger"}, {"sub": "id-9"}])
def test_a_stranger_gets_no_account(world, provider, anonymous, person):
    before = User.objects.count()
    provider.person = person
    assert "没有账号" in page_text(enter(anonymous), 403)
    assert User.objects.count() == before
    assert anonymous.get("/desk/").status_code == 302
    assert LoginRecord.objects.get().kind == LoginRecord.Kind.REFUSED


def test_a_closed_account_stays_closed(world, provider, anonymous):
    User.objects.filter(pk=world.handler.pk).update(is_active=False)
    assert "已停用" in page_text(enter(anonymous), 403)
    assert anonymous.get("/desk/").status_code == 302


def test_another_claim_may_name_the_account(world, provider, anonymous, settings):
    settings.BIHUAN_OIDC_CLAIM = "employee_no"
    provider.person = {"sub": "id-1", "employee_no": "leader"}
    enter(anonymous)
    assert SignIn.objects.get().user == world.leader


def test_who_comes_this_way_owes_no_new_password(world, provider, anonymous):
    User.objects.filter(pk=world.handler.pk).update(password_is_temporary=True)
    enter(anonymous)
    assert anonymous.get("/desk/").status_code == 200


def test_the_second_factor_is_asked_for_all_the_same(world, provider, sign_in, set_up):
    provider.person = {"sub": "id-1", "preferred_username": "leader"}
    set_up(sign_in("leader"))
    client = Client()
    assert enter(client)["Location"] == reverse("mfa_authenticate")
    assert client.get("/desk/").status_code == 302


def test_who_stops_at_the_provider_is_told_so(world, provider, anonymous):
    provider.denied = True
    assert enter(anonymous)["Location"] == reverse("socialaccount_login_cancelled")
    assert "取消了登录" in page_text(anonymous.get(reverse("socialaccount_login_cancelled")))


@pytest.mark.parametrize(("name", "value"), [("state", "forged"), ("code", "guessed")])
def test_a_forged_answer_is_refused(world, provider, anonymous, name, value):
    parts = urlsplit(leave(anonymous))
    said = {key: values[0] for key, values in parse_qs(parts.query).items()} | {name: value}
    assert "没有确认" in page_text(anonymous.get(parts.path, said), 401)
    assert anonymous.get("/desk/").status_code == 302


def test_without_configuration_there_is_no_such_door(world, anonymous):
    assert anonymous.get(reverse("openid_connect_login", args=["city"])).status_code == 404
