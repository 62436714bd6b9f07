"""Recomputing a past month, and the list of what came out differently."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from bihuan.kernel.people.access import require
from bihuan.kernel.registers.columns import Column
from bihuan.kernel.registers.forms import tried
from bihuan.oversight.monitoring import desk_words, labels, words
from bihuan.oversight.monitoring.actions.recomputing import recompute
from bihuan.oversight.monitoring.forms.rules import RejudgeForm
from bihuan.oversight.monitoring.judgement.again import Difference
from bihuan.oversight.monitoring.models import Rejudgement
from bihuan.oversight.monitoring.permissions import RULES
from bihuan.oversight.monitoring.queries import rejudgements as queries
from bihuan.oversight.monitoring.registers.rejudgements import where_of
from bihuan.oversight.monitoring.views.shared import form_page
from bihuan.oversight.monitoring.views.transmission import workbook

A_PAGE = 100


@login_required
@require_http_methods(["GET", "POST"])
def rejudgement_new(request: HttpRequest) -> HttpResponse:
    """A small recomputation is done at once, a large one by the queue."""
    require(request.user, RULES)
    form = RejudgeForm(request.user, request.POST if request.method == "POST" else None)
    done: list[Rejudgement | None] = []
    if form.is_valid():
        (first, last), reason = form.days, form.cleaned_data["reason"]
        if tried(
            form,
            lambda: done.append(recompute(first, last, outlets=form.outlets, by=request.user, reason=reason)),
        ):
            if done[0] is not None:
                return redirect("rejudgement", done[0].pk)
            messages.success(request, _("It is being computed and will stand in this list when it is done."))
            return redirect("rejudgements-list")
    back = (reverse("rejudgements-list"), _("Recomputations"))
    help = _("The days are judged with the rules in force on each of them; what differs gets a new version.")
    return form_page(
        request, form, title=_("Recompute a month"), label=_("Recompute it"), back=back, help=help
    )


def _visible(request: HttpRequest, pk: int) -> Rejudgement:
    return get_object_or_404(queries.visible_runs(request.user), pk=pk)


@login_required
@require_GET
def rejudgement_page(request: HttpRequest, pk: int) -> HttpResponse:
    run = _visible(request, pk)
    page = Paginator(queries.changed_days(run, request.user), A_PAGE).get_page(request.GET.get("page"))
    context = {
        "run": run,
        "where": where_of(run),
        "page": page,
        "rows": list(queries.paired(page.object_list)),
        "labels": labels,
        "desk": desk_words,
        "words": words,
    }
    return render(request, "monitoring/rejudgement.html", context)


@login_required
@require_GET
def rejudgement_xlsx(request: HttpRequest, pk: int) -> FileResponse:
    run = _visible(request, pk)
    rows = queries.paired(queries.changed_days(run, request.user).iterator(1000))
    return workbook(rows, _columns(), title=f"{_('Differences')} {run.first} {run.last}")


def _columns() -> list[Column]:
    """Built when asked, so that the words are those of the reader's language."""
    return [
        Column("day", _("Day"), value="after.day", kind="date"),
        Column("enterprise", _("Enterprise"), value="after.outlet.enterprise.name"),
        Column("outlet", _("Outlet"), value="after.outlet"),
        Column("factor", _("Factor"), value=lambda one: words.factor_name(one.after.factor_code)),
        Column("hours", _("Different hours"), value=lambda one: len(one.hours), kind="number"),
        Column("before", _("Daily mean before"), value=lambda one: _mean(one.before)),
        Column("after", _("Daily mean after"), value=lambda one: _mean(one.after)),
        Column("valid_before", _("Valid hours before"), value=_valid_before, kind="number"),
        Column("valid_after", _("Valid hours after"), value="after.valid", kind="number"),
        Column("rules_before", _("Rules before"), value="before.rules"),
        Column("rules_after", _("Rules after"), value="after.rules"),
    ]


def _mean(day: Any) -> str:
    return "" if day is None else words.plain_number(day.day_mean)


def _valid_before(one: Difference) -> int | None:
    return None if one.before is None else one.before.valid
