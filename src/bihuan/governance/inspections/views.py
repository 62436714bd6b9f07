from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from bihuan.governance.inspections import actions, exports, queries
from bihuan.governance.inspections.closure import closure_of
from bihuan.governance.inspections.forms import (
    PERMISSION,
    FeedbackForm,
    ItemForm,
    ParentForm,
    RoundForm,
    RoundPlanForm,
)
from bihuan.governance.inspections.labels import flag_label, printed_label
from bihuan.governance.inspections.models import FeedbackItem, Round
from bihuan.governance.inspections.public import annex_rows
from bihuan.kernel.errors import Refused
from bihuan.kernel.people.access import post_for, require
from bihuan.kernel.places.models import Jurisdiction


def moment_of(request: HttpRequest) -> Any:
    return getattr(request, "as_of", None) or timezone.now()


@login_required
@require_GET
def round_list(request: HttpRequest) -> HttpResponse:
    seen, moment = FeedbackItem.objects.visible_to(request.user), moment_of(request)
    rounds = Round.objects.visible_to(request.user).select_related("inspected")
    summaries = [queries.round_summary(one, moment, items=seen) for one in rounds]
    context = {"summaries": summaries, "may_manage": _may_manage(request)}
    return render(request, "inspections/rounds.html", context)


@login_required
@require_GET
def round_page(request: HttpRequest, pk: int) -> HttpResponse:
    found = _round(request, pk)
    seen = FeedbackItem.objects.visible_to(request.user)
    summary = queries.round_summary(found, moment_of(request), items=seen)
    context = {"round": found, "summary": summary, "may_manage": _may_manage(request, found)}
    return render(request, "inspections/round.html", context)


@login_required
@require_http_methods(["GET", "POST"])
def round_open(request: HttpRequest) -> HttpResponse:
    require(request.user, PERMISSION)
    form = RoundForm(request.POST or None, user=request.user)
    if form.is_valid() and (opened := _try(form, actions.open_round, by=request.user, **form.cleaned_data)):
        return redirect("round", opened.pk)
    return _form_page(request, form, title=_("Open a round"), label=_("Open the round"))


@login_required
@require_http_methods(["GET", "POST"])
def round_feedback(request: HttpRequest, pk: int) -> HttpResponse:
    found = _managed(request, pk)
    form = FeedbackForm(request.POST or None, initial={"plan_rule_id": actions.plan_rule_of(found.ordinal)})
    if form.is_valid() and _try(form, actions.receive_feedback, found, by=request.user, **form.cleaned_data):
        return redirect("round", found.pk)
    return _form_page(
        request, form, title=_("Enter the feedback"), label=_("Enter the day of the feedback"), round=found
    )


@login_required
@require_http_methods(["GET", "POST"])
def round_plan(request: HttpRequest, pk: int) -> HttpResponse:
    found = _managed(request, pk)
    form = RoundPlanForm(request.POST or None)
    if form.is_valid() and _try(form, actions.submit_round_plan, found, by=request.user, **form.cleaned_data):
        return redirect("round", found.pk)
    title = _("Plan sent to the superior level")
    return _form_page(request, form, title=title, label=_("Note that it was sent"), round=found)


@login_required
@require_http_methods(["GET", "POST"])
def item_new(request: HttpRequest, pk: int) -> HttpResponse:
    found = _managed(request, pk)
    form = ItemForm(request.POST or None, user=request.user)
    if form.is_valid():
        item = _try(form, actions.receive_item, found, form.new_item(), by=request.user)
        if item:
            return redirect("feedback-item", item.pk)
    return _form_page(
        request, form, title=_("Take in a feedback item"), label=_("Take it in and register it"), round=found
    )


@login_required
@require_GET
def item_page(request: HttpRequest, pk: int) -> HttpResponse:
    item = _item(request, pk)
    moment = moment_of(request)
    seen = FeedbackItem.objects.visible_to(request.user)
    context = {
        "item": item,
        "problem": item.problem,
        "standing": queries.standing(item, moment),
        "closure": closure_of(item, moment),
        "parent": seen.filter(pk__in=[item.parent_item_id]).first(),
        "children": queries.standings(seen.filter(parent_item=item), moment),
        "may_manage": _may_manage(request, item.round),
        "flag_label": flag_label,
        "printed_label": printed_label,
    }
    return render(request, "inspections/item.html", context)


@login_required
@require_http_methods(["GET", "POST"])
def item_parent(request: HttpRequest, pk: int) -> HttpResponse:
    item = _item(request, pk)
    require(request.user, PERMISSION, path=item.jurisdiction_path)
    form = ParentForm(request.POST or None, item=item, user=request.user)
    if form.is_valid() and _try(form, actions.link_parent, item, by=request.user, **form.cleaned_data):
        return redirect("feedback-item", item.pk)
    return _form_page(
        request, form, title=_("Hang under the superior's item"), label=_("Link it"), round=item.round
    )


@login_required
@require_GET
def annex(request: HttpRequest, pk: int) -> HttpResponse:
    found = _round(request, pk)
    moment = moment_of(request)
    rows = annex_rows(found, moment, items=FeedbackItem.objects.visible_to(request.user))
    context = {"round": found, "rows": rows, "moment": moment}
    return render(request, "inspections/annex.html", context)


@login_required
@require_GET
def annex_xlsx(request: HttpRequest, pk: int) -> HttpResponse:
    found = _round(request, pk)
    moment = moment_of(request)
    rows = annex_rows(found, moment, items=FeedbackItem.objects.visible_to(request.user))
    day = timezone.localdate(moment).isoformat()
    response = HttpResponse(exports.annex_workbook(rows), content_type=exports.XLSX)
    response["Content-Disposition"] = f'attachment; filename="annex-{found.pk}-{day}.xlsx"'
    return response


@login_required
@require_GET
def visit_list(request: HttpRequest) -> HttpResponse:
    today = timezone.localdate(moment_of(request))
    owed = queries.due_visits(request.user)
    return render(request, "inspections/visits.html", {"visits": owed[:200], "today": today})


def _round(request: HttpRequest, pk: int) -> Round:
    return get_object_or_404(Round.objects.visible_to(request.user).select_related("inspected"), pk=pk)


def _managed(request: HttpRequest, pk: int) -> Round:
    found = _round(request, pk)
    require(request.user, PERMISSION, path=found.inspected.path)  # type: ignore[arg-type]
    return found


def _item(request: HttpRequest, pk: int) -> FeedbackItem:
    seen = FeedbackItem.objects.visible_to(request.user)
    return get_object_or_404(seen.select_related("round__inspected", "problem", "jurisdiction"), pk=pk)


def _may_manage(request: HttpRequest, found: Round | None = None) -> bool:
    place: Jurisdiction | None = found.inspected if found else None
    path = place.path if place else None
    return post_for(request.user, PERMISSION, path=path) is not None  # type: ignore[arg-type]


def _try(form: Any, action: Any, *args: Any, **fields: Any) -> Any:
    """The action's result, or None with the refusal shown above the form."""
    try:
        return action(*args, **fields)
    except Refused as refusal:
        form.add_error(None, str(refusal))
        return None


def _form_page(
    request: HttpRequest, form: Any, *, title: str, label: str, round: Round | None = None
) -> HttpResponse:
    context = {"form": form, "form_title": title, "action_label": label, "round": round}
    return render(request, "inspections/form.html", context)
