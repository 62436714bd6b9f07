"""An alarm's page, and what people do with it."""

from typing import Any
from urllib.parse import urlencode

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_http_methods

from bihuan.kernel.ledger.models import Event
from bihuan.kernel.people.access import post_for, require
from bihuan.kernel.registers.forms import tried
from bihuan.loop.models import Problem
from bihuan.oversight.monitoring import desk_words, labels, words
from bihuan.oversight.monitoring.actions import alarms as actions
from bihuan.oversight.monitoring.forms.acts import NothingAskedForm, OptionalReasonForm, ReasonForm
from bihuan.oversight.monitoring.models import Alarm, AlarmSource
from bihuan.oversight.monitoring.models.alarms import WAITING
from bihuan.oversight.monitoring.permissions import HANDLE, RULES
from bihuan.oversight.monitoring.queries import episodes
from bihuan.oversight.monitoring.rules.catalogue import BY_ID
from bihuan.oversight.monitoring.views.shared import Act, form_page

ACTS = {
    "acknowledge": Act(
        _("Acknowledge"),
        OptionalReasonForm,
        actions.acknowledge,
        _("You look after it; it no longer moves up a level."),
    ),
    "explain": Act(
        _("Explain by a mark"),
        ReasonForm,
        actions.explain_by_mark,
        _("A mark that holds must touch the time of the alarm; it is made on the outlet's page."),
    ),
    "dismiss": Act(
        _("Close as no offence"),
        ReasonForm,
        actions.dismiss,
        _("Say what it was, so that somebody else can check it."),
    ),
    "raise": Act(
        _("Pass into the loop"),
        NothingAskedForm,
        actions.raise_problem,
        _("It becomes a problem with a clock of its own, once."),
    ),
}


def visible(request: HttpRequest, pk: int) -> Alarm:
    rows = Alarm.objects.visible_to(request.user).select_related(
        "outlet__enterprise", "enterprise", "jurisdiction", "version", "handled_by"
    )
    return get_object_or_404(rows, pk=pk)


@login_required
@require_GET
def alarm_page(request: HttpRequest, pk: int) -> HttpResponse:
    """The episode with the hours, the rule and the limit behind it, and what can be done now."""
    alarm = visible(request, pk)
    hours = episodes.hours_around(alarm)
    name, unit = words.factor_name(alarm.factor_code), words.shown_unit(alarm.unit)
    waiting = alarm.handling in WAITING and not getattr(request, "as_of", None)
    context = {
        "alarm": alarm,
        "rule": BY_ID[alarm.rule],
        "factor": name,
        "peak": words.peak_said(alarm, with_limit=False),
        "outlet_url": _outlet_url(alarm),
        "may_rules": post_for(request.user, RULES) is not None,
        "unit": unit,
        "hours": [hour for hour in hours if hour.beyond or alarm.started_at <= hour.at][:48],
        "days": episodes.days_of(alarm) if alarm.period == "day" else (),
        "chart": episodes.chart_of(alarm, hours, name=name, unit=unit),
        "marks": episodes.marks_touching(alarm),
        "problem": _problem(alarm, request.user),
        "acts": ACTS if waiting and _may(alarm, request.user) else {},
        "events": Event.objects.filter(stream=alarm.stream).order_by("seq"),
        "labels": labels,
        "desk": desk_words,
        "words": words,
    }
    return render(request, "monitoring/alarm.html", context)


def _outlet_url(alarm: Alarm) -> str:
    """The outlet's curves at the time of the alarm."""
    until = timezone.localtime(min(timezone.now(), (alarm.ended_at or timezone.now()) + episodes.AROUND))
    asked = {"factor": alarm.factor_code, "until": f"{until:%Y-%m-%dT%H:%M}"}
    said = urlencode({name: text for name, text in asked.items() if text})
    return f"{reverse('monitoring-outlet', args=[alarm.outlet_id])}?{said}"


def _may(alarm: Alarm, user: Any) -> bool:
    return post_for(user, HANDLE, path=alarm.jurisdiction_path) is not None


def _problem(alarm: Alarm, user: Any) -> Problem | None:
    source = AlarmSource.objects.filter(alarm=alarm).first()
    if source is None or source.problem_id is None:
        return None
    found: Problem | None = Problem.objects.visible_to(user).filter(pk=source.problem_id).first()
    return found


@login_required
@require_http_methods(["GET", "POST"])
def alarm_act(request: HttpRequest, pk: int, act: str) -> HttpResponse:
    if act not in ACTS:
        raise Http404
    alarm, found = visible(request, pk), ACTS[act]
    require(request.user, HANDLE, path=alarm.jurisdiction_path)
    form = found.form(request.POST if request.method == "POST" else None)
    if form.is_valid() and tried(form, lambda: found.do(alarm, by=request.user, **form.cleaned_data)):
        return redirect("alarm", pk)
    back = (reverse("alarm", args=[pk]), words.episode_title(alarm))
    return form_page(request, form, title=found.label, label=found.label, help=found.help, back=back)
