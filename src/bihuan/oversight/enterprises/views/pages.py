"""The enterprise's page with its map and plate, and the rule behind the colours."""

import tempfile
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import FileResponse, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import mark_safe
from django.views.decorators.http import require_GET

from bihuan.kernel.errors import Refused
from bihuan.kernel.people.access import post_for, require
from bihuan.kernel.registers.export import XLSX
from bihuan.loop.queries.labels import event_label as loop_event_label
from bihuan.oversight.enterprises import facts, labels
from bihuan.oversight.enterprises.actions.colour import rule_on
from bihuan.oversight.enterprises.actions.merging import why_not_undone
from bihuan.oversight.enterprises.imports import IMPORTERS
from bihuan.oversight.enterprises.imports.template import write_template
from bihuan.oversight.enterprises.models import ColourRule, Enterprise, Site
from bihuan.oversight.enterprises.permissions import CODES, COLOUR, MANAGE, MERGE, OBJECT
from bihuan.oversight.enterprises.plates import drawn_code
from bihuan.oversight.enterprises.queries import page as queries
from bihuan.oversight.enterprises.rules.colour import TRIGGERS

MAY = {"manage": MANAGE, "merge": MERGE, "codes": CODES, "colour": COLOUR}


def visible(request: HttpRequest, pk: int) -> Enterprise:
    rows = Enterprise.objects.visible_to(request.user).select_related("jurisdiction", "unit", "merged_into")
    return get_object_or_404(rows, pk=pk)


@login_required
@require_GET
def enterprise_page(request: HttpRequest, pk: int) -> HttpResponse:
    """The one place where everything about an enterprise meets; a merged entry leads to the kept one."""
    enterprise = visible(request, pk)
    if enterprise.merged_into_id:
        return redirect("enterprise", enterprise.merged_into_id)
    as_of = getattr(request, "as_of", None)
    page = queries.page(enterprise, request.user, as_of)
    context = {
        "page": page,
        "enterprise": enterprise,
        "may": {} if as_of else rights(request.user, enterprise),
        "labels": labels,
        "event_label": lambda kind: labels.EVENTS.get(kind) or loop_event_label(kind),
        "mergers": [(one, list(why_not_undone(one))) for one in page.absorbed],
        "today": timezone.localdate(),
    }
    return render(request, "enterprises/enterprise.html", context)


def rights(user: Any, enterprise: Enterprise) -> dict[str, bool]:
    path = enterprise.jurisdiction_path
    held = {name: post_for(user, permission, path=path) is not None for name, permission in MAY.items()}
    own = [enterprise.unit_id] if enterprise.unit_id else []
    return held | {"object": bool(own) and post_for(user, OBJECT, path="", units=own) is not None}


@login_required
@require_GET
def enterprise_map(request: HttpRequest, pk: int) -> JsonResponse:
    """Sites as labelled points; the map frames them (WGS-84)."""
    sites = visible(request, pk).sites.exclude(lon=None)
    return _collection(_site(site) for site in sites)


@login_required
@require_GET
def enterprise_points(request: HttpRequest, pk: int) -> JsonResponse:
    outlets = visible(request, pk).outlets.exclude(lon=None).filter(closed_on=None)
    return _collection(
        _point(
            outlet,
            number=outlet.code,
            title=outlet.name,
            said=str(outlet.get_medium_display()),
            kind="info",
            url=f"{reverse('enterprise', args=[pk])}#outlet-{outlet.pk}",
        )
        for outlet in outlets
    )


def _site(site: Site) -> dict[str, Any]:
    return _point(site, name=site.name, lon=site.lon, lat=site.lat)


def _point(record: Any, **properties: Any) -> dict[str, Any]:
    geometry = {"type": "Point", "coordinates": [record.lon, record.lat]}
    return {"type": "Feature", "geometry": geometry, "properties": properties}


def _collection(features: Any) -> JsonResponse:
    return JsonResponse({"type": "FeatureCollection", "features": list(features)})


@login_required
@require_GET
def plate(request: HttpRequest, pk: int) -> HttpResponse:
    """The plate to print and hang up, as A5 or A6; printing to a file gives a PDF."""
    enterprise = visible(request, pk)
    code = enterprise.codes.filter(revoked_at=None).first()
    if code is None:
        raise Refused(reason=labels.NO_CODE)
    size = request.GET.get("size", "a5")
    context = {
        "enterprise": enterprise,
        "size": size if size in ("a5", "a6") else "a5",
        "code": mark_safe(drawn_code(request, code)),
        "issued_on": timezone.localdate(code.issued_at),
    }
    return render(request, "enterprises/plate.html", context)


@login_required
@require_GET
def colour_rule(request: HttpRequest) -> HttpResponse:
    """The trigger table in words, with its numbers, their basis and what is connected."""
    told_by = {
        one.id: [str(source.label) for source in facts.sources() if source.kinds & one.kinds]
        for one in TRIGGERS
    }
    context = {
        "rule": rule_on(timezone.localdate()),
        "versions": ColourRule.objects.all(),
        "triggers": [(one, told_by[one.id]) for one in TRIGGERS],
        "labels": labels,
    }
    return render(request, "enterprises/colour_rule.html", context)


@login_required
@require_GET
def template_file(request: HttpRequest) -> FileResponse:
    require(request.user, MANAGE)
    # Closed by FileResponse once the last byte is sent.
    file = tempfile.TemporaryFile()  # noqa: SIM115
    write_template(file, IMPORTERS)
    file.seek(0)
    return FileResponse(file, as_attachment=True, filename="企业档案导入模板.xlsx", content_type=XLSX)
