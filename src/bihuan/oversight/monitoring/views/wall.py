"""The wall: every monitored outlet by state and county, redrawn every few seconds."""

from collections import Counter
from dataclasses import dataclass
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

from bihuan.kernel.places.models import Jurisdiction
from bihuan.oversight.monitoring.queries.standing import MARKS, Standing, counted, urgent

SECONDS = 4
LEVELS = (Jurisdiction.Level.COUNTY, Jurisdiction.Level.FUNCTIONAL)


@dataclass(frozen=True)
class CountyRow:
    place: Jurisdiction
    counts: dict[str, int]

    @property
    def total(self) -> int:
        return sum(self.counts.values())


@login_required
@require_GET
def wall(request: HttpRequest) -> HttpResponse:
    return render(request, "monitoring/wall.html", {**_counts(request.user), "tiles": settings.BIHUAN_TILES})


@login_required
@require_GET
def wall_counts(request: HttpRequest) -> HttpResponse:
    """The part that changes."""
    return render(request, "monitoring/_wall.html", _counts(request.user))


def _counts(user: Any) -> dict[str, Any]:
    counts = counted(user)
    return {
        "counties": list(county_rows(counts)),
        "totals": {one: sum(n for (_path, name), n in counts.items() if name == one) for one in Standing},
        "standings": list(Standing),
        "marks": MARKS,
        "outlets_url": outlets_url,
        "at": timezone.now(),
        "seconds": SECONDS,
    }


@login_required
@require_GET
def counties(request: HttpRequest) -> JsonResponse:
    """Boundaries with the counts of the reader's outlets; `overdue` is what the map paints as urgent."""
    rows = county_rows(counted(request.user))
    return JsonResponse({"type": "FeatureCollection", "features": [_county(row) for row in rows]})


def _county(row: CountyRow) -> dict[str, Any]:
    place = row.place
    properties = {
        "name": place.name,
        "open": row.total,
        "overdue": row.counts[Standing.EXCEEDING],
        "open_word": _("Outlets"),
        "overdue_word": _("exceeding"),
        "lon": place.label_lon,
        "lat": place.label_lat,
        "url": outlets_url(jurisdiction=place.code),
    }
    return {"type": "Feature", "geometry": place.boundary, "properties": properties}


@login_required
@require_GET
def points(request: HttpRequest) -> JsonResponse:
    """Outlets that exceed or soon may, where they stand."""
    features = [_point(outlet) for outlet in urgent(request.user)]
    return JsonResponse({"type": "FeatureCollection", "features": features})


def _point(outlet: Any) -> dict[str, Any]:
    standing = Standing(outlet.standing)
    own = outlet if outlet.lon is not None else outlet.enterprise
    properties = {
        "number": outlet.code,
        "title": outlet.enterprise.name,
        "said": str(standing.label),
        "kind": MARKS[standing],
        "url": reverse("monitoring-outlet", args=[outlet.pk]),
    }
    geometry = {"type": "Point", "coordinates": [own.lon, own.lat]}
    return {"type": "Feature", "geometry": geometry, "properties": properties}


def county_rows(counts: Counter[tuple[str, str]]) -> Any:
    for place in Jurisdiction.objects.filter(level__in=LEVELS).order_by("path"):
        yield CountyRow(place, {one: _inside(counts, place.path, one) for one in Standing})


def _inside(counts: Counter[tuple[str, str]], place: str, standing: str) -> int:
    return sum(n for (path, name), n in counts.items() if name == standing and path.startswith(place))


def outlets_url(**chosen: str) -> str:
    return f"{reverse('monitored-outlets-list')}?{urlencode(chosen)}"
