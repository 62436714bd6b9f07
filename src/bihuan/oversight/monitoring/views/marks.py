"""Marks on data: making one, reading the exchange about it, taking part in the exchange."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_http_methods

from bihuan.kernel.errors import Forbidden, Refused
from bihuan.kernel.ledger.models import Event
from bihuan.kernel.people.access import post_for
from bihuan.kernel.registers.forms import tried
from bihuan.oversight.monitoring import labels
from bihuan.oversight.monitoring.actions import marks as actions
from bihuan.oversight.monitoring.forms.marks import MarkForm, MaySayForm, SayForm
from bihuan.oversight.monitoring.models import DataMark
from bihuan.oversight.monitoring.models.marks import HOLDING, Standing
from bihuan.oversight.monitoring.permissions import ANSWER_MARK, MARK
from bihuan.oversight.monitoring.registers.marks import STANDING_MARKS
from bihuan.oversight.monitoring.views.asking import visible

EVENTS: dict[str, Any] = {
    "mark.stated": _("Mark stated"),
    "mark.questioned": _("Mark questioned"),
    "mark.accepted": _("Mark taken as true"),
    "mark.refused": _("Mark not taken as true"),
    "mark.withdrawn": _("Mark withdrawn"),
}


@dataclass(frozen=True)
class Act:
    """`decides` is what an office says, the rest is for the mark's own side; `of` are the standings."""

    label: Any
    form: type[SayForm]
    do: Callable[..., Any]
    decides: bool = True
    of: tuple[str, ...] = HOLDING


ACTS = {
    "accept": Act(
        _("Take as true"), MaySayForm, actions.accept_mark, of=(Standing.STATED, Standing.QUESTIONED)
    ),
    "question": Act(_("Ask about it"), SayForm, actions.question_mark),
    "refuse": Act(_("Don't take as true"), SayForm, actions.refuse_mark),
    "answer": Act(
        _("Answer the question"), SayForm, actions.answer_mark, decides=False, of=(Standing.QUESTIONED,)
    ),
    "withdraw": Act(_("Withdraw the mark"), SayForm, actions.withdraw_mark, decides=False),
}


def visible_mark(request: HttpRequest, pk: int) -> DataMark:
    rows = DataMark.objects.visible_to(request.user).select_related("outlet__enterprise", "made_by")
    mark: DataMark = get_object_or_404(rows, pk=pk)
    return mark


@login_required
@require_http_methods(["GET", "POST"])
def mark_new(request: HttpRequest, pk: int) -> HttpResponse:
    outlet = visible(request, pk)
    if not actions.may_mark(outlet, request.user):
        raise Forbidden(permission=MARK)
    form = MarkForm(request.POST or None, request.FILES or None, outlet=outlet, user=request.user)
    if form.is_valid():
        try:
            return redirect("data-mark", form.perform().pk)
        except Refused as refusal:
            form.add_error(None, str(refusal))
    context = {"outlet": outlet, "form": form, "title": _("Mark a period"), "label": _("State the mark")}
    return render(request, "monitoring/form.html", context)


@login_required
@require_GET
def mark_page(request: HttpRequest, pk: int) -> HttpResponse:
    mark = visible_mark(request, pk)
    context = {
        "mark": mark,
        "badge": STANDING_MARKS[Standing(mark.standing)],
        "notes": mark.notes.select_related("by"),
        "files": mark.evidence.all(),
        "acts": [] if getattr(request, "as_of", None) else acts_for(mark, request.user),
        "events": Event.objects.filter(stream=mark.stream).order_by("-seq"),
        "event_label": lambda kind: EVENTS.get(kind, kind),
        "labels": labels,
    }
    return render(request, "monitoring/mark.html", context)


def acts_for(mark: DataMark, user: Any) -> list[tuple[str, Act]]:
    """What the user may do about the mark now."""
    return [(name, act) for name, act in ACTS.items() if mark.standing in act.of and _may(act, mark, user)]


def _may(act: Act, mark: DataMark, user: Any) -> bool:
    if act.decides:
        return post_for(user, ANSWER_MARK, path=mark.jurisdiction_path) is not None
    return actions.may_mark(mark.outlet, user)


@login_required
@require_http_methods(["GET", "POST"])
def mark_act(request: HttpRequest, pk: int, act: str) -> HttpResponse:
    if act not in ACTS:
        raise Http404
    mark, found = visible_mark(request, pk), ACTS[act]
    if not _may(found, mark, request.user):
        raise Forbidden(permission=ANSWER_MARK if found.decides else MARK)
    form = found.form(request.POST if request.method == "POST" else None)
    if form.is_valid() and tried(form, lambda: found.do(mark, by=request.user, **form.cleaned_data)):
        return redirect("data-mark", pk)
    context = {"outlet": mark.outlet, "mark": mark, "form": form, "title": found.label, "label": found.label}
    return render(request, "monitoring/form.html", context)
