from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from bihuan.kernel.figures import queries as figures
from bihuan.kernel.figures.registry import Scope, entries
from bihuan.kernel.people.access import reach_of
from bihuan.loop.queries.labels import event_label
from bihuan.loop.registers import mark
from bihuan.web.city import queries

SIX = (
    "feedback_total",
    "feedback_done",
    "feedback_remaining",
    "petition_total",
    "petition_struck_off",
    "sludge_months_early",
)


def problems_url(**chosen: str) -> str:
    return f"{reverse('problems-list')}?{urlencode(chosen)}"


@require_GET
@login_required
def city(request: HttpRequest) -> HttpResponse:
    as_of = getattr(request, "as_of", None)
    moment = as_of or timezone.now()
    months, counts = queries.trend(request.user, moment), queries.Counts(request.user, as_of)
    return render(
        request,
        "city/city.html",
        {
            "totals": counts.totals(),
            "counties": counts.counties(),
            "trend": _chart(months),
            **_figures(_scope(request, moment)),
            "late": [] if as_of else queries.late(request.user),
            "events": queries.events_of_the_day(request.user, moment),
            "event_label": event_label,
            "problems_url": problems_url,
            "as_of": as_of,
            "tiles": settings.BIHUAN_TILES,
        },
    )


@require_GET
@login_required
def map_page(request: HttpRequest) -> HttpResponse:
    rows = queries.Counts(request.user, getattr(request, "as_of", None)).counties()
    return render(
        request,
        "city/map.html",
        {"counties": rows, "problems_url": problems_url, "tiles": settings.BIHUAN_TILES},
    )


@require_GET
@login_required
def counties_geojson(request: HttpRequest) -> JsonResponse:
    """Boundaries with the counts of what the reader may see; WGS-84."""
    features = []
    for row in queries.Counts(request.user, getattr(request, "as_of", None)).counties():
        properties = {
            "name": row.place.name,
            "open": row.open,
            "overdue": row.overdue,
            "open_word": _("open"),
            "overdue_word": _("overdue"),
            "lon": row.place.label_lon,
            "lat": row.place.label_lat,
            "url": problems_url(standing="open", jurisdiction=row.place.code),
        }
        features.append({"type": "Feature", "geometry": row.place.boundary, "properties": properties})
    return JsonResponse({"type": "FeatureCollection", "features": features})


@require_GET
@login_required
def points_geojson(request: HttpRequest) -> JsonResponse:
    as_of = getattr(request, "as_of", None)
    features = [
        {
            "type": "Feature",
            "geometry": {"type": "Point", "coordinates": [problem.lon, problem.lat]},
            "properties": {
                "number": problem.number,
                "title": problem.title,
                "said": str(_("open") if as_of else problem.get_state_display()),
                "kind": "info" if as_of else mark(problem),
                "url": reverse("problem", args=[problem.pk]),
            },
        }
        for problem in queries.points(request.user, as_of)
    ]
    return JsonResponse({"type": "FeatureCollection", "features": features})


def _scope(request: HttpRequest, moment: Any) -> Scope:
    reach = reach_of(request.user)
    return Scope(as_of=moment, path=reach[0] if reach else figures.city_path(), user=request.user)


def _chart(months: dict[str, list[Any]]) -> dict[str, Any]:
    return {
        "xAxis": {"type": "category", "data": months["months"]},
        "yAxis": {"type": "value"},
        "series": [
            {"name": _("found"), "type": "bar", "data": months["found"]},
            {"name": _("closed"), "type": "line", "data": months["closed"]},
        ],
    }


def _figures(scope: Scope) -> dict[str, list[Any]]:
    """Six figures that matter, and the petitions by type: largest first, without the empty ones."""
    kinds = [one.figure.id for one in entries("petitions") if one.figure.id.startswith("petition_type_")]
    found = figures.values(scope, ids=[*SIX, *kinds])
    six, types = found[: len(SIX)], found[len(SIX) :]
    return {"figures": six, "types": sorted((one for one in types if one.value), key=lambda one: -one.value)}
