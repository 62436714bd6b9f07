"""Signing in and out, the second factor, and what an account holder sees of their own account."""

from typing import Any

from allauth.account import views as account
from allauth.account.internal.flows.login import record_authentication
from allauth.account.internal.flows.logout import logout
from allauth.mfa.base import views as factor
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes import views as codes
from allauth.mfa.totp import views as totp
from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.safestring import mark_safe
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from bihuan.kernel.identity import forms
from bihuan.kernel.identity.actions import sessions
from bihuan.kernel.identity.actions.log import Kind, record
from bihuan.kernel.identity.models import LoginRecord, SignIn
from bihuan.kernel.identity.queries import numbers, open_sessions
from bihuan.kernel.people.access import posts_of
from bihuan.kernel.people.permissions import second_factor_acts

LATEST = 10


class Login(account.LoginView):
    form_class = forms.LoginForm

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        said = {"outside": settings.BIHUAN_OIDC_NAME, "idle": numbers()["idle_minutes"]}
        return {**super().get_context_data(**kwargs), **said}


@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    logout(request)
    return redirect("login")


class ConfirmPassword(account.ReauthenticateView):
    form_class = forms.ConfirmForm


class ChangePassword(account.PasswordChangeView):
    form_class = forms.ChangePasswordForm

    def get_default_success_url(self) -> str:
        return str(settings.LOGIN_REDIRECT_URL)

    def form_valid(self, form: Any) -> HttpResponse:
        answer: HttpResponse = super().form_valid(form)
        sessions.touch(self.request, at_once=True)
        sessions.end_all(self.request.user, but=self.request.session.get(sessions.MARK, 0))
        return answer


class EnterCode(factor.AuthenticateView):
    form_class = forms.CodeForm


class ConfirmCode(factor.ReauthenticateView):
    form_class = forms.ConfirmCodeForm


@method_decorator(login_required, name="dispatch")
@method_decorator(never_cache, name="dispatch")
class SetUpSecondFactor(totp.ActivateTOTPView):
    form_class = forms.SetUpForm

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        said = super().get_context_data(**kwargs)
        roles = [post.role for post in posts_of(self.request.user)]
        return {**said, "code": mark_safe(said["totp_svg"]), "acts": second_factor_acts(roles)}

    def form_valid(self, form: Any) -> HttpResponse:
        """This session has just shown the factor; every other one must sign in again with it."""
        answer: HttpResponse = super().form_valid(form)
        user: Any = self.request.user
        record_authentication(self.request, user, "mfa", type="totp", reauthenticated=True)
        record(Kind.FACTOR_SET, user=user, request=self.request)
        sessions.end_all(user, but=self.request.session.get(sessions.MARK, 0))
        return answer


@method_decorator(login_required, name="dispatch")
class NewCodes(codes.GenerateRecoveryCodesView):
    def form_valid(self, form: Any) -> HttpResponse:
        answer: HttpResponse = super().form_valid(form)
        user: Any = self.request.user
        record(Kind.CODES, user=user, request=self.request)
        return answer


@login_required
@require_GET
@never_cache
def my_account(request: HttpRequest) -> HttpResponse:
    """Who I am here, how I sign in, and where I am signed in now."""
    user: Any = request.user
    roles = [post.role for post in posts_of(user)]
    context = {
        "posts": posts_of(user),
        "second_factor": Authenticator.objects.filter(user=user, type=Authenticator.Type.TOTP).first(),
        "acts": second_factor_acts(roles),
        "password_days": numbers()["password_days"],
        "sessions": open_sessions(user),
        "here": request.session.get(sessions.MARK, 0),
        "records": LoginRecord.objects.filter(user=user)[:LATEST],
        "now": timezone.now(),
    }
    return render(request, "identity/me.html", context)


@login_required
@require_POST
def end_my_session(request: HttpRequest, pk: int) -> HttpResponse:
    user: Any = request.user
    found = SignIn.objects.filter(user=user, pk=pk).first()
    if found is None:
        raise Http404
    sessions.revoke(found, by=user, request=request)
    return redirect("my-account")
