from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from bihuan.kernel.errors import BihuanError, Forbidden, Refused
from bihuan.kernel.people.access import post_for
from bihuan.loop.actions import answer_source
from bihuan.loop.forms import FORMS, ActForm, ReportForm
from bihuan.loop.forms.closing import AnswerForm
from bihuan.loop.guards import blockers
from bihuan.loop.models import Problem
from bihuan.loop.queries.desk import desk as desk_groups
from bihuan.loop.queries.labels import asked_event, asked_label, clock_label, event_label
from bihuan.loop.queries.likenesses import each_once, hints
from bihuan.loop.queries.options import may, options, others_turn
from bihuan.loop.queries.problem_page import find, panels_of, problem_page
from bihuan.loop.queries.status import reporting_status
from bihuan.loop.rules.transitions import BY_EVENT

ACCEPTANCE = ("pass_acceptance", "fail_acceptance")


@login_required
@require_GET
def desk(request: HttpRequest) -> HttpResponse:
    groups = desk_groups(request.user, timezone.localdate())
    return render(
        request,
        "loop/desk.html",
        {
            "groups": groups,
            "empty": not any(group.rows for group in groups),
            "today": timezone.localdate(),
            "asked": asked_label,
        },
    )


@login_required
@require_GET
def problem(request: HttpRequest, pk: int) -> HttpResponse:
    found = _visible(request, pk)
    today = timezone.localdate()
    read_only = getattr(request, "as_of", None) is not None
    sources = list(found.sources.all())
    page = problem_page(found, today)
    return render(
        request,
        "loop/problem.html",
        {
            "page": page,
            "hints": hints(page.attachments, request.user),
            "problem": found,
            "options": [] if read_only else options(found, request.user, today),
            "others": others_turn(found, request.user),
            "status": reporting_status(found),
            "asked_event": asked_event(found),
            "event_label": event_label,
            "clock_label": clock_label,
            "sources": sources,
            "panels": panels_of(sources, request.user),
            "may_answer": not read_only and may_answer(found, request.user),
        },
    )


@login_required
def report(request: HttpRequest) -> HttpResponse:
    if post_for(request.user, "problem.report") is None:
        raise Forbidden(permission="problem.report")
    form = ReportForm(request.POST or None, request.FILES or None, user=request.user)
    if request.method == "POST" and form.is_valid():
        made = _perform(form)
        if made is not None:
            messages.success(request, _("Reported as %(number)s.") % {"number": made.number})
            return redirect("problem", pk=made.pk)
    return render(request, "loop/report.html", {"form": form})


@login_required
def act(request: HttpRequest, pk: int, event: str) -> HttpResponse:
    found = _visible(request, pk)
    if event not in FORMS:
        raise Http404
    rule = BY_EVENT[event]
    if not may(found, rule, request.user):
        raise Forbidden(permission=rule.permission)
    form = FORMS[event](request.POST or None, request.FILES or None, problem=found, user=request.user)
    if request.method == "POST" and form.is_valid() and _perform(form) is not None:
        messages.success(request, _("Done: %(act)s.") % {"act": rule.label})
        return redirect("problem", pk=found.pk)
    reasons = blockers(found, rule, user=request.user, today=timezone.localdate())
    template = "loop/act_plan.html" if event == "submit_plan" else "loop/act.html"
    context = {"form": form, "problem": found, "act": rule, "reasons": reasons}
    if event in ACCEPTANCE:
        found_hints = hints(found.attachments.select_related("file"), request.user)
        context["hints"] = each_once(found_hints)
    return render(request, template, context, status=409 if form.errors and reasons else 200)


@login_required
def answer(request: HttpRequest, pk: int, source: int) -> HttpResponse:
    """Answer one source; closing the problem does not answer it."""
    found = _visible(request, pk)
    record = get_object_or_404(found.sources.all(), pk=source)
    if not may_answer(found, request.user):
        raise Forbidden(permission="problem.answer")
    form = AnswerForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            answer_source(found, by=request.user, source=record, text=form.cleaned_data["answer"])
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("The source has been answered."))
            return redirect("problem", pk=found.pk)
    return render(request, "loop/answer.html", {"form": form, "problem": found, "source": record})


def may_answer(problem: Problem, user: Any) -> bool:
    units = [problem.lead_unit_id]
    return post_for(user, "problem.answer", path=problem.jurisdiction_path, units=units) is not None


def _perform(form: ActForm | ReportForm) -> Any:
    """Run the form's action; a refusal becomes the form's error, so that nothing typed is lost, and undoes
    what the form had done before it, so that sending it again does nothing twice."""
    try:
        with transaction.atomic():
            return form.perform()
    except Forbidden:
        raise
    except BihuanError as refusal:
        form.add_error(None, str(refusal))
        return None


def _visible(request: HttpRequest, pk: int) -> Problem:
    found = find(request.user, pk)
    if found is None:
        raise Http404
    return found
