"""The auditor's pages: checkpoints, verifying now, and the proof behind each seal."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from bihuan.kernel.errors import BihuanError, Forbidden
from bihuan.kernel.ledger import codes
from bihuan.kernel.ledger.actions.auditing import ask_for_audit
from bihuan.kernel.ledger.jobs import audit_ledger
from bihuan.kernel.ledger.models import Audit, Event, Unsealed
from bihuan.kernel.people.access import actor_of
from bihuan.loop.queries.labels import event_label
from bihuan.web.ledger import queries

SHOWN = 30
AUDITS = 10


@require_GET
@login_required
def overview(request: HttpRequest) -> HttpResponse:
    _audit_only(request)
    audits = list(Audit.objects.all()[:AUDITS])
    context: dict[str, Any] = {"audits": audits, "running": any(one.finished_at is None for one in audits)}
    if request.headers.get("HX-Request"):
        return render(request, "ledger/_audits.html", context)
    context |= {"checkpoints": queries.checkpoints()[:SHOWN], "waiting": Unsealed.objects.count()}
    return render(request, "ledger/overview.html", context)


@require_POST
@login_required
def verify(request: HttpRequest) -> HttpResponse:
    """Have the whole ledger verified in the background, against an anchor line if the asker holds one."""
    _audit_only(request)
    try:
        with transaction.atomic():
            audit = ask_for_audit(by=actor_of(request.user), line=request.POST.get("line", ""))
            audit_ledger.defer(audit=audit.pk)
    except BihuanError as refusal:
        messages.error(request, str(refusal))
    return redirect("ledger")


@require_GET
@login_required
def checkpoint(request: HttpRequest, pk: int) -> HttpResponse:
    """One checkpoint as a sheet to print and keep: line, QR code, and how it continues the one before."""
    _audit_only(request)
    found = get_object_or_404(queries.checkpoints(), pk=pk)
    context = {
        "checkpoint": found,
        "before": queries.continues(found),
        "code": mark_safe(codes.svg(found.anchor.line)),
    }
    return render(request, "ledger/checkpoint.html", context)


@require_GET
@login_required
def event(request: HttpRequest, pk: int) -> HttpResponse:
    found = queries.proved(_visible(request, pk))
    return render(request, "ledger/event.html", {"proved": found, "label": event_label(found.event.kind)})


@require_GET
@login_required
def proof(request: HttpRequest, pk: int) -> HttpResponse:
    """The proof as a file that can be checked anywhere."""
    found = queries.proved(_visible(request, pk))
    if found.proof is None:
        raise Http404
    options = {"ensure_ascii": False, "indent": 1}
    answer = JsonResponse(found.proof, json_dumps_params=options)
    answer["Content-Disposition"] = f'attachment; filename="proof-{pk}.json"'
    return answer


def _audit_only(request: HttpRequest) -> None:
    if not queries.may_audit(request.user):
        raise Forbidden(permission=_("verify the ledger"))


def _visible(request: HttpRequest, pk: int) -> Event:
    found = queries.find_event(request.user, pk)
    if found is None:
        raise Http404
    return found
