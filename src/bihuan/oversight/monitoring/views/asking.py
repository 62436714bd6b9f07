"""What a reader of curves asks for: outlet, factor, span, until when; rubbish falls back to what suits."""

from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_datetime

from bihuan.oversight.enterprises.public import Outlet
from bihuan.oversight.monitoring.queries import curves
from bihuan.oversight.monitoring.queries.curves import Asked
from bihuan.oversight.monitoring.rules.spans import BY_KEY, Span, window_of

DEFAULT = "week"


def visible(request: HttpRequest, pk: int) -> Outlet:
    rows = Outlet.objects.visible_to(request.user).select_related("enterprise", "site", "jurisdiction")
    return get_object_or_404(rows, pk=pk)


def asked_of(request: HttpRequest, outlet: Outlet, factors: list[str]) -> Asked | None:
    """None where the outlet has no factor at all."""
    if not factors:
        return None
    factor = request.GET.get("factor", "")
    factor = factor if factor in factors else factors[0]
    span = BY_KEY.get(request.GET.get("span", ""), BY_KEY[DEFAULT])
    latest = getattr(request, "as_of", None) or timezone.now()
    until = min(_moment(request.GET.get("until", "")) or latest, latest)
    converts = curves.converts(outlet, factor)
    measured = request.GET.get("value") == "measured"
    return Asked(outlet, factor, span, window_of(span, until), converted=converts and not measured)


def _moment(text: str) -> datetime | None:
    try:
        found = parse_datetime(text)
    except ValueError:
        return None
    return timezone.make_aware(found) if found and timezone.is_naive(found) else found


def page_number(request: HttpRequest) -> int:
    text = request.GET.get("page", "")
    return max(1, int(text)) if text.isascii() and text.isdigit() and len(text) < 7 else 1


def question(asked: Asked, **changed: Any) -> dict[str, str]:
    """The asked-for as an address has it, with some parts changed; None takes one out."""
    parts: dict[str, Any] = {
        "factor": asked.factor,
        "span": asked.span.key,
        "until": f"{asked.window.end:%Y-%m-%dT%H:%M:%S%z}",
        **changed,
    }
    return {name: str(value) for name, value in parts.items() if value not in (None, "")}


def address(name: str, asked: Asked, **changed: Any) -> str:
    return f"{reverse(name, args=[asked.outlet.pk])}?{urlencode(question(asked, **changed))}"


def until_of(asked: Asked, span: Span | None = None, *, steps: int = 0) -> str:
    """The end of the window, moved by whole spans; empty for one that ends now."""
    length = (span or asked.span).length
    end = asked.window.end + steps * length
    return "" if end >= timezone.now() else timezone.localtime(end).strftime("%Y-%m-%dT%H:%M")
