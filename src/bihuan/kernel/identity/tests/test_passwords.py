"""S02: length, kinds, names, history and age, on the page where one changes one's own."""

from datetime import timedelta

import pytest
from django.conf.global_settings import PASSWORD_HASHERS
from django.urls import reverse
from django.utils import timezone

from bihuan.base_world import PASSWORD
from bihuan.kernel.identity.actions.passwords import change_password
from bihuan.kernel.identity.models import PastPassword, SignIn
from bihuan.page_text import page_text
from bihuan.web import settings as product

pytestmark = pytest.mark.django_db
PAGE = "/me/password/"
NEW = "Rivers-run-{}-times"


def change(client, old: str, new: str, again: str = ""):
    return client.post(PAGE, {"oldpassword": old, "password1": new, "password2": again or new})


def test_the_page_says_the_rules_first(world, sign_in):
    assert "至少 12 个字符" in page_text(sign_in("handler").get(PAGE))


@pytest.mark.parametrize(
    ("old", "new", "again", "said"),
    [
        ("wrong", NEW, "", "当前密码不正确"),
        (PASSWORD, "short", "", "至少需要 12 个字符"),
        (PASSWORD, "onlysmallletters", "", "中的 3 种"),
        (PASSWORD, "My-handler-2026-key", "", "不得包含账号名"),
        (PASSWORD, "My-郑承办-2026-key", "", "不得包含账号名"),
    ],
)
def test_a_bad_one_is_refused_with_the_reason(world, sign_in, old, new, again, said):
    assert said in page_text(change(sign_in("handler"), old, new, again))


def test_two_different_ones_are_refused(world, sign_in):
    assert "has-error" in page_text(change(sign_in("handler"), PASSWORD, NEW, "Rivers-run-8-times"))


def test_a_good_one_holds_and_ends_the_other_sessions(world, sign_in):
    here, there = sign_in("handler"), sign_in("handler")
    assert change(here, PASSWORD, NEW.format(1))["Location"] == "/desk/"
    assert "新密码已生效" in page_text(here.get("/desk/"))
    assert there.get("/desk/").status_code == 302
    assert SignIn.objects.get(ended_at=None).session_key == here.session.session_key
    sign_in("handler", NEW.format(1))


def test_the_product_hashes_slowly():
    assert not hasattr(product, "PASSWORD_HASHERS")
    assert PASSWORD_HASHERS[0].endswith("PBKDF2PasswordHasher")


def test_none_of_the_last_five_returns(world, sign_in):
    world.handler.set_password(NEW.format(0))
    world.handler.save()
    client = sign_in("handler", NEW.format(0))
    for number in range(1, 5):
        assert change(client, NEW.format(number - 1), NEW.format(number)).status_code == 302
    assert "最近 5 次" in page_text(change(client, NEW.format(4), NEW.format(4)))
    assert "最近 5 次" in page_text(change(client, NEW.format(4), NEW.format(0)))
    assert change(client, NEW.format(4), NEW.format(5)).status_code == 302
    assert change(client, NEW.format(5), NEW.format(0)).status_code == 302
    assert PastPassword.objects.filter(user=world.handler).count() <= 5


@pytest.mark.parametrize("case", ["lent", "old"])
def test_a_lent_or_old_one_must_be_changed_before_anything_else(world, sign_in, case):
    change_password(world.handler, NEW.format(1), temporary=case == "lent")
    if case == "old":
        world.handler.password_set_at = timezone.now() - timedelta(days=91)
        world.handler.save()
    client = sign_in("handler", NEW.format(1))
    assert client.get("/desk/")["Location"] == PAGE
    assert client.get("/public/")["Location"] == PAGE
    assert client.get(PAGE).status_code == 200
    change(client, NEW.format(1), NEW.format(2))
    assert client.get("/desk/").status_code == 200


def test_guessing_the_present_one_locks(world, sign_in):
    client = sign_in("handler")
    for _time in range(4):
        assert change(client, "wrong", NEW).status_code == 200
    assert change(client, "wrong", NEW).status_code == 429
    assert change(client, PASSWORD, NEW.format(1)).status_code == 429


def test_without_a_limit_a_password_lasts(world, sign_in, rule):
    rule("password_days", 0)
    change_password(world.handler, NEW.format(1))
    world.handler.password_set_at = timezone.now() - timedelta(days=9999)
    world.handler.save()
    client = sign_in("handler", NEW.format(1))
    assert client.get("/desk/").status_code == 200
    assert "有效期" not in page_text(client.get(PAGE))


def test_the_page_asks_strangers_to_sign_in(anonymous):
    assert anonymous.get(reverse("account_change_password")).status_code == 302
