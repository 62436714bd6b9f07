"""What django-axes asks us: how many failures lock, for how long, and the page that says so."""

from datetime import datetime, timedelta
from typing import Any

from axes.helpers import get_client_username
from axes.models import AccessAttempt
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from bihuan.kernel.identity import rules
from bihuan.kernel.identity.queries import numbers
from bihuan.kernel.identity.requests import address_of

TOO_MANY = 429


def failure_limit(request: HttpRequest, credentials: Any) -> int:  # noqa: ARG001
    return numbers()["lockout_failures"]


def cool_off(request: HttpRequest | None) -> timedelta:  # noqa: ARG001
    return timedelta(minutes=numbers()["lockout_minutes"])


def locked(request: HttpRequest, response: Any = None, credentials: Any = None) -> HttpResponse:  # noqa: ARG001
    """The answer to a sign-in that is locked; `credentials` hold the account's name."""
    username = get_client_username(request, credentials) or ""
    return locked_page(request, until=_locked_until(username, request), username=username)


def locked_page(request: HttpRequest, *, until: datetime, username: str) -> HttpResponse:
    now = timezone.now()
    left = rules.minutes_until(until, now=now)
    context = {
        "username": username,
        "minutes": left,
        "until": until,
        "failures": numbers()["lockout_failures"],
    }
    answer = render(request, "identity/locked.html", context, status=TOO_MANY)
    answer["Retry-After"] = str(max(1, int((until - now).total_seconds())))
    return answer


def _locked_until(username: str, request: HttpRequest) -> datetime:
    attempts = AccessAttempt.objects.filter(username=username, ip_address=address_of(request))
    last = attempts.order_by("-attempt_time").values_list("attempt_time", flat=True).first()
    until: datetime = (last or timezone.now()) + cool_off(request)
    return until
