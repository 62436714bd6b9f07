from datetime import date, datetime
from itertools import groupby
from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods

from bihuan.kernel.errors import Refused
from bihuan.kernel.figures import queries, registry, rules, tables
from bihuan.kernel.figures.actions import declare_complete, record_figure
from bihuan.kernel.figures.forms import CompleteForm, RecordForm
from bihuan.kernel.figures.models import CompleteRecords
from bihuan.kernel.figures.registry import Entry, Scope
from bihuan.kernel.people.access import post_for, posts_of, reach_of, require
from bihuan.kernel.people.permissions import roles_with
from bihuan.kernel.places.models import Jurisdiction


@login_required
@require_GET
def figure_list(request: HttpRequest) -> HttpResponse:
    scope = scope_of(request)
    found = queries.values(scope)
    groups = [
        (registry.area_label(area), list(members))
        for area, members in groupby(found, lambda v: v.figure.area)
    ]
    context = {"groups": groups, **_asked(scope, request.user)}
    return render(request, "figures/list.html", context)


@login_required
@require_GET
def figure_detail(request: HttpRequest, figure_id: str) -> HttpResponse:
    found, scope = _entry(figure_id), scope_of(request)
    rows = queries.records(figure_id, scope)
    kind = queries.as_of(found, scope).kind
    context = {
        "figure": found.figure,
        "value": queries.value(figure_id, scope),
        "recorded": kind == "recorded",
        "declarable": bool(found.complete_with),
        "declared": CompleteRecords.objects.filter(subject=found.complete_with).first(),
        "table": tables.table_for(rows, request, scope.as_of),
        "records": rows[:200],
        "may_record": found.recordable and post_for(request.user, "figure.record") is not None,
        **_asked(scope, request.user),
    }
    return render(request, "figures/detail.html", context)


@login_required
@require_http_methods(["GET", "POST"])
def figure_record(request: HttpRequest, figure_id: str) -> HttpResponse:
    found = _entry(figure_id)
    require(request.user, "figure.record")
    if not found.recordable:
        raise Http404
    places = _may_record_for(request.user)
    initial = {"jurisdiction": places.first(), "as_of": timezone.localdate()}
    form = RecordForm(request.POST or None, jurisdictions=places, initial=initial)
    if form.is_valid() and _recorded(form, figure_id, request.user):
        place = form.cleaned_data["jurisdiction"]
        return redirect(f"{reverse('figure', args=[figure_id])}?scope={place.code}")
    return render(request, "figures/record.html", {"figure": found.figure, "form": form})


@login_required
@require_http_methods(["GET", "POST"])
def figure_complete(request: HttpRequest, figure_id: str) -> HttpResponse:
    """Declare that the records behind a figure are complete from a day on."""
    found = _entry(figure_id)
    city = Jurisdiction.objects.filter(code=settings.BIHUAN_CITY).first()
    require(request.user, "figure.record", path=city.path if city else "")
    if not found.complete_with:
        raise Http404
    form = CompleteForm(request.POST or None, initial={"since": timezone.localdate()})
    if form.is_valid() and _declared(form, figure_id, city, request.user):
        return redirect("figure", figure_id)
    return render(request, "figures/complete.html", {"figure": found.figure, "form": form})


def scope_of(request: HttpRequest) -> Scope:
    """The asked scope: `as_of` a day and `scope` a jurisdiction's code; rubbish falls back to the default."""
    return Scope(as_of=_moment(request), path=_path(request), user=request.user)


def _moment(request: HttpRequest) -> datetime:
    try:
        return rules.end_of_day(date.fromisoformat(request.GET.get("as_of", "")))
    except ValueError:
        return getattr(request, "as_of", None) or timezone.now()


def _path(request: HttpRequest) -> str:
    code = request.GET.get("scope", "").replace("\x00", "")
    if code and (found := Jurisdiction.objects.filter(code=code).first()):
        return found.path
    reach = reach_of(request.user)
    return min(reach, key=len) if reach else queries.city_path()


def _asked(scope: Scope, user: Any) -> dict[str, Any]:
    inside = Q(path=scope.path)
    for prefix in reach_of(user):
        inside |= Q(path__startswith=prefix)
    return {
        "scope": scope,
        "day": timezone.localdate(scope.as_of, rules.SHANGHAI),
        "place": Jurisdiction.objects.filter(path=scope.path).first(),
        "places": Jurisdiction.objects.filter(inside).exclude(level__in=["town", "village"]),
    }


def _may_record_for(user: Any) -> Any:
    inside = Q(pk__in=[])
    for post in posts_of(user):
        if post.role in roles_with("figure.record") and post.jurisdiction is not None:
            inside |= Q(path__startswith=post.jurisdiction.path)
    return Jurisdiction.objects.filter(inside).exclude(level__in=["town", "village"])


def _declared(form: CompleteForm, figure_id: str, city: Any, user: Any) -> bool:
    try:
        declare_complete(figure_id, by=user, jurisdiction=city, **form.cleaned_data)
    except Refused as refusal:
        form.add_error(None, str(refusal))
        return False
    return True


def _recorded(form: RecordForm, figure_id: str, user: Any) -> bool:
    try:
        record_figure(figure_id, by=user, **form.cleaned_data)
    except Refused as refusal:
        form.add_error(None, str(refusal))
        return False
    return True


def _entry(figure_id: str) -> Entry:
    try:
        return registry.entry(figure_id)
    except registry.UnknownFigure:
        raise Http404 from None
