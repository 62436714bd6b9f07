"""S03: posts that unmask, release or administer need a second factor, where the setting asks for it."""

import re
import time

import pytest
from allauth.mfa.models import Authenticator
from django.test import Client
from django.urls import reverse

from bihuan.base_world import PASSWORD
from bihuan.kernel.identity.models import LoginRecord, SignIn
from bihuan.kernel.identity.tests.conftest import totp
from bihuan.kernel.ledger.models import Event
from bihuan.kernel.people.permissions import Role, second_factor_acts
from bihuan.page_text import page_text

pytestmark = pytest.mark.django_db
SET_UP = "/me/second-factor/"


@pytest.fixture
def required(settings):
    settings.BIHUAN_SECOND_FACTOR = "required"


def enter(client: Client, code: str):
    return client.post(reverse("mfa_authenticate"), {"code": code})


def begin(username: str) -> Client:
    client = Client()
    answer = client.post(reverse("login"), {"username": username, "password": PASSWORD})
    assert answer["Location"] == reverse("mfa_authenticate")
    return client


@pytest.mark.parametrize(
    ("role", "acts"),
    [
        (Role.CITY_OFFICE, ["查看举报人信息", "发布报告"]),
        (Role.LEADER, ["发布报告"]),
        (Role.ADMINISTRATOR, ["管理账号"]),
        (Role.RESPONSIBLE_UNIT, []),
        (Role.AUDITOR, []),
    ],
)
def test_who_needs_one_follows_from_the_permissions(role, acts, settings):
    assert second_factor_acts([role]) == acts


def test_where_it_is_optional_nobody_is_led_there(world, sign_in):
    assert sign_in("leader").get("/desk/").status_code == 200


def test_where_it_is_required_it_comes_before_anything_else(world, sign_in, required):
    leader = sign_in("leader")
    for address in ("/desk/", "/problems/", "/public/", "/me/"):
        assert leader.get(address)["Location"] == SET_UP
    assert "发布报告" in page_text(leader.get(SET_UP))
    assert leader.post(reverse("language"), {"language": "en"}).status_code == 302
    assert sign_in("handler").get("/desk/").status_code == 200


def test_setting_it_up_opens_the_house_and_shows_the_codes(world, sign_in, set_up, required):
    leader = sign_in("leader")
    set_up(leader)
    codes = re.findall(r"<li>(\d{8})</li>", page_text(leader.get(reverse("mfa_view_recovery_codes"))))
    assert len(codes) == 10
    assert leader.get(reverse("mfa_download_recovery_codes")).content.decode().split() == codes
    assert leader.get("/desk/").status_code == 200
    assert Event.objects.filter(kind="account.factor_set").count() == 1


def test_a_wrong_code_sets_nothing_up(world, sign_in, required):
    leader = sign_in("leader")
    leader.get(SET_UP)
    assert "验证码不正确" in page_text(leader.post(SET_UP, {"code": "abcdef"}))
    assert not Authenticator.objects.exists()


def test_the_key_lies_encrypted_and_outlives_a_new_secret(world, sign_in, set_up, settings):
    secret = set_up(sign_in("leader"))
    row = Authenticator.objects.get(type="totp")
    assert secret not in str(row.data)
    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
    settings.SECRET_KEY = "another secret of this house, long enough to be one"
    assert row.wrap().validate_code(totp(secret, time.time() + 30))


def test_the_next_sign_in_asks_for_the_code_and_takes_each_once(world, sign_in, set_up, required):
    secret = set_up(sign_in("leader"))
    code = totp(secret, time.time())
    client = begin("leader")
    assert client.get("/desk/").status_code == 302
    assert "动态码" in page_text(client.get(reverse("mfa_authenticate")))
    assert enter(client, code)["Location"] == "/desk/"
    assert client.get("/desk/").status_code == 200
    assert SignIn.objects.filter(method="password + second factor").count() == 1
    assert enter(begin("leader"), code).status_code == 200


def test_a_recovery_code_opens_once(world, sign_in, set_up):
    leader = sign_in("leader")
    set_up(leader)
    code = leader.get(reverse("mfa_download_recovery_codes")).content.decode().split()[0]
    assert enter(begin("leader"), code).status_code == 302
    assert enter(begin("leader"), code).status_code == 200


def test_guessing_codes_shuts_the_door(world, sign_in, set_up):
    secret = set_up(sign_in("leader"))
    client = begin("leader")
    for _time in range(5):
        assert enter(client, "000000").status_code == 200
    assert enter(client, totp(secret, time.time())).status_code == 429
    kinds = LoginRecord.objects.filter(user=world.leader).values_list("kind", flat=True)
    assert list(kinds[:6]) == ["locked"] + ["code_failed"] * 5


def test_other_sessions_must_show_it_too(world, sign_in, set_up, required):
    elsewhere, leader = sign_in("leader"), sign_in("leader")
    set_up(leader)
    answer = elsewhere.get("/desk/")
    assert answer["Location"] == "/login/?next=/desk/"
    assert SignIn.objects.filter(user=world.leader, ending=SignIn.Ending.CLOSED).count() == 1


def test_a_session_that_never_showed_the_factor_is_ended(world, as_user, sign_in, set_up, required):
    set_up(sign_in("leader"))
    old = as_user(world.leader)
    assert old.get("/desk/")["Location"].startswith("/login/")


def test_new_codes_and_removal_are_recorded(world, sign_in, set_up):
    leader = sign_in("leader")
    set_up(leader)
    before = leader.get(reverse("mfa_download_recovery_codes")).content
    assert leader.get(reverse("mfa_generate_recovery_codes")).status_code == 200
    leader.post(reverse("mfa_generate_recovery_codes"))
    assert leader.get(reverse("mfa_download_recovery_codes")).content != before
    assert leader.get(reverse("mfa_deactivate_totp")).status_code == 200
    leader.post(reverse("mfa_deactivate_totp"))
    assert not Authenticator.objects.exists()
    kinds = list(LoginRecord.objects.filter(user=world.leader).values_list("kind", flat=True))
    assert kinds == ["factor_removed", "codes", "factor_set", "signed_in"]


def test_later_one_confirms_first(world, sign_in):
    """The sign-in counts as a confirmation for five minutes only."""
    client = sign_in("handler")
    long_ago = time.time() - 301
    session = client.session
    session["account_authentication_methods"] = [
        one | {"at": long_ago} for one in session["account_authentication_methods"]
    ]
    session.save()
    assert client.get(SET_UP)["Location"] == "/me/confirm/?next=%2Fme%2Fsecond-factor%2F"
    assert "密码不正确" in page_text(client.post("/me/confirm/", {"password": "no", "next": SET_UP}))
    assert client.post("/me/confirm/", {"password": PASSWORD, "next": SET_UP})["Location"] == SET_UP
    assert client.get(SET_UP).status_code == 200
