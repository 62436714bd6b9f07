"""Behind the printed code: a card for everybody, a door for the enterprise, a gate for officers."""

from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from bihuan.kernel.identity.requests import address_of
from bihuan.kernel.people.access import post_for, require
from bihuan.kernel.registers.forms import tried
from bihuan.oversight.enterprises import labels
from bihuan.oversight.enterprises.actions import codes as actions
from bihuan.oversight.enterprises.forms.acts import JustifyForm, VisitForm
from bihuan.oversight.enterprises.models import Enterprise, EnterpriseCode, Scan
from bihuan.oversight.enterprises.permissions import INSPECT
from bihuan.oversight.enterprises.queries import codes as queries
from bihuan.oversight.enterprises.queries import page as pages
from bihuan.oversight.enterprises.views.records import form_page


@never_cache
@require_GET
def card(request: HttpRequest, text: str) -> HttpResponse:
    """The public card, alike for a made-up code and one that never was; officers' readings are kept."""
    try:
        queries.count_call(address_of(request) or "")
        code = queries.code_behind(text)
    except queries.TooManyCalls as error:
        return _sorry(request, str(error), status=429)
    except queries.CodeRevoked as error:
        return _sorry(request, str(error), status=410)
    if code is None:
        raise Http404
    return _card(request, code, text, _officer_form(request, code))


@never_cache
@login_required
@require_POST
def inspect(request: HttpRequest, text: str) -> HttpResponse:
    """An officer says why they came; then the enterprise's page opens."""
    try:
        code = queries.code_behind(text)
    except queries.CodeRevoked as error:
        return _sorry(request, str(error), status=410)
    if code is None:
        raise Http404
    require(request.user, INSPECT, path=code.enterprise.current.jurisdiction_path)
    form = VisitForm(request.POST)
    if form.is_valid() and tried(form, lambda: actions.begin_inspection(code, form.visit(), by=request.user)):
        return redirect("enterprise", code.enterprise.current.pk)
    return _card(request, code, text, form)


@login_required
@require_http_methods(["GET", "POST"])
def justify(request: HttpRequest, scan: int) -> HttpResponse:
    """Only whoever began the emergency inspection gets here."""
    found = get_object_or_404(Scan.objects.select_related("enterprise"), pk=scan, user=request.user)
    form = JustifyForm(request.POST or None)
    if form.is_valid() and tried(form, lambda: actions.justify(found, by=request.user, **form.cleaned_data)):
        return redirect("enterprise", found.enterprise_id)
    title = _("Justify the emergency inspection")
    return form_page(request, found.enterprise, form, title=title, label=title, said=found.purpose)


def _officer_form(request: HttpRequest, code: EnterpriseCode) -> VisitForm | None:
    """The gate, for those who may inspect here; whatever officer looks, it is written down."""
    if post_for(request.user, INSPECT) is None:
        return None
    actions.note_look(code, by=request.user)
    here = code.enterprise.current.jurisdiction_path
    return VisitForm() if post_for(request.user, INSPECT, path=here) else None


def _card(request: HttpRequest, code: EnterpriseCode, text: str, form: VisitForm | None) -> HttpResponse:
    enterprise = code.enterprise.current
    seen = Enterprise.objects.visible_to(request.user).filter(pk=enterprise.pk).exists()
    context: dict[str, Any] = {
        "enterprise": enterprise,
        "text": text,
        "form": form,
        "own": seen and pages.audience_of(request.user, enterprise) == "clerk",
        "seen": seen and form is None,
        "colour": pages.explained(enterprise) if settings.BIHUAN_PUBLIC_COLOUR else None,
        "limits": pages.limits_now(enterprise),
        "panels": pages.card_panels(enterprise),
        "labels": labels,
    }
    answer = render(
        request, "enterprises/card.html", context, status=200 if form is None or not form.errors else 409
    )
    answer["X-Robots-Tag"] = "noindex"
    return answer


def _sorry(request: HttpRequest, reason: str, *, status: int) -> HttpResponse:
    return render(request, "enterprises/card_refused.html", {"reason": reason}, status=status)
