"""Accounts, as an administrator keeps them; the auditor reads the same pages."""

from collections.abc import Callable
from typing import Any, NamedTuple

from allauth.mfa.models import Authenticator
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from bihuan.kernel.errors import Refused
from bihuan.kernel.identity.account_forms import HolderForm, OpenAccountForm, PostForm, ReasonForm
from bihuan.kernel.identity.actions import accounts
from bihuan.kernel.identity.labels import account_event
from bihuan.kernel.identity.models import LoginRecord, SignIn
from bihuan.kernel.identity.queries import account_events, accounts_for, open_sessions
from bihuan.kernel.people.access import post_for, require
from bihuan.kernel.people.models import Post, User

LATEST = 20
both = require_http_methods(["GET", "POST"])


class Act(NamedTuple):
    """`do` may give back a password to show once; `fits`: does the account as it stands offer it?"""

    label: Any
    do: Callable[..., str | None]
    fits: Callable[[User, bool], bool]


ACTS = {
    "reset-password": Act(
        _("Lend a new password"), accounts.reset_password, lambda user, _factor: user.is_active
    ),
    "remove-factor": Act(
        _("Take the second factor off"), accounts.remove_second_factor, lambda _user, factor: factor
    ),
    "unlock": Act(_("Unlock"), accounts.unlock, lambda user, _factor: user.is_active),
    "close": Act(_("Close the account"), accounts.close_account, lambda user, _factor: user.is_active),
    "reopen": Act(
        _("Open the account again"), accounts.reopen_account, lambda user, _factor: not user.is_active
    ),
}


def account_or_404(request: HttpRequest, pk: int) -> User:
    require(request.user, "account.read")  # type: ignore[arg-type]
    found = accounts_for(request.user).filter(pk=pk).first()  # type: ignore[arg-type]
    if found is None:
        raise Http404
    return found  # type: ignore[no-any-return]


def to_be_administered(request: HttpRequest, pk: int) -> User:
    found = account_or_404(request, pk)
    require(request.user, accounts.PERMISSION)  # type: ignore[arg-type]
    return found


@login_required
@require_GET
def account(request: HttpRequest, pk: int) -> HttpResponse:
    found = account_or_404(request, pk)
    reader: Any = request.user
    factor = Authenticator.objects.filter(user=found, type=Authenticator.Type.TOTP).first()
    may = post_for(reader, accounts.PERMISSION) is not None and reader.pk != found.pk
    context = {
        "account": found,
        "posts": found.posts.select_related("jurisdiction", "unit").order_by("-valid_from", "-pk"),
        "second_factor": factor,
        "may": may,
        "acts": [(key, act.label) for key, act in ACTS.items() if act.fits(found, factor is not None)],
        "sessions": open_sessions(found),
        "records": LoginRecord.objects.filter(username=found.username)[:LATEST],
        "events": account_events(found),
        "event_label": account_event,
        "end_session": "account-session-end" if may else "",
    }
    return render(request, "identity/account.html", context)


@login_required
@both
@never_cache
def open_account(request: HttpRequest) -> HttpResponse:
    by: Any = request.user
    require(by, accounts.PERMISSION)
    form = OpenAccountForm(request.POST or None, by=by)
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        contact = {"email": said["email"], "phone": said["phone"]}
        try:
            made, password = accounts.open_account(
                said["username"], said["name"], post=form.post(), by=by, **contact
            )
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            return _once(request, made, password)
    return render(request, "identity/account_form.html", {"form": form, "action": _("Open the account")})


@login_required
@both
def correct_account(request: HttpRequest, pk: int) -> HttpResponse:
    found = to_be_administered(request, pk)
    form = HolderForm(request.POST or None, instance=found)
    if request.method == "POST" and form.is_valid():
        accounts.correct_account(User.objects.get(pk=pk), by=request.user, **form.cleaned_data)  # type: ignore[arg-type]
        return redirect("account", pk)
    context = {"form": form, "account": found, "action": _("Correct the account")}
    return render(request, "identity/account_form.html", context)


@login_required
@both
def give_post(request: HttpRequest, pk: int) -> HttpResponse:
    found, by = to_be_administered(request, pk), request.user
    form = PostForm(request.POST or None, by=by)  # type: ignore[arg-type]
    if request.method == "POST" and form.is_valid():
        try:
            accounts.give_post(found, form.post(), by=by)  # type: ignore[arg-type]
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            return redirect("account", pk)
    context = {"form": form, "account": found, "action": _("Give the post")}
    return render(request, "identity/account_form.html", context)


@login_required
@both
def end_post(request: HttpRequest, pk: int, post: int) -> HttpResponse:
    found = to_be_administered(request, pk)
    held = Post.objects.filter(user=found, pk=post).first()
    if held is None:
        raise Http404
    form = ReasonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        accounts.end_post(held, by=request.user, reason=form.cleaned_data["reason"])  # type: ignore[arg-type]
        return redirect("account", pk)
    context = {"form": form, "account": found, "action": _("End the post"), "about": str(held)}
    return render(request, "identity/account_form.html", context)


@login_required
@both
@never_cache
def act(request: HttpRequest, pk: int, key: str) -> HttpResponse:
    """One of ACTS, with its reason; a password it gives back is shown this once."""
    found = to_be_administered(request, pk)
    chosen = ACTS.get(key)
    if chosen is None:
        raise Http404
    form = ReasonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        password = chosen.do(found, by=request.user, reason=form.cleaned_data["reason"])
        return _once(request, found, password) if password else redirect("account", pk)
    context = {"form": form, "account": found, "action": chosen.label}
    return render(request, "identity/account_form.html", context)


@login_required
@require_POST
def end_session(request: HttpRequest, pk: int) -> HttpResponse:
    row = SignIn.objects.filter(pk=pk).first()
    if row is None:
        raise Http404
    found = to_be_administered(request, row.user_id)
    accounts.revoke_session(row, by=request.user)  # type: ignore[arg-type]
    return redirect("account", found.pk)


def _once(request: HttpRequest, user: User, password: str) -> HttpResponse:
    return render(request, "identity/lent_password.html", {"account": user, "password": password})
