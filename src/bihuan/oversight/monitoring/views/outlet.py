"""An outlet's page: curves of its factors over any span, with limits, marks, gaps, alarms and the data."""

import tempfile
from collections.abc import Callable
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.cache import patch_vary_headers
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET

from bihuan.kernel.registers.columns import cell
from bihuan.kernel.registers.export import CSV, XLSX, write_csv, write_xlsx
from bihuan.oversight.monitoring import labels, words
from bihuan.oversight.monitoring.actions.marks import may_mark
from bihuan.oversight.monitoring.drawing import drawing_of, worst
from bihuan.oversight.monitoring.queries import curves
from bihuan.oversight.monitoring.queries.curves import Asked
from bihuan.oversight.monitoring.queries.standing import MARKS, standing_of
from bihuan.oversight.monitoring.rules.spans import SPANS, Points
from bihuan.oversight.monitoring.tables import all_rows, columns_of, sheet_of
from bihuan.oversight.monitoring.views.asking import address, asked_of, page_number, until_of, visible

LIVE_SECONDS = 5
WRITERS: dict[str, tuple[Callable[..., Any], str]] = {"xlsx": (write_xlsx, XLSX), "csv": (write_csv, CSV)}


@login_required
@require_GET
def outlet_page(request: HttpRequest, pk: int) -> HttpResponse:
    """The whole page, or for htmx only the part that follows the chosen factor and span."""
    outlet = visible(request, pk)
    factors = curves.factors_of(outlet)
    asked = asked_of(request, outlet, factors)
    context: dict[str, Any] = {"outlet": outlet, "may_mark": may_mark(outlet, request.user)}
    if asked is not None:
        context |= _shown(request, asked, factors)
    if request.headers.get("HX-Target") == "curve-part" and asked is not None:
        return _varied(render(request, "monitoring/_curve.html", context))
    standing = standing_of(outlet.pk, request.user)
    context |= {"standing": standing, "mark": MARKS[standing] if standing else "none"}
    return _varied(render(request, "monitoring/outlet.html", context))


def _varied(answer: HttpResponse) -> HttpResponse:
    patch_vary_headers(answer, ["HX-Target"])
    return answer


def _shown(request: HttpRequest, asked: Asked, factors: list[str]) -> dict[str, Any]:
    curve, sheet = curves.curve_of(asked), sheet_of(asked, page_number(request))
    value = "" if asked.converted or not curves.converts(asked.outlet, asked.factor) else "measured"
    here = "monitoring-outlet"
    now = until_of(asked)
    return {
        "asked": asked,
        "curve": curve,
        "worst": worst(curve.points),
        "sheet": sheet,
        "columns": sheet.columns,
        "rows": [[cell(column, row) for column in sheet.columns] for row in sheet.rows],
        "factors": [
            (one, words.factor_name(one), address(here, asked, factor=one, until=now)) for one in factors
        ],
        "spans": [(one, address(here, asked, span=one.key, until=now, value=value)) for one in SPANS],
        "values": _values(asked, now),
        "earlier": address(here, asked, until=until_of(asked, steps=-1), value=value),
        "later": address(here, asked, until=until_of(asked, steps=1), value=value) if now else "",
        "pages": [
            address(here, asked, until=now, value=value, page=n)
            for n in (sheet.page - 1, sheet.page + 1)
        ],
        "data_url": address("monitoring-curve", asked, until=now, value=value),
        "xlsx": address("monitoring-data", asked, until=now, value=value, format="xlsx"),
        "csv": address("monitoring-data", asked, until=now, value=value, format="csv"),
        "live": LIVE_SECONDS if not now and asked.span.points is Points.SENT else 0,
        "labels": labels,
        "factor_name": words.factor_name,
        "unit": words.shown_unit(curve.unit),
    }  # fmt: skip


def _values(asked: Asked, now: str) -> list[tuple[Any, bool, str]]:
    """Converted or as measured, where both exist."""
    if not curves.converts(asked.outlet, asked.factor):
        return []
    here = "monitoring-outlet"
    return [
        (_("converted"), asked.converted, address(here, asked, until=now)),
        (_("as measured"), not asked.converted, address(here, asked, until=now, value="measured")),
    ]


def _asked(request: HttpRequest, pk: int) -> Asked:
    outlet = visible(request, pk)
    asked = asked_of(request, outlet, curves.factors_of(outlet))
    if asked is None:
        raise Http404
    return asked


@login_required
@require_GET
def curve_data(request: HttpRequest, pk: int) -> JsonResponse:
    """What the script draws."""
    return JsonResponse(drawing_of(curves.curve_of(_asked(request, pk))))


@login_required
@require_GET
def export(request: HttpRequest, pk: int) -> FileResponse:
    asked = _asked(request, pk)
    form = request.GET.get("format", "xlsx")
    if form not in WRITERS:
        raise Http404
    write, kind = WRITERS[form]
    title = f"{asked.outlet.enterprise} {asked.outlet.code} {words.factor_name(asked.factor)}"
    # Closed by FileResponse once the last byte is sent.
    file = tempfile.TemporaryFile()  # noqa: SIM115
    write(file, columns_of(asked), all_rows(asked), title=title)
    file.seek(0)
    name = f"{title} {timezone.localtime(asked.window.end):%Y-%m-%d}.{form}"
    return FileResponse(file, as_attachment=True, filename=name, content_type=kind)
