import tempfile
from datetime import datetime
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from bihuan.governance.petitions import labels, public, queries
from bihuan.governance.petitions.actions import NewCase, receive_case, unmask
from bihuan.governance.petitions.acts import ACTS, Act, acts_for
from bihuan.governance.petitions.forms import CaseForm, UnmaskForm
from bihuan.governance.petitions.models import PetitionBatch, PetitionCase, Pollution
from bihuan.governance.petitions.rules import number as numbers
from bihuan.governance.petitions.rules.rates import DEFINITIONS
from bihuan.governance.petitions.rules.vocabulary import Pollution as Kind
from bihuan.governance.petitions.rules.vocabulary import Type
from bihuan.kernel.errors import Refused
from bihuan.kernel.people.access import post_for, require
from bihuan.kernel.registers.columns import Column
from bihuan.kernel.registers.export import XLSX, write_xlsx

PAGE_ROWS = 100
TABLE_COLUMNS = tuple(
    Column(name, header, kind="number" if name == "ordinal" else "text")
    for name, header in zip(public.TableRow.__dataclass_fields__, public.HEADERS, strict=False)
)


def moment_of(request: HttpRequest) -> datetime:
    moment: datetime = getattr(request, "as_of", None) or timezone.now()
    return moment


@login_required
@require_GET
def table(request: HttpRequest) -> HttpResponse:
    """The public table as the office sees it: every case in reach, published or not."""
    rows, inspection = _table_rows(request)
    total = rows.count()
    start = max(0, int(request.GET["from"])) if request.GET.get("from", "").isdecimal() else 0
    context = {
        "title": public.TITLE,
        "headers": public.HEADERS,
        "rows": public.table_rows(rows[start : start + PAGE_ROWS], first=start + 1),
        "total": total,
        "inspection": inspection,
        "inspections": queries.inspections(request.user),
        "may_receive": post_for(request.user, "petition.receive") is not None,  # type: ignore[arg-type]
        "earlier": max(0, start - PAGE_ROWS) if start else None,
        "later": start + PAGE_ROWS if start + PAGE_ROWS < total else None,
    }
    return render(request, "petitions/table.html", context)


@login_required
@require_GET
def table_xlsx(request: HttpRequest) -> FileResponse:
    rows, _inspection = _table_rows(request)
    # Closed by FileResponse once the last byte is sent.
    file = tempfile.TemporaryFile()  # noqa: SIM115
    write_xlsx(file, TABLE_COLUMNS, public.table_rows(rows), title=public.TITLE)
    file.seek(0)
    name = f"{public.TITLE}-{timezone.localdate(moment_of(request))}.xlsx"
    return FileResponse(file, as_attachment=True, filename=name, content_type=XLSX)


def _table_rows(request: HttpRequest) -> tuple[Any, str]:
    inspection = request.GET.get("inspection", "").replace("\x00", "")
    rows = queries.cases_at(moment_of(request), user=request.user, inspection=inspection)
    return rows.order_by("received_on", "number"), inspection


@login_required
@require_GET
def rates(request: HttpRequest) -> HttpResponse:
    """Every definition beside the others, the chosen one named."""
    asked = request.GET.get("definition", "")
    chosen = DEFINITIONS.get(asked, DEFINITIONS["hainan"])
    inspection = request.GET.get("inspection", "").replace("\x00", "")
    rows = queries.cases_at(moment_of(request), user=request.user, inspection=inspection)
    counts = queries.counts(rows)
    context = {
        "chosen": chosen,
        "definitions": [
            (one, one.numerator(counts), one.denominator(counts), one.share(counts))
            for one in DEFINITIONS.values()
        ],
        "counts": counts,
        "places": [(found, chosen.share(found.counts)) for found in queries.by_place(rows)],
        "types": [
            (Pollution(name).label if name else "", cases) for name, cases in queries.by_type(rows).items()
        ],
        "inspection": inspection,
        "inspections": queries.inspections(request.user),
    }
    return render(request, "petitions/rates.html", context)


@login_required
@require_GET
def batch_page(request: HttpRequest, pk: int) -> HttpResponse:
    batch = get_object_or_404(PetitionBatch.objects.visible_to(request.user), pk=pk)
    seen = PetitionCase.objects.visible_to(request.user).filter(batch=batch).select_related("jurisdiction")
    context = {
        "batch": batch,
        "judged": queries.judge(batch),
        "cases": seen.order_by("number")[:PAGE_ROWS],
        "held": seen.count(),
        "labels": labels,
    }
    return render(request, "petitions/batch.html", context)


@login_required
@require_GET
def case_page(request: HttpRequest, pk: int) -> HttpResponse:
    return render(request, "petitions/case.html", _case_context(request, _case(request, pk)))


def _case_context(request: HttpRequest, case: PetitionCase) -> dict[str, Any]:
    past = getattr(request, "as_of", None)
    shown = PetitionCase.objects.filter(pk=case.pk).standing_at(past).first() if past else case
    may_unmask = post_for(request.user, "petition.unmask", path=case.jurisdiction_path) is not None  # type: ignore[arg-type]
    clocks = case.clocks.order_by("pk") if case.problem else []
    return {
        "case": case,
        "axes": _axes(shown or case),
        "acts": [] if past else acts_for(case, request.user),
        "unmask_form": UnmaskForm() if may_unmask and case.complainant and not past else None,
        "clocks": clocks,
        "labels": labels,
        "same": PetitionCase.objects.visible_to(request.user).filter(problem=case.problem).exclude(pk=case.pk)
        if case.problem
        else [],
        "events": _events(case),
    }


def _axes(case: PetitionCase) -> dict[str, str]:
    return {
        name: getattr(case, f"{name}_then", getattr(case, name))
        for name in ("finding", "handling", "strike_off")
    }


def _events(case: PetitionCase) -> Any:
    from bihuan.kernel.ledger.models import Event

    return Event.objects.filter(stream=case.stream).order_by("seq")


@login_required
@require_http_methods(["GET", "POST"])
def case_act(request: HttpRequest, pk: int, act: str) -> HttpResponse:
    case, found = _case(request, pk), ACTS.get(act)
    if found is None:
        raise Http404
    _check(found, case, request)
    form = found.form(request.POST or None, case=case, user=request.user)
    if form.is_valid() and _done(form, found.action, case, by=request.user, **form.cleaned_data):
        return redirect("petition", case.pk)
    context = {"form": form, "case": case, "form_title": found.title, "action_label": found.button}
    return render(request, "petitions/form.html", context)


def _check(act: Act, case: PetitionCase, request: HttpRequest) -> None:
    if not act.allowed(case, request.user):
        require(request.user, act.permission, path=case.jurisdiction_path)  # type: ignore[arg-type]
        raise Http404


@never_cache
@login_required
@require_POST
def case_unmask(request: HttpRequest, pk: int) -> HttpResponse:
    """The complainant, on this answer only: nothing is stored and a reload asks again."""
    case = _case(request, pk)
    require(request.user, "petition.unmask", path=case.jurisdiction_path)  # type: ignore[arg-type]
    if not case.complainant:
        raise Http404
    form = UnmaskForm(request.POST)
    shown = None
    if form.is_valid():
        shown = _done(form, unmask, case.complainant, by=request.user, **form.cleaned_data)
    context = _case_context(request, case) | {"unmask_form": None if shown else form, "complainant": shown}
    return render(request, "petitions/case.html", context)


@login_required
@require_http_methods(["GET", "POST"])
def case_new(request: HttpRequest) -> HttpResponse:
    require(request.user, "petition.receive")  # type: ignore[arg-type]
    form = CaseForm(request.POST or None, user=request.user)
    if form.is_valid():
        case = _done(form, receive_case, _entered(form.cleaned_data), by=request.user)
        if case:
            return redirect("petition", case.pk)
    return render(request, "petitions/new.html", {"form": form})


def _entered(said: dict[str, Any]) -> NewCase:
    number = numbers.parse(said["number"])
    stamp = timezone.localtime().strftime("%Y%m%d%H%M%S%f")
    serial = "·".join(part for part in (said["inspection"], said["jurisdiction"].name, number.text) if part)
    return NewCase(
        key=number.text if number.lasting else (serial[:80] if number.text else f"无编号·{stamp}"),
        number=number,
        text=said["text"],
        jurisdiction=said["jurisdiction"],
        types=tuple(Type(Kind(kind), str(Pollution(kind).label)) for kind in said["types"]),
        level="central" if "中央" in said["inspection"] else "provincial",
        inspection=said["inspection"],
        round=number.round,
        channel=number.channel,
        key_case=said["key_case"] or number.starred,
        received_on=said["received_on"],
        area_printed=said["jurisdiction"].name,
        flags=number.flags,
        complainant={name: said[name] for name in ("name", "phone", "address")},
    )


def _case(request: HttpRequest, pk: int) -> PetitionCase:
    seen = PetitionCase.objects.visible_to(request.user)
    related = seen.select_related("jurisdiction", "problem", "batch").prefetch_related("pollutions")
    return get_object_or_404(related, pk=pk)


def _done(form: Any, action: Any, *args: Any, **fields: Any) -> Any:
    """The action's result, or None with the refusal shown above the form."""
    try:
        return action(*args, **fields)
    except Refused as refusal:
        form.add_error(None, str(refusal))
        return None
