"""Forms for what belongs to an enterprise: one view for all kinds, told apart by a table."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from bihuan.kernel.people.access import require
from bihuan.kernel.registers.forms import tried
from bihuan.oversight.enterprises.actions import limits, loggers, records
from bihuan.oversight.enterprises.forms import acts
from bihuan.oversight.enterprises.forms import records as forms_of
from bihuan.oversight.enterprises.models import Enterprise
from bihuan.oversight.enterprises.permissions import MANAGE
from bihuan.oversight.enterprises.views.pages import visible


@dataclass(frozen=True)
class Kind:
    """`save(form, by)` calls the area's action; `changed` is False where a change is a new record."""

    related: str
    form: Any
    save: Callable[[Any, Any], Any]
    new: Any
    changed: bool = True


def _saved(action: Callable[..., Any]) -> Callable[[Any, Any], Any]:
    return lambda form, by: action(form.save(commit=False), by=by)


KINDS = {
    "site": Kind("sites", forms_of.SiteForm, _saved(records.save_site), _("Enter a site")),
    "outlet": Kind("outlets", forms_of.OutletForm, _saved(records.save_outlet), _("Enter an outlet")),
    "production": Kind(
        "production",
        forms_of.ProductionForm,
        _saved(records.save_production),
        _("Enter a production facility"),
    ),
    "treatment": Kind(
        "treatment", forms_of.TreatmentForm, _saved(records.save_treatment), _("Enter a treatment facility")
    ),
    "link": Kind("facility_links", forms_of.LinkForm, _saved(records.save_link), _("Link facilities")),
    "limit": Kind(
        "limits",
        forms_of.LimitForm,
        lambda form, by: limits.set_limit(form.cleaned_data["outlet"], form.new_limit(), by=by),
        _("Set a limit from a day on"),
        changed=False,
    ),
    "logger": Kind(
        "loggers",
        forms_of.LoggerForm,
        lambda form, by: loggers.install_logger(form.new_logger(), by=by),
        _("Install a logger, or change it from a moment on"),
    ),
}


@login_required
@require_http_methods(["GET", "POST"])
def record_new(request: HttpRequest, pk: int, kind: str) -> HttpResponse:
    enterprise, found = _asked(request, pk, kind)
    form = found.form(request.POST or None, enterprise=enterprise)
    return _answer(request, enterprise, form, found, title=found.new)


@login_required
@require_http_methods(["GET", "POST"])
def record_edit(request: HttpRequest, pk: int, kind: str, record: int) -> HttpResponse:
    enterprise, found = _asked(request, pk, kind)
    if not found.changed:
        raise Http404
    stored = get_object_or_404(getattr(enterprise, found.related), pk=record)
    how = {"initial": forms_of.logger_initial(stored)} if kind == "logger" else {"instance": stored}
    form = found.form(request.POST or None, enterprise=enterprise, **how)
    return _answer(request, enterprise, form, found, title=str(stored))


def _asked(request: HttpRequest, pk: int, kind: str) -> tuple[Enterprise, Kind]:
    if kind not in KINDS:
        raise Http404
    enterprise = visible(request, pk)
    require(request.user, MANAGE, path=enterprise.jurisdiction_path)
    return enterprise, KINDS[kind]


def _answer(
    request: HttpRequest, enterprise: Enterprise, form: forms.BaseForm, kind: Kind, *, title: Any
) -> HttpResponse:
    if form.is_valid() and tried(form, lambda: kind.save(form, request.user)):
        return redirect("enterprise", enterprise.pk)
    return form_page(request, enterprise, form, title=title, label=_("Save the record"))


ENDINGS: dict[str, tuple[str, Any, Any, Callable[..., Any]]] = {
    "limit": (
        "limits",
        acts.ReasonForm,
        _("Withdraw the limit"),
        lambda record, form, by: limits.withdraw_limit(record, by=by, **form.cleaned_data),
    ),
    "logger": (
        "loggers",
        acts.EndForm,
        _("Take the logger away"),
        lambda record, form, by: loggers.end_logger(record, by=by, **form.cleaned_data),
    ),
}


@login_required
@require_http_methods(["GET", "POST"])
def record_end(request: HttpRequest, pk: int, kind: str, record: int) -> HttpResponse:
    """What can't be edited is ended: a limit withdrawn, a logger taken away."""
    if kind not in ENDINGS:
        raise Http404
    enterprise, _kind = _asked(request, pk, kind)
    related, form_class, title, act = ENDINGS[kind]
    stored = get_object_or_404(getattr(enterprise, related), pk=record)
    form = form_class(request.POST or None)
    if form.is_valid() and tried(form, lambda: act(stored, form, request.user)):
        return redirect("enterprise", enterprise.pk)
    return form_page(request, enterprise, form, title=title, label=title, said=str(stored))


def form_page(request: HttpRequest, enterprise: Enterprise, form: Any, **words: Any) -> HttpResponse:
    return render(request, "enterprises/form.html", {"enterprise": enterprise, "form": form, **words})
