from typing import Any

from allauth.account.adapter import get_adapter
from allauth.account.forms import ChangePasswordForm as AllauthChangePassword
from allauth.account.forms import ReauthenticateForm as AllauthReauthenticate
from allauth.account.internal.flows.login import perform_password_login
from allauth.account.models import Login
from allauth.core import context
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.mfa.base.forms import AuthenticateForm, ReauthenticateForm
from allauth.mfa.totp.forms import ActivateTOTPForm
from django import forms
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _

from bihuan.kernel.identity import limits, lockout
from bihuan.kernel.identity.actions.log import Kind, record
from bihuan.kernel.identity.actions.passwords import password_advice
from bihuan.kernel.people.models import User

CODE = {"autocomplete": "one-time-code", "inputmode": "numeric", "autofocus": True}


class LoginForm(forms.Form):
    """Unknown account, wrong password and closed account get the same answer."""

    username = forms.CharField(
        label=_("Account"),
        max_length=40,
        widget=forms.TextInput(
            attrs={"autocomplete": "username", "autofocus": True, "autocapitalize": "none"}
        ),
    )
    password = forms.CharField(
        label=_("Password"),
        strip=False,
        max_length=128,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )

    def __init__(self, *args: Any, request: HttpRequest, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.request = request
        self.user: User | None = None

    def clean(self) -> dict[str, Any]:
        said = self.cleaned_data
        if "username" in said and "password" in said:
            self.user = get_adapter(self.request).authenticate(self.request, **said)
            if self.user is None:
                raise forms.ValidationError(_("The account or the password is wrong."))
        return said

    def login(self, request: HttpRequest, redirect_url: str | None = None) -> HttpResponse:
        login = Login(user=self.user, redirect_url=redirect_url)
        answer: HttpResponse = perform_password_login(request, self.cleaned_data, login)
        return answer


class ConfirmForm(AllauthReauthenticate):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["password"] = _password(_("Password"), "current-password")


class ChangePasswordForm(AllauthChangePassword):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        chosen = self.fields["password1"]
        self.fields["oldpassword"] = _password(_("Present password"), "current-password")
        self.fields["password2"] = _password(_("New password, again"), "new-password")
        chosen.label, chosen.help_text = _("New password"), " ".join(password_advice())
        chosen.widget = forms.PasswordInput(attrs={"autocomplete": "new-password"})

    def clean_oldpassword(self) -> str:
        """Asked like a sign-in, so that guessing it locks like one."""
        said: str = self.cleaned_data["oldpassword"]
        if not get_adapter().reauthenticate(self.user, said):
            raise get_adapter().validation_error("enter_current_password")
        return said


class _Code:
    """A form with a code; too many wrong ones shut the door for a while."""

    user: User
    fields: dict[str, forms.Field]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["code"] = forms.CharField(
            label=_("Code"), max_length=20, widget=forms.TextInput(attrs=dict(CODE))
        )

    def clean_code(self) -> str:
        who, door = str(self.user.pk), limits.SECOND_FACTOR
        if not limits.knock(door, who):
            record(Kind.LOCKED, user=self.user, request=context.request, in_ledger=False)
            page = lockout.locked_page(
                context.request, until=limits.opens_at(door), username=self.user.username
            )
            raise ImmediateHttpResponse(page)
        code: str = super().clean_code()  # type: ignore[misc]
        limits.forgive(door, who)
        return code


class CodeForm(_Code, AuthenticateForm):
    pass


class ConfirmCodeForm(_Code, ReauthenticateForm):
    pass


class SetUpForm(_Code, ActivateTOTPForm):
    pass


def _password(label: Any, autocomplete: str) -> forms.CharField:
    widget = forms.PasswordInput(attrs={"autocomplete": autocomplete})
    return forms.CharField(label=label, strip=False, max_length=128, widget=widget)
