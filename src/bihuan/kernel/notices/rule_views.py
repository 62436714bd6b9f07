"""The page of the rules of sending: what holds, what held, and a new version from a day on."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.forms.models import model_to_dict
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from bihuan.kernel.errors import Refused
from bihuan.kernel.notices.actions.rules import add_kind_rule, add_sending_rule
from bihuan.kernel.notices.forms import KindRuleForm, SendingRuleForm
from bihuan.kernel.notices.models import SendingRule
from bihuan.kernel.notices.queries import kinds_in_force, sending_rule
from bihuan.kernel.notices.templates import label_of
from bihuan.kernel.people.access import require


@require_GET
@login_required
def rules(request: HttpRequest) -> HttpResponse:
    require(request.user, "notice.rules")
    today = timezone.localdate()
    context = {
        "rule": sending_rule(today),
        "source_words": source_words,
        "versions": SendingRule.objects.all(),
        "kinds": [(label_of(kind.template), kind) for kind in kinds_in_force(today)],
    }
    return render(request, "notices/rules.html", context)


def source_words(source: str) -> str:
    """A rule's source; the sentence of our own defaults in the reader's language."""
    return _(source) if source else ""


@require_http_methods(["GET", "POST"])
@login_required
def sending_rule_new(request: HttpRequest) -> HttpResponse:
    require(request.user, "notice.rules")
    now = sending_rule(timezone.localdate())
    kept = model_to_dict(now, exclude=["id", "valid_from", "source", "ours"])
    form = SendingRuleForm(request.POST or None, initial=kept)
    return _page(request, form, add_sending_rule, title=_("New version of the hours"))


@require_http_methods(["GET", "POST"])
@login_required
def kind_rule_new(request: HttpRequest) -> HttpResponse:
    require(request.user, "notice.rules")
    form = KindRuleForm(request.POST or None, initial={"template": request.GET.get("kind", "")})
    return _page(request, form, add_kind_rule, title=_("Change what is urgent"))


def _page(
    request: HttpRequest, form: forms.ModelForm, add: Callable[..., Any], *, title: str
) -> HttpResponse:
    if form.is_valid():
        try:
            add(by=request.user, **form.cleaned_data)
        except Refused as refusal:
            form.add_error("valid_from", str(refusal))
        else:
            messages.success(request, _("Kept."))
            return redirect("notice-rules")
    return render(request, "notices/rule.html", {"form": form, "title": title})
