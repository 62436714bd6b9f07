"""A frame that was set aside: what the decoder makes of it, and what is to become of it."""

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_http_methods

from bihuan.kernel.ledger.models import Event
from bihuan.kernel.people.access import require
from bihuan.kernel.registers.forms import tried
from bihuan.oversight.monitoring import desk_words
from bihuan.oversight.monitoring.actions import quarantine as actions
from bihuan.oversight.monitoring.forms.acts import OptionalReasonForm, ReasonForm
from bihuan.oversight.monitoring.models import QuarantinedFrame
from bihuan.oversight.monitoring.permissions import QUARANTINE
from bihuan.oversight.monitoring.queries import devices as queries
from bihuan.oversight.monitoring.queries.frames import raw_text, views
from bihuan.oversight.monitoring.views.shared import Act, form_page

ACTS = {
    "replay": Act(
        _("Run once more"),
        OptionalReasonForm,
        actions.replay,
        _("It is read with what is known now; its data are marked as replayed."),
    ),
    "discard": Act(
        _("Discard"),
        ReasonForm,
        actions.discard,
        _("The frame holds nothing to be stored. It stays in this list with your reason."),
    ),
}


def visible(request: HttpRequest, pk: int) -> QuarantinedFrame:
    return get_object_or_404(queries.quarantine(request.user), pk=pk)


@login_required
@require_GET
def frame_page(request: HttpRequest, pk: int) -> HttpResponse:
    kept = visible(request, pk)
    raw = bytes(kept.raw)
    waiting = kept.state == QuarantinedFrame.State.WAITING and not getattr(request, "as_of", None)
    context = {
        "kept": kept,
        "raw": raw_text(raw),
        "views": views(raw, at=kept.received_at),
        "known": bool(queries.periods_of(kept.mn, request.user)) if kept.mn else False,
        "acts": ACTS if waiting and actions.may_settle(request.user) else {},
        "events": Event.objects.filter(stream=f"quarantine:{kept.pk}").order_by("seq"),
        "desk": desk_words,
    }
    return render(request, "monitoring/quarantined.html", context)


@login_required
@require_http_methods(["GET", "POST"])
def frame_act(request: HttpRequest, pk: int, act: str) -> HttpResponse:
    if act not in ACTS:
        raise Http404
    kept, found = visible(request, pk), ACTS[act]
    require(request.user, QUARANTINE)
    form = found.form(request.POST if request.method == "POST" else None)
    if form.is_valid() and tried(form, lambda: found.do(kept, by=request.user, **form.cleaned_data)):
        return redirect("quarantined-frame", pk)
    back = (reverse("quarantined-frame", args=[pk]), str(kept))
    return form_page(request, form, title=found.label, label=found.label, help=found.help, back=back)
