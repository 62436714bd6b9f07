"""Bulk acts in the browser: choose rows, say what all of them share, look at the preview, confirm."""

import hashlib
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from bihuan.kernel.errors import Forbidden, Refused
from bihuan.kernel.registers import bulk, pages, queries
from bihuan.kernel.registers.bulk import BulkAct, BulkExport, Outcome
from bihuan.kernel.registers.columns import cell
from bihuan.kernel.registers.export import export_response
from bihuan.kernel.registers.listing import Listing, ordered
from bihuan.kernel.registers.register import Register
from bihuan.kernel.registers.views import as_of, check_reader
from bihuan.kernel.registers.word import word_response

ROW, ALL = "row", "all"
SHOWN_COLUMNS = 4
NOT_SEALED = ("csrfmiddlewaretoken", "rows", "seen", "ready", "go")


def bulk_view(request: HttpRequest, register: Register, act: str) -> HttpResponseBase:
    check_reader(register, request)
    found = next((one for one in register.bulk if one.id == act), None)
    if found is None:
        raise Http404
    if not found.may(request.user):
        raise Forbidden(permission=found.permission)
    if as_of(request) is not None:
        raise Refused(reason=_("Nothing can be done in the past: go back to now first."))
    if isinstance(found, BulkExport):
        return _export(found, register, request)
    return _act(found, register, request)


def _act(act: BulkAct, register: Register, request: HttpRequest) -> HttpResponse:
    """Ask what all share, then preview, then do; a preview of other rows or words than sent comes first."""
    records = _records(register, request)
    form = act.form(request.POST or None, user=request.user) if act.form else None
    confirmed = "go" in request.POST and request.POST.get("seen") == _seal(request, records)
    outcomes: list[Outcome] = []
    if form is None or form.is_valid():
        said = form.cleaned_data if form else {}
        if confirmed:
            ready = {int(key) for key in request.POST.get("ready", "").split(",") if key.isdecimal()}
            outcomes = bulk.carry_out(act, records, by=request.user, said=said, ready=ready)
        else:
            outcomes = bulk.rehearse(act, records, by=request.user, said=said)
    context = {"form": form, "done": confirmed and bool(outcomes), "seal": _seal(request, records)}
    return _page(act, register, request, records=records, outcomes=outcomes, context=context)


def _export(export: BulkExport, register: Register, request: HttpRequest) -> HttpResponseBase:
    """The preview says how much hangs on each row; the file comes as Excel or Word."""
    records = _records(register, request)
    rows = register.model._default_manager.filter(pk__in=[record.pk for record in records])
    if request.method == "POST":
        title = f"{register.title} {export.label}"
        office = queries.letterhead(request.user)
        listed = Listing(title, office, list(export.columns), export.rows(rows))
        return word_response(listed) if request.POST.get("go") == "word" else export_response(listed)
    counts = export.counts(rows)
    outcomes = [
        Outcome(record, bool(counts.get(record.pk)), export.said(counts.get(record.pk, 0)))
        for record in records
    ]
    return _page(export, register, request, records=records, outcomes=outcomes, context={"export": True})


def _page(
    act: BulkAct | BulkExport,
    register: Register,
    request: HttpRequest,
    *,
    records: list[Any],
    outcomes: list[Outcome],
    context: dict[str, Any],
) -> HttpResponse:
    columns = register.columns[:SHOWN_COLUMNS]
    shown = outcomes or [Outcome(record, True, "") for record in records]
    rows = [([cell(column, one.record) for column in columns], one) for one in shown]
    common = {
        "register": register,
        "act": act,
        "columns": columns,
        "rows": [(cells, one, register.detail_url(one.record)) for cells, one in rows],
        "previewed": bool(outcomes),
        "able": sum(one.done for one in outcomes),
        "unable": sum(not one.done for one in outcomes),
        "keys": ",".join(str(record.pk) for record in records),
        "ready": ",".join(str(one.record.pk) for one in outcomes if one.done),
        "list_url": reverse(f"{register.id}-list"),
    }
    return render(request, "registers/bulk.html", common | context)


def _records(register: Register, request: HttpRequest) -> list[Any]:
    """The chosen rows that the user may see: those named, or all that the list's question finds."""
    rows = register.rows(request.user, None)
    if request.method == "POST":
        named = request.POST.get("rows", "").split(",")
    elif ALL in request.GET:
        asked = pages.ask(register, request)
        found = list(ordered(asked.narrow(rows), asked.order)[: bulk.MOST_ROWS + 1])
        if len(found) > bulk.MOST_ROWS:
            reason = _("These are more than %(count)s rows at once: narrow the filter.")
            raise Refused(reason=reason % {"count": bulk.MOST_ROWS})
        return found
    else:
        named = request.GET.getlist(ROW)
    keys = [int(key) for key in named if key.isdecimal()][: bulk.MOST_ROWS]
    by_key = {record.pk: record for record in rows.filter(pk__in=keys)}
    return [by_key[key] for key in keys if key in by_key]


def _seal(request: HttpRequest, records: list[Any]) -> str:
    """What was sent and for which rows; confirming counts only for what was seen."""
    said = [(name, request.POST.getlist(name)) for name in sorted(request.POST) if name not in NOT_SEALED]
    keys = [record.pk for record in records]
    return hashlib.sha256(repr((said, keys)).encode()).hexdigest()
