"""How often strangers may send something: counted by address, in the database, for every process alike."""

import pytest
from django.test import Client
from django.utils import timezone

from bihuan.kernel.identity import limits
from bihuan.kernel.identity.models import Knocks
from bihuan.page_text import page_text

pytestmark = pytest.mark.django_db
NO_SUCH_FORM = "/public/no-such-form/"


def test_the_thirty_first_form_of_an_hour_waits(world, anonymous):
    for _time in range(30):
        assert anonymous.post(NO_SUCH_FORM).status_code == 404
    answer = anonymous.post(NO_SUCH_FORM)
    assert "操作过于频繁" in page_text(answer, 429)
    assert 0 < int(answer["Retry-After"]) <= 3600
    assert anonymous.get("/public/").status_code == 200
    assert Client(REMOTE_ADDR="10.0.0.8").post(NO_SUCH_FORM).status_code == 404


def test_behind_our_proxy_the_forwarded_address_counts(world, settings, rule):
    settings.BIHUAN_TRUSTED_PROXIES = 1
    rule("public_forms_per_hour", 3)
    for last in range(5):
        client = Client(HTTP_X_FORWARDED_FOR=f"6.6.6.{last}, 9.9.9.9")
        answer = client.post(NO_SUCH_FORM)
    assert answer.status_code == 429
    assert Knocks.objects.get().who == "9.9.9.9"


def test_users_and_harmless_forms_are_not_counted(world, as_user, anonymous, rule):
    rule("public_forms_per_hour", 3)
    for _time in range(5):
        assert anonymous.post("/language/", {"language": "en"}).status_code == 302
        assert as_user(world.handler).post(NO_SUCH_FORM).status_code == 404
    assert not Knocks.objects.exists()


def test_the_sign_in_has_a_rule_of_its_own(world, anonymous, rule):
    rule("sign_ins_per_minute", 5)
    said = [
        anonymous.post("/login/", {"username": f"x{number}", "password": "y"}).status_code
        for number in range(6)
    ]
    assert said[-1] == 429
    assert said[0] == 200


def test_a_door_forgives_and_the_counts_of_the_past_are_swept(world, rule):
    rule("account_failures", 5)
    for _time in range(5):
        assert limits.knock(limits.ACCOUNT, "handler")
    assert limits.is_shut(limits.ACCOUNT, "handler")
    limits.forgive(limits.ACCOUNT, "handler")
    assert not limits.is_shut(limits.ACCOUNT, "handler")
    limits.knock(limits.SIGN_IN, "10.0.0.1")
    assert limits.sweep() == 0
    Knocks.objects.update(ends_at=timezone.now())
    assert limits.sweep() == 1
