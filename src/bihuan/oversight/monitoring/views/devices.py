"""The page of one device, and orders to it."""

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from bihuan.kernel.ledger.models import Event
from bihuan.kernel.people.access import require
from bihuan.kernel.registers.forms import tried
from bihuan.oversight.enterprises.public import Logger
from bihuan.oversight.monitoring import desk_words
from bihuan.oversight.monitoring.actions import orders as actions
from bihuan.oversight.monitoring.forms.acts import ReasonForm
from bihuan.oversight.monitoring.forms.orders import OrderForm, commands_for
from bihuan.oversight.monitoring.models import DeviceState, Gap, Order, QuarantinedFrame
from bihuan.oversight.monitoring.permissions import ORDER
from bihuan.oversight.monitoring.queries import devices as queries
from bihuan.oversight.monitoring.queries.frames import fault_line
from bihuan.oversight.monitoring.rules.commands import BY_NUMBER, EXECUTIONS, REQUESTS
from bihuan.oversight.monitoring.rules.frame.names import FIELDS, command_name
from bihuan.oversight.monitoring.views.shared import form_page


def visible(request: HttpRequest, mn: str) -> list[Logger]:
    found = queries.periods_of(mn, request.user)
    if not found:
        raise Http404
    return found


@login_required
@require_GET
def device_page(request: HttpRequest, mn: str) -> HttpResponse:
    """When it was last heard, what it says with the decoder's view, what it owes, what it was told to do."""
    loggers = visible(request, mn)
    logger, before = loggers[0], _before(request)
    state = DeviceState.objects.filter(mn=logger.mn).first()
    frames = queries.frames_of(loggers, before=before)
    context = {
        "logger": logger,
        "loggers": loggers,
        "state": state,
        "limits": queries.thresholds(),
        "faults": _faults(state),
        "frames": frames,
        "earlier": frames[-1].received_at if len(frames) == queries.FRAMES else None,
        "notes": queries.notes_of(loggers),
        "gaps": Gap.objects.filter(mn=logger.mn, state=Gap.State.OPEN).order_by("-begin")[: queries.GAPS],
        "orders": queries.orders_of(logger.mn),
        "aside": QuarantinedFrame.objects.filter(mn__iexact=logger.mn, state="waiting").count(),
        "events": Event.objects.filter(stream=f"devices:{logger.mn}").order_by("seq"),
        "may_order": actions.may_order(logger, request.user) and not getattr(request, "as_of", None),
        "now": timezone.now(),
        **_words(),
    }
    return render(request, "monitoring/device.html", context)


def _before(request: HttpRequest) -> datetime:
    """Frames received earlier than `?before=`; now without it."""
    try:
        asked = parse_datetime(request.GET.get("before", ""))
    except ValueError:
        asked = None
    return asked if asked is not None and timezone.is_aware(asked) else timezone.now()


def _faults(state: DeviceState | None) -> list[tuple[Any, int]]:
    """Each fault of the device's frames in words, the most frequent first."""
    counted = sorted((state.faults if state else {}).items(), key=lambda one: -one[1])
    return [(fault_line(code), count) for code, count in counted]


def _words() -> dict[str, Any]:
    return {
        "desk": desk_words,
        "command_name": command_name,
        "field_names": FIELDS,
        "executions": EXECUTIONS,
        "requests": REQUESTS,
    }


@login_required
@require_http_methods(["GET", "POST"])
def device_order(request: HttpRequest, mn: str, command: int = 0) -> HttpResponse:
    """Choose a command, then say its parameters and why."""
    logger = visible(request, mn)[0]
    require(request.user, ORDER, path=logger.jurisdiction_path)
    known = BY_NUMBER.get(command)
    if not command:
        asking, history, changing = commands_for(logger.edition)
        context = {"logger": logger, "asking": asking, "history": history, "changing": changing}
        return render(request, "monitoring/order.html", context)
    if known is None or logger.edition not in known.editions:
        raise Http404
    form = OrderForm(known, request.POST if request.method == "POST" else None)
    if form.is_valid() and tried(form, lambda: _order(logger, form, request.user)):
        messages.success(request, _("Ordered. It is sent as soon as the device is connected."))
        return redirect(f"{reverse('device', args=[logger.mn])}#orders")
    back = (reverse("device-order", args=[logger.mn]), _("Other commands to %(mn)s") % {"mn": logger.mn})
    warning = _("This changes the device; it is recorded under your name.") if known.changes else ""
    title = f"{known.number} {known.label}"
    return form_page(request, form, title=title, label=_("Order it"), back=back, help=warning)


def _order(logger: Logger, form: OrderForm, by: Any) -> Order:
    said = {"parameters": form.parameters, "reason": form.cleaned_data["reason"]}
    return actions.order(logger, by=by, command=form.command.number, **said)


@login_required
@require_http_methods(["GET", "POST"])
def order_withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    order = get_object_or_404(queries.visible_orders(request.user), pk=pk)
    logger = get_object_or_404(Logger.objects.visible_to(request.user), pk=order.logger)
    require(request.user, ORDER, path=logger.jurisdiction_path)
    form = ReasonForm(request.POST if request.method == "POST" else None)
    address = f"{reverse('device', args=[order.mn])}#orders"
    if form.is_valid() and tried(form, lambda: actions.withdraw(order, by=request.user, **form.cleaned_data)):
        return redirect(address)
    said = f"{order.command} {command_name(order.command)}"
    return form_page(
        request,
        form,
        title=_("Withdraw the order"),
        label=_("Withdraw it"),
        back=(address, order.mn),
        said=said,
    )
