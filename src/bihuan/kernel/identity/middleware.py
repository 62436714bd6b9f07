from collections.abc import Callable
from typing import TypeAlias

from allauth.account.internal.flows.login import get_authentication_records
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.contrib.auth import logout
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import Resolver404, resolve

from bihuan.kernel.identity import limits
from bihuan.kernel.identity.actions.passwords import must_change
from bihuan.kernel.identity.actions.sessions import touch
from bihuan.kernel.identity.requests import address_of
from bihuan.kernel.people.access import posts_of
from bihuan.kernel.people.permissions import second_factor_acts

GetResponse: TypeAlias = Callable[[HttpRequest], HttpResponse]
SAFE = ("GET", "HEAD", "OPTIONS")
TOO_MANY = 429
# What somebody may open who owes a new password or a second factor: the way to it, and the way out.
ALWAYS_OPEN = frozenset({"logout", "language", "as-of", "account_reauthenticate", "mfa_reauthenticate"})
DUTIES = {
    "account_change_password": frozenset({"account_change_password"}),
    "mfa_activate_totp": frozenset({"mfa_activate_totp", "account_change_password"}),
}
# Forms that strangers may send as often as they like: they change nothing but their own session.
UNCOUNTED = frozenset({"language", "as-of", "logout"})
SIGN_IN_FORMS = frozenset({"login", "account_login", "mfa_authenticate"})


class GateMiddleware:
    """Keeps a session awake; whoever owes a new password or a second factor is led there before all else."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not request.user.is_authenticated:
            return self.get_response(request)
        touch(request)
        duty = _duty(request)
        if duty and _address_name(request) not in DUTIES[duty] | ALWAYS_OPEN:
            if duty == "mfa_activate_totp" and _has_second_factor(request):
                logout(request)
                return redirect_to_login(request.get_full_path())
            return redirect(duty)
        return self.get_response(request)


class KnockMiddleware:
    """Counts the forms that strangers send, by address; the sign-in has a rule of its own."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.method in SAFE or request.user.is_authenticated:
            return self.get_response(request)
        name = _address_name(request)
        door = limits.SIGN_IN if name in SIGN_IN_FORMS else limits.PUBLIC_FORM
        if name in UNCOUNTED or limits.knock(door, address_of(request) or "unknown"):
            return self.get_response(request)
        answer = render(
            request, "identity/too_many.html", {"opens_at": limits.opens_at(door)}, status=TOO_MANY
        )
        answer["Retry-After"] = str(door.window)
        return answer


def _duty(request: HttpRequest) -> str:
    """The address by which this session must pass first: whoever came by a password that ran out, or without
    the second factor that their posts need. Who came by the identity provider owes no new password."""
    shown = {one["method"] for one in get_authentication_records(request, request.user)}
    if "password" in shown and must_change(request.user):  # type: ignore[arg-type]
        return "account_change_password"
    if settings.BIHUAN_SECOND_FACTOR != "required" or "mfa" in shown:
        return ""
    roles = [post.role for post in posts_of(request.user)]
    return "mfa_activate_totp" if second_factor_acts(roles) else ""


def _has_second_factor(request: HttpRequest) -> bool:
    return bool(Authenticator.objects.filter(user=request.user, type=Authenticator.Type.TOTP).exists())


def _address_name(request: HttpRequest) -> str:
    try:
        return resolve(request.path_info).url_name or ""
    except Resolver404:
        return ""
