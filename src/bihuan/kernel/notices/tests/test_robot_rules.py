import base64
import hashlib
import hmac
import json
from datetime import UTC, datetime
from urllib.parse import parse_qs, urlsplit

import pytest

from bihuan.kernel.notices.rules.robots import (
    SERVICES,
    RobotKind,
    Verdict,
    fits,
    judge,
    request,
    token_of,
    without_secrets,
)
from bihuan.kernel.notices.tests.conftest import ADDRESSES

NOW = datetime(2026, 3, 11, 2, 0, 0, 123456, tzinfo=UTC)
SECONDS, MILLISECONDS = "1773194400", "1773194400123"


def digest(key: str, message: str) -> str:
    return base64.b64encode(hmac.new(key.encode(), message.encode(), hashlib.sha256).digest()).decode()


def made(kind: str, secret: str = ""):
    asked = request(kind, f"https://robots.example{ADDRESSES[kind]}", secret=secret, text="督", now=NOW)
    return asked.address, json.loads(asked.body)


def test_dingtalk_signs_in_the_address():
    address, body = made("dingtalk", "SECabc")
    asked = parse_qs(urlsplit(address).query)
    assert asked["access_token"] == ["0a1b2c3d4e5f"]
    assert asked["timestamp"] == [MILLISECONDS]
    assert asked["sign"] == [digest("SECabc", f"{MILLISECONDS}\nSECabc")]
    assert body == {"msgtype": "text", "text": {"content": "督"}}


def test_feishu_signs_in_the_body():
    address, body = made("feishu", "abc")
    assert address.endswith(ADDRESSES["feishu"])
    assert (body["timestamp"], body["sign"]) == (SECONDS, digest(f"{SECONDS}\nabc", ""))
    assert (body["msg_type"], body["content"]) == ("text", {"text": "督"})


def test_without_a_secret_nothing_is_signed():
    assert made("dingtalk")[0].endswith(ADDRESSES["dingtalk"])
    assert set(made("feishu")[1]) == {"msg_type", "content"}
    assert made("wecom") == (f"https://robots.example{ADDRESSES['wecom']}", made("dingtalk")[1])


@pytest.mark.parametrize("kind", RobotKind)
def test_each_service_knows_its_own_addresses(kind):
    assert fits(kind, f"https://robots.example{ADDRESSES[kind]}")
    for other in set(ADDRESSES) - {kind}:
        assert not fits(kind, f"https://robots.example{ADDRESSES[other]}")
    assert not fits(kind, f"https://robots.example{ADDRESSES[kind]}&next=https://evil.example")
    assert not fits(kind, f"https://robots.example/other{ADDRESSES[kind]}/../..")


@pytest.mark.parametrize(
    ("kind", "status", "body", "verdict", "said"),
    [
        ("dingtalk", 200, b'{"errcode":0,"errmsg":"ok"}', Verdict.TAKEN, ""),
        ("wecom", 200, b'{"errcode":0,"errmsg":"ok"}', Verdict.TAKEN, ""),
        ("feishu", 200, b'{"code":0,"msg":"success","data":{}}', Verdict.TAKEN, ""),
        ("dingtalk", 200, b'{"errcode":310000,"errmsg":"sign not match"}', Verdict.AGAIN, "310000 sign"),
        ("wecom", 200, b'{"errcode":45009,"errmsg":"api freq out of limit"}', Verdict.AGAIN, "45009"),
        ("feishu", 200, b'{"code":19021,"msg":"sign match fail"}', Verdict.AGAIN, "19021 sign match fail"),
        ("feishu", 200, b'{"code":9499}', Verdict.AGAIN, "9499"),
        ("wecom", 200, b"<html>log in first</html>", Verdict.DOUBTFUL, "<html>log in first</html>"),
        ("wecom", 200, b"[]", Verdict.DOUBTFUL, "[]"),
        ("wecom", 200, b"{}", Verdict.DOUBTFUL, "{}"),
        ("wecom", 200, b"\xff\xfe", Verdict.DOUBTFUL, ""),
        ("wecom", 204, b"", Verdict.DOUBTFUL, "HTTP 204"),
        ("wecom", 302, b"", Verdict.NEVER, "HTTP 302"),
        ("wecom", 403, b"", Verdict.NEVER, "HTTP 403"),
        ("wecom", 429, b"", Verdict.AGAIN, "HTTP 429"),
        ("wecom", 500, b"", Verdict.AGAIN, "HTTP 500"),
        ("wecom", 504, b"", Verdict.DOUBTFUL, "HTTP 504"),
    ],
)  # fmt: skip
def test_an_answer_is_judged_by_what_it_says(kind, status, body, verdict, said):
    found = judge(kind, status, body)
    assert found[0] is verdict
    assert found[1].startswith(said)


def test_what_was_sent_is_not_repeated_in_a_reason():
    address = f"https://robots.example{ADDRESSES['feishu']}"
    assert token_of(address) == "0a1b2c3d-4e5f-6789"
    assert token_of("https://robots.example/send?key=abc") == "abc"
    assert without_secrets("no robot abc here", ("abc", "")) == "no robot *** here"


def test_each_kind_has_its_service():
    assert set(SERVICES) == set(RobotKind)
