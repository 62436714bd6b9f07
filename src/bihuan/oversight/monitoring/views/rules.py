"""The rules in force, one rule with its versions, and a draft that is tried before it is published."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from bihuan.kernel.ledger.models import Event
from bihuan.kernel.people.access import post_for, require
from bihuan.kernel.registers.forms import tried
from bihuan.oversight.enterprises.public import Medium, Outlet
from bihuan.oversight.monitoring import desk_words, labels, words
from bihuan.oversight.monitoring.actions.rules import publish_rule
from bihuan.oversight.monitoring.forms.rules import DraftForm, initial_of
from bihuan.oversight.monitoring.judgement.trying import MOST_DAYS, Trial, Would, try_rule
from bihuan.oversight.monitoring.permissions import RULES
from bihuan.oversight.monitoring.queries import rules as queries
from bihuan.oversight.monitoring.rules.catalogue import BY_ID, FAMILY_LABELS, UNIT_LABELS, Family, Rule
from bihuan.oversight.monitoring.store.source import StoredSource

SHOWN = 200
ALONE = frozenset({"escalation", "closing", "substitution"})
"""Rules that no dry run can show: they act on alarms and on sums, not on what is found."""


@login_required
@require_GET
def rules_page(request: HttpRequest) -> HttpResponse:
    context = {"groups": queries.groups(timezone.localdate()), **_words(request)}
    return render(request, "monitoring/rules.html", context)


@login_required
@require_GET
def rule_page(request: HttpRequest, rule: str) -> HttpResponse:
    """One rule: what holds today and where, every version ever published, who published it and why."""
    found, versions = _rule(rule), list(queries.versions_of(rule))
    holding = queries.in_force(versions, timezone.localdate())
    context = {
        "rule": found,
        "family": FAMILY_LABELS[found.family],
        "line": queries.line_of(found, holding),
        "holding": {one.pk for one in holding},
        "versions": versions,
        "events": Event.objects.filter(stream=f"rules:{rule}").order_by("seq"),
        **_words(request),
    }
    return render(request, "monitoring/rule.html", context)


def _words(request: HttpRequest) -> dict[str, Any]:
    return {
        "labels": labels,
        "desk": desk_words,
        "words": words,
        "media": dict(Medium.choices),
        "units": UNIT_LABELS,
        "may": post_for(request.user, RULES) is not None and not getattr(request, "as_of", None),
    }


@dataclass(frozen=True)
class Tried:
    """What a dry run showed; `rows` the episodes, new ones first, at most `SHOWN` of them."""

    trial: Trial
    scope: queries.TrialScope
    first: date
    last: date

    @property
    def rows(self) -> list[tuple[str, Would]]:
        fresh = [("new", one) for one in self.trial.found if not one.known]
        lost = [("lost", one) for one in self.trial.lost]
        return [*fresh, *lost, *(("same", one) for one in self.trial.found if one.known)][:SHOWN]


@login_required
@require_http_methods(["GET", "POST"])
def rule_draft(request: HttpRequest, rule: str) -> HttpResponse:
    """Draft, dry run, publication: the numbers that are published are the numbers that were tried."""
    found = _rule(rule)
    require(request.user, RULES)
    if request.method == "GET":
        return _draft_page(request, found, DraftForm(found, request.user, initial=_initial(request, found)))
    form = DraftForm(found, request.user, request.POST)
    if not form.is_valid():
        return _draft_page(request, found, form)
    if "publish" not in request.POST:
        return _draft_page(request, found, form, tried_now=_try(request, form))
    if found.id not in ALONE and not form.was_tried(request.POST.get("seal", "")):
        form.add_error(None, _("These numbers were not tried yet: try them on past data first."))
        return _draft_page(request, found, form)
    if tried(form, lambda: publish_rule(found.id, by=request.user, **form.published)):
        messages.success(request, _("Published. What was judged before stays until it is recomputed."))
        return redirect("monitoring-rule", rule)
    return _draft_page(request, found, form)


def _rule(rule: str) -> Rule:
    if rule not in BY_ID:
        raise Http404
    return BY_ID[rule]


def _initial(request: HttpRequest, rule: Rule) -> dict[str, Any]:
    """From the version `?from=`, else the most general one in force; for the outlet `?outlet=`."""
    versions = list(queries.versions_of(rule.id))
    asked = next((one for one in versions if str(one.pk) == request.GET.get("from")), None)
    general = queries.line_of(rule, queries.in_force(versions, timezone.localdate())).general
    outlet = None
    if request.GET.get("outlet", "").isdecimal():
        rows = Outlet.objects.visible_to(request.user).select_related("enterprise")
        outlet = get_object_or_404(rows, pk=int(request.GET["outlet"]))
    initial = initial_of(asked or next(iter(general), None), outlet)
    return initial | ({"factor": request.GET["factor"]} if request.GET.get("factor") else {})


def _try(request: HttpRequest, form: DraftForm) -> Tried:
    said, draft = form.cleaned_data, form.draft
    scope = queries.trial_scope(
        request.user,
        first=said["first"],
        last=said["last"],
        medium=draft.medium,
        outlet=said["outlet"],
        path=said["place"].path if said["place"] else "",
    )
    trial = try_rule(draft, outlets=scope.keys, first=said["first"], last=said["last"], source=StoredSource())
    return Tried(trial, scope, said["first"], said["last"])


def _draft_page(
    request: HttpRequest, rule: Rule, form: DraftForm, *, tried_now: Tried | None = None
) -> HttpResponse:
    context = {
        "rule": rule,
        "form": form,
        "alone": rule.id in ALONE,
        "statistic": rule.family is Family.STATISTICS,
        "tried": tried_now,
        "seal": form.seal if tried_now else "",
        "most_days": MOST_DAYS,
        "most_outlets": queries.AT_ONCE,
        **_words(request),
    }
    return render(request, "monitoring/rule_draft.html", context)
