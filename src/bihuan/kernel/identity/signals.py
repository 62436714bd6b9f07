"""What Django, allauth and axes tell us becomes rows of the login log and sessions."""

from typing import Any

from allauth.account.internal.flows.login import get_authentication_records
from allauth.mfa.models import Authenticator
from allauth.mfa.signals import authentication_failed, authenticator_removed
from django.contrib.auth.signals import user_logged_in, user_logged_out, user_login_failed
from django.dispatch import receiver
from django.http import HttpRequest

from bihuan.kernel.identity.actions import sessions
from bihuan.kernel.identity.actions.log import Kind, record
from bihuan.kernel.identity.queries import numbers
from bihuan.kernel.people.models import User

WORDS = {"password": "password", "socialaccount": "openid", "mfa": "second factor"}


def method_of(request: HttpRequest, user: User) -> str:
    """How the session at hand was opened: "password", "openid", each perhaps with "+ second factor"."""
    used = [WORDS.get(one["method"], one["method"]) for one in get_authentication_records(request, user)]
    return " + ".join(dict.fromkeys(used))


@receiver(user_logged_in)
def _signed_in(request: HttpRequest, user: User, **_: Any) -> None:
    """A program that signs somebody in without a request from outside opens no session of ours."""
    if not request.META:
        return
    method = method_of(request, user)
    sessions.begin(request, user, method=method)
    record(Kind.SIGNED_IN, user=user, request=request, method=method)


@receiver(user_logged_out)
def _signed_out(request: HttpRequest, user: User | None, **_: Any) -> None:
    if user is None or not request.META:
        return
    sessions.finish(request)
    record(Kind.SIGNED_OUT, user=user, request=request)


@receiver(user_login_failed)
def _failed(credentials: dict[str, Any], request: HttpRequest | None = None, **_: Any) -> None:
    """axes hears of it first and marks the request; only the failure that locks is worth a ledger event."""
    username = str(credentials.get("username", ""))
    user = User.objects.filter(username=username).first()
    locked = bool(getattr(request, "axes_locked_out", False))
    just_now = getattr(request, "axes_failures_since_start", None) == numbers()["lockout_failures"]
    kind = Kind.LOCKED if locked else Kind.FAILED
    record(kind, user=user, request=request, username=username, in_ledger=just_now)


@receiver(authentication_failed)
def _code_failed(request: HttpRequest, user: User, **_: Any) -> None:
    record(Kind.CODE_FAILED, user=user, request=request)


@receiver(authenticator_removed)
def _factor_removed(request: HttpRequest, user: User, authenticator: Authenticator, **_: Any) -> None:
    if authenticator.type == Authenticator.Type.TOTP:
        record(Kind.FACTOR_REMOVED, user=user, request=request)
