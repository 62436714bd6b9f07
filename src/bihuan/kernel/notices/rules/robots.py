"""How the three group robots are spoken to: address, signature, message, answer. Pure: the clock comes in.

Sources: the services' own pages for custom group robots. DingTalk, 自定义机器人接入: signed with timestamp
and secret, at most 20 messages a minute. WeCom, 群机器人配置说明: a text of up to 2048 bytes. Feishu,
自定义机器人使用指南: signed with the string as key over an empty message, a request of up to 20 kB.
"""

import base64
import hashlib
import hmac
import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from typing import Any
from urllib.parse import urlencode, urlsplit

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

OK, REDIRECT, CLIENT_FAULT, SERVER_FAULT = 200, 300, 400, 500
TRY_LATER = (408, 425, 429, 500, 503)
BETWEEN = (502, 504)
SHOWN = 200
HIDDEN = "***"


class RobotKind(TextChoices):
    DINGTALK = "dingtalk", _("DingTalk")
    WECOM = "wecom", _("WeCom")
    FEISHU = "feishu", _("Feishu")


class Verdict(Enum):
    """What an answer means: taken; refused now; refused for good; or nobody can say."""

    TAKEN = "taken"
    AGAIN = "again"
    NEVER = "never"
    DOUBTFUL = "doubtful"


@dataclass(frozen=True)
class Request:
    address: str
    body: bytes


@dataclass(frozen=True)
class Service:
    """`path` is what its addresses look like, `limit` a text's bytes, `code` where an answer says 0."""

    path: re.Pattern[str]
    limit: int
    code: str
    signs: bool
    message: Callable[[str, str, str, datetime], Request]


def _hmac(key: str, message: str) -> str:
    return base64.b64encode(hmac.new(key.encode(), message.encode(), hashlib.sha256).digest()).decode()


def _json(payload: dict[str, Any]) -> bytes:
    return json.dumps(payload, ensure_ascii=False).encode()


def _dingtalk(address: str, secret: str, text: str, now: datetime) -> Request:
    if secret:
        stamp = str(int(now.timestamp() * 1000))
        signed = {"timestamp": stamp, "sign": _hmac(secret, f"{stamp}\n{secret}")}
        address = f"{address}&{urlencode(signed)}"
    return Request(address, _json({"msgtype": "text", "text": {"content": text}}))


def _wecom(address: str, secret: str, text: str, now: datetime) -> Request:  # noqa: ARG001 (it signs nothing)
    return Request(address, _json({"msgtype": "text", "text": {"content": text}}))


def _feishu(address: str, secret: str, text: str, now: datetime) -> Request:
    payload: dict[str, Any] = {"msg_type": "text", "content": {"text": text}}
    if secret:
        stamp = str(int(now.timestamp()))
        payload |= {"timestamp": stamp, "sign": _hmac(f"{stamp}\n{secret}", "")}
    return Request(address, _json(payload))


SERVICES: dict[str, Service] = {
    RobotKind.DINGTALK: Service(
        re.compile(r"/robot/send\?access_token=[0-9A-Za-z]+$"), 18_000, "errcode", True, _dingtalk
    ),
    RobotKind.WECOM: Service(
        re.compile(r"/cgi-bin/webhook/send\?key=[0-9A-Za-z_-]+$"), 2_000, "errcode", False, _wecom
    ),
    RobotKind.FEISHU: Service(
        re.compile(r"/open-apis/bot/v2/hook/[0-9A-Za-z_-]+$"), 18_000, "code", True, _feishu
    ),
}


def fits(kind: str, address: str) -> bool:
    """Whether an address looks like one that the service hands out."""
    parts = urlsplit(address)
    return SERVICES[kind].path.fullmatch(f"{parts.path}?{parts.query}".rstrip("?")) is not None


def request(kind: str, address: str, *, secret: str, text: str, now: datetime) -> Request:
    return SERVICES[kind].message(address, secret, text, now)


def judge(kind: str, status: int, body: bytes) -> tuple[Verdict, str]:
    """What the answer means and what it said; a 200 with an error code in it is a refusal."""
    if status != OK:
        return _by_status(status), f"HTTP {status}"
    try:
        answer = json.loads(body)
        code = answer[SERVICES[kind].code]
    except (ValueError, LookupError, TypeError):
        return Verdict.DOUBTFUL, body[:SHOWN].decode("utf-8", "replace")
    if code == 0:
        return Verdict.TAKEN, ""
    return Verdict.AGAIN, f"{code} {answer.get('errmsg') or answer.get('msg') or ''}".strip()[:SHOWN]


def _by_status(status: int) -> Verdict:
    if status in TRY_LATER:
        return Verdict.AGAIN
    return Verdict.DOUBTFUL if status in BETWEEN or status < REDIRECT else Verdict.NEVER


def token_of(address: str) -> str:
    """The part of a robot's address that is the secret."""
    return re.split(r"[=/]", address)[-1]


def without_secrets(said: str, secrets: tuple[str, ...]) -> str:
    """What the other side said, in case it repeats what it was sent."""
    for secret in filter(None, secrets):
        said = said.replace(secret, HIDDEN)
    return said
