"""People who sign in by the form, as the tests of identity need them; and a telephone with a TOTP app."""

import base64
import hashlib
import hmac
import re
import struct
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from bihuan.base_world import PASSWORD
from bihuan.kernel.identity.models import SecurityRule
from bihuan.kernel.identity.queries import forget_numbers

KEY = re.compile(r'factor-key">(\w+)<')
FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0"


def totp(secret: str, at: float) -> str:
    """RFC 6238 with SHA-1, 30 seconds and six digits, from the text of the standard."""
    digest = hmac.new(base64.b32decode(secret), struct.pack(">Q", int(at) // 30), hashlib.sha1).digest()
    offset = digest[-1] & 0x0F
    number = struct.unpack(">I", digest[offset : offset + 4])[0] & 0x7FFFFFFF
    return f"{number % 1_000_000:06d}"


@pytest.fixture
def sign_in() -> Callable[..., Client]:
    def enter(username: str, password: str = PASSWORD, **meta: Any) -> Client:
        client = Client(HTTP_USER_AGENT=FIREFOX, **meta)
        answer = client.post(reverse("login"), {"username": username, "password": password})
        assert answer.status_code == 302, answer.content.decode()
        return client

    return enter


@pytest.fixture
def set_up() -> Callable[[Client], str]:
    """Set a second factor up on the page; gives back the key in the telephone."""

    def act(client: Client) -> str:
        page = client.get(reverse("mfa_activate_totp")).content.decode()
        secret = KEY.search(page)[1]
        answer = client.post(reverse("mfa_activate_totp"), {"code": totp(secret, time.time())})
        assert answer["Location"] == reverse("mfa_view_recovery_codes"), answer.content.decode()
        return secret

    return act


@pytest.fixture
def rule(db: None) -> Callable[[str, int], None]:
    """Put another number into force."""

    def put(rule_id: str, value: int) -> None:
        today = timezone.localdate()
        SecurityRule.objects.create(rule_id=rule_id, value=value, valid_from=today, source="test", ours=True)
        forget_numbers()

    return put


@pytest.fixture(autouse=True)
def _fresh_numbers() -> Iterator[None]:
    """The rules are remembered for half a minute; what one test sets must not reach the next."""
    forget_numbers()
    yield
    forget_numbers()
