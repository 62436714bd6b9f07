"""What is done to an enterprise, its code and its colour: one view, told apart by a table."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from bihuan.kernel.people.access import require
from bihuan.kernel.registers.forms import tried
from bihuan.oversight.enterprises.actions import by_hand, codes, merging
from bihuan.oversight.enterprises.forms import acts
from bihuan.oversight.enterprises.models import ColourObjection, Enterprise, ManualColour, Merger
from bihuan.oversight.enterprises.permissions import CODES, COLOUR, MERGE, OBJECT
from bihuan.oversight.enterprises.views.pages import visible
from bihuan.oversight.enterprises.views.records import form_page


@dataclass(frozen=True)
class Act:
    """`do(enterprise, said, by)` with the form's data; the permission is the action's own, asked early."""

    label: Any
    permission: str
    form: Any
    do: Callable[[Enterprise, dict[str, Any], Any], Any]


def _pending(enterprise: Enterprise) -> ManualColour:
    return get_object_or_404(enterprise.manual_colours, ended_at=None)


ACTS = {
    "issue-code": Act(
        _("Issue a new code"),
        CODES,
        acts.OptionalReasonForm,
        lambda one, said, by: codes.issue_code(one, by=by, **said),
    ),
    "revoke-code": Act(
        _("Revoke the code"),
        CODES,
        acts.ReasonForm,
        lambda one, said, by: codes.revoke_code(one, by=by, **said),
    ),
    "merge": Act(
        _("Merge this entry into another"),
        MERGE,
        acts.MergeForm,
        lambda one, said, by: merging.merge(one, said["kept"], by=by, reason=said["reason"]),
    ),
    "ask-colour": Act(
        _("Ask for a colour by hand"),
        COLOUR,
        acts.ColourForm,
        lambda one, said, by: by_hand.ask_for_colour(one, by=by, **said),
    ),
    "confirm-colour": Act(
        _("Confirm the colour by hand"),
        COLOUR,
        acts.OptionalReasonForm,
        lambda one, _said, by: by_hand.confirm_colour(_pending(one), by=by),
    ),
    "end-colour": Act(
        _("End the colour by hand"),
        COLOUR,
        acts.ReasonForm,
        lambda one, said, by: by_hand.end_colour(_pending(one), by=by, **said),
    ),
    "object": Act(
        _("Object to the colour"),
        OBJECT,
        acts.ObjectionForm,
        lambda one, said, by: by_hand.object_to(one, by=by, **said),
    ),
}


@login_required
@require_http_methods(["GET", "POST"])
def enterprise_act(request: HttpRequest, pk: int, act: str) -> HttpResponse:
    if act not in ACTS:
        raise Http404
    enterprise, found = visible(request, pk), ACTS[act]
    if found.permission == OBJECT:
        require(request.user, OBJECT, path="", units=[enterprise.unit_id])
    else:
        require(request.user, found.permission, path=enterprise.jurisdiction_path)
    how = {"user": request.user} if act == "merge" else {}
    form = found.form(request.POST if request.method == "POST" else None, **how)
    if form.is_valid() and tried(form, lambda: found.do(enterprise, form.cleaned_data, request.user)):
        return redirect("enterprise", pk)
    return form_page(request, enterprise, form, title=found.label, label=found.label)


@login_required
@require_http_methods(["GET", "POST"])
def merger_undo(request: HttpRequest, merger: int) -> HttpResponse:
    found = get_object_or_404(Merger.objects.select_related("kept", "duplicate"), pk=merger)
    kept = visible(request, found.kept_id)
    require(request.user, MERGE, path=kept.jurisdiction_path)
    form = acts.ReasonForm(request.POST or None)
    if form.is_valid() and tried(
        form, lambda: merging.undo_merger(found, by=request.user, **form.cleaned_data)
    ):
        return redirect("enterprise", kept.pk)
    title = _("Undo the merger")
    return form_page(
        request,
        kept,
        form,
        title=title,
        label=title,
        said=str(found),
        reasons=list(merging.why_not_undone(found)),
    )


@login_required
@require_http_methods(["GET", "POST"])
def objection_answer(request: HttpRequest, objection: int) -> HttpResponse:
    found = get_object_or_404(ColourObjection.objects.select_related("enterprise"), pk=objection)
    enterprise = visible(request, found.enterprise_id)
    require(request.user, COLOUR, path=enterprise.jurisdiction_path)
    form = acts.AnswerForm(request.POST or None)
    if form.is_valid() and tried(
        form, lambda: by_hand.answer_objection(found, by=request.user, **form.cleaned_data)
    ):
        return redirect("enterprise", enterprise.pk)
    title = _("Answer the objection")
    return form_page(request, enterprise, form, title=title, label=title, said=found.text)
