"""The transmission-rate table, the outlets behind a cell, the hours behind an outlet."""

import tempfile
from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from bihuan.kernel.places.models import Jurisdiction
from bihuan.kernel.registers.columns import Column
from bihuan.kernel.registers.export import XLSX, write_xlsx
from bihuan.oversight.monitoring import desk_words, labels, words
from bihuan.oversight.monitoring.queries import transmission as queries
from bihuan.oversight.monitoring.rules.letters import reason_of
from bihuan.oversight.monitoring.views.asking import visible

FIRST_YEAR, LAST_YEAR = 2000, 2200


@login_required
@require_GET
def table(request: HttpRequest) -> HttpResponse:
    """Counties by months; every cell opens to its outlets."""
    year, known = _year(request)
    context = {
        "table": queries.rate_table(request.user, year),
        "year": year,
        "years": known,
        "this_month": timezone.localdate().replace(day=1),
        **_definition(date(year, 12, 31)),
    }
    return render(request, "monitoring/transmission.html", context)


@login_required
@require_GET
def table_xlsx(request: HttpRequest) -> FileResponse:
    year, _known = _year(request)
    found = queries.rate_table(request.user, year)
    rows = [*found.rows, *([found.whole] if found.whole else [])]
    columns = [Column("place", _("Jurisdiction"), value="place.name")]
    columns += [_month_column(n, f"{month:%Y-%m}") for n, month in enumerate(found.months)]
    columns.append(Column("year", _("Year"), value=lambda row: exact(row.year.rate), kind="number"))
    return workbook(rows, columns, title=f"{_('Valid transmission rate (%)')} {year}")


def _month_column(n: int, label: str) -> Column:
    return Column(label, label, value=lambda row: exact(row.cells[n].rate), kind="number")


@login_required
@require_GET
def outlets(request: HttpRequest, code: str, year: int, month: int) -> HttpResponse:
    place, first = _place(code), _month(year, month)
    rows = queries.outlet_rows(request.user, place, first)
    context = {
        "place": place,
        "month": first,
        "rows": rows,
        "whole": sum((row.hours for row in rows), queries.Hours()),
        **_definition(first),
    }
    return render(request, "monitoring/transmission_outlets.html", context)


@login_required
@require_GET
def outlets_xlsx(request: HttpRequest, code: str, year: int, month: int) -> FileResponse:
    place, first = _place(code), _month(year, month)
    columns = (
        Column("enterprise", _("Enterprise"), value="outlet.enterprise.name"),
        Column("outlet", _("Outlet"), value="outlet"),
        Column("due", _("Hours due"), value="hours.completed.must_transmit", kind="number"),
        Column("came", _("Hours received"), value="hours.completed.transmitted", kind="number"),
        Column("must", _("Hours that must be valid"), value="hours.completed.must_be_valid", kind="number"),
        Column("valid", _("Valid hours"), value="hours.completed.valid", kind="number"),
        Column("sent", _("Transmission rate (%)"), value=lambda one: exact(one.hours.sent), kind="number"),
        Column("good", _("Validity rate (%)"), value=lambda one: exact(one.hours.good), kind="number"),
        Column(
            "rate", _("Valid transmission rate (%)"), value=lambda one: exact(one.hours.rate), kind="number"
        ),
        Column(
            "first", _("Immediate rate (%)"), value=lambda one: exact(one.hours.first_rate), kind="number"
        ),
    )
    rows = queries.outlet_rows(request.user, place, first)
    title = f"{_('Valid transmission rate (%)')} {place.name} {first:%Y-%m}"
    return workbook(rows, columns, title=title)


@login_required
@require_GET
def hours(request: HttpRequest, pk: int, year: int, month: int) -> HttpResponse:
    """The hours of one outlet and month: every factor's sums, one factor's hours day by day."""
    outlet, first = visible(request, pk), _month(year, month)
    factors = queries.factor_rows(outlet, first)
    known = [row.factor for row in factors]
    asked = request.GET.get("factor", "")
    chosen = asked if asked in known else next(iter(known), "")
    days = queries.of_month(outlet, first).filter(factor_code=chosen).order_by("day")
    context = {
        "outlet": outlet,
        "month": first,
        "factors": factors,
        "whole": queries.totals(factors),
        "chosen": chosen,
        "days": days,
        "labels": labels,
        "desk": desk_words,
        "reason_of": reason_of,
        **_definition(first),
    }
    return render(request, "monitoring/transmission_hours.html", context)


def exact(rate: float | None) -> Decimal | None:
    return None if rate is None else round(Decimal(rate), 2)


def said(rate: float | None) -> str:
    """A rate in per cent with two decimals; — where nothing was due."""
    return "—" if rate is None else f"{rate:.2f}"


def _definition(day: date) -> dict[str, Any]:
    rule = queries.rule_on(day)
    return {
        "rule": rule,
        "target": rule.parameters["target"],
        "said": said,
        "rates": queries,
        "words": words,
    }


def _year(request: HttpRequest) -> tuple[int, Sequence[int]]:
    known = queries.years(request.user)
    asked = request.GET.get("year", "")
    newest = known[0] if known else timezone.localdate().year
    wanted = int(asked) if asked.isascii() and asked.isdigit() else newest
    return (wanted if FIRST_YEAR <= wanted <= LAST_YEAR else newest), known


def _place(code: str) -> Jurisdiction:
    return get_object_or_404(Jurisdiction, code=code)


def _month(year: int, month: int) -> date:
    try:
        return date(year, month, 1)
    except ValueError:
        raise Http404 from None


def workbook(rows: Iterable[Any], columns: Iterable[Column], *, title: str) -> FileResponse:
    # Closed by FileResponse once the last byte is sent.
    file = tempfile.TemporaryFile()  # noqa: SIM115
    write_xlsx(file, columns, rows, title=title)
    file.seek(0)
    return FileResponse(file, as_attachment=True, filename=f"{title}.xlsx", content_type=XLSX)
