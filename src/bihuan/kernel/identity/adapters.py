"""How django-allauth meets this house: our actions, our words, nobody signs up."""

import base64
import hashlib
import time
from typing import Any

import segno
from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.internal.flows.login import get_authentication_records
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from cryptography.fernet import Fernet, MultiFernet
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from bihuan.kernel.identity import limits, lockout
from bihuan.kernel.identity.actions.log import Kind, record
from bihuan.kernel.identity.actions.passwords import change_password
from bihuan.kernel.identity.requests import address_of, device_of
from bihuan.kernel.people.models import User

FRESH_SECONDS = 300
REFUSED = 403
# What allauth would say from templates of its own; whatever isn't here is left unsaid.
SENTENCES = {
    "account/messages/password_changed.txt": _("The new password holds from now on."),
    "mfa/messages/totp_activated.txt": _("The second factor is set up."),
    "mfa/messages/totp_deactivated.txt": _("The second factor has been removed."),
    "mfa/messages/recovery_codes_generated.txt": _(
        "New recovery codes were made. Keep them in a safe place."
    ),
}


class AccountAdapter(DefaultAccountAdapter):
    error_messages = DefaultAccountAdapter.error_messages | {
        "incorrect_password": _("The password is wrong."),
        "incorrect_code": _("This code is wrong or has run out."),
        "enter_current_password": _("The present password is wrong."),
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:  # noqa: ARG002
        return False

    def get_login_stages(self) -> list[str]:
        return ["allauth.mfa.stages.AuthenticateStage"]

    def get_client_ip(self, request: HttpRequest) -> str:
        return address_of(request) or ""

    def get_http_user_agent(self, request: HttpRequest) -> str:
        return device_of(request)

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        """An account under attack from many addresses is shut; one address alone is django-axes' matter."""
        username = str(credentials.get("username", ""))
        if limits.is_shut(limits.ACCOUNT, username):
            until = limits.opens_at(limits.ACCOUNT)
            raise ImmediateHttpResponse(lockout.locked_page(request, until=until, username=username))

    def authentication_failed(self, request: HttpRequest, **credentials: Any) -> None:  # noqa: ARG002
        limits.knock(limits.ACCOUNT, str(credentials.get("username", "")))

    def set_password(self, user: User, password: str) -> None:
        change_password(user, password, by=user, request=self.request)

    def is_reauthentication_required(self, *, app: str, **kwargs: Any) -> bool:  # noqa: ARG002
        """Whoever has just signed in isn't asked for the password again."""
        records = get_authentication_records(self.request, self.request.user)
        return not any(time.time() - one["at"] < FRESH_SECONDS for one in records)

    def respond_user_inactive(self, request: HttpRequest, user: User) -> HttpResponse:
        return refuse(request, user.username, note=gettext("This account is closed."), user=user)

    def add_message(
        self,
        request: HttpRequest,
        level: int,
        message_template: str | None = None,
        *args: Any,  # noqa: ARG002
        **kwargs: Any,  # noqa: ARG002
    ) -> None:
        if sentence := SENTENCES.get(message_template or ""):
            messages.add_message(request, level, str(sentence))


class FactorAdapter(DefaultMFAAdapter):
    """Keys of authenticators lie encrypted under the instance's secret; old secrets still open them."""

    error_messages = DefaultMFAAdapter.error_messages | {
        "incorrect_code": _("This code is wrong or has run out."),
    }

    def build_totp_svg(self, url: str) -> str:
        return str(segno.make(url, error="m").svg_inline(border=2, omitsize=True))

    def encrypt(self, text: str) -> str:
        return _cipher().encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        return _cipher().decrypt(encrypted_text.encode()).decode()


class OutsideAdapter(DefaultSocialAccountAdapter):
    """Sign-in by another identity provider: it says who, never that somebody new may come in."""

    def is_open_for_signup(self, request: HttpRequest, sociallogin: Any) -> bool:  # noqa: ARG002
        return False

    def pre_social_login(self, request: HttpRequest, sociallogin: Any) -> None:
        """Find the account by the name the provider gives; refuse whom we don't know.

        The first sign-in ties the account to that identity: a name given anew to somebody else opens nothing.
        """
        if sociallogin.is_existing:
            return
        claims = sociallogin.account.extra_data
        said = claims.get("userinfo") or claims.get("id_token") or {}
        name = str(said.get(settings.BIHUAN_OIDC_CLAIM, ""))
        user = User.objects.filter(username=name, socialaccount=None).first() if name else None
        if user is None:
            raise ImmediateHttpResponse(
                refuse(request, name, note=gettext("The identity provider named nobody known here."))
            )
        sociallogin.connect(request, user)

    def on_authentication_error(self, request: HttpRequest, provider: Any, **kwargs: Any) -> None:  # noqa: ARG002
        note = gettext("The identity provider did not confirm the sign-in.")
        record(Kind.REFUSED, user=None, request=request, username=str(provider), note=note)


def refuse(request: HttpRequest, username: str, *, note: str, user: User | None = None) -> HttpResponse:
    record(Kind.REFUSED, user=user, request=request, username=username, note=note)
    return render(request, "identity/refused.html", {"note": note}, status=REFUSED)


def _cipher() -> MultiFernet:
    return MultiFernet([_key(secret) for secret in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)])


def _key(secret: str) -> Fernet:
    digest = hashlib.sha256(b"bihuan second factor\x00" + secret.encode()).digest()
    return Fernet(base64.urlsafe_b64encode(digest))
