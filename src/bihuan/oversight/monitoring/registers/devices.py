"""台账 of devices: all of them with the silent ones first, their gaps, orders, and frames set aside."""

from datetime import datetime
from typing import Any

from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from bihuan.kernel.registers.bulk import BulkAct
from bihuan.kernel.registers.columns import Column
from bihuan.kernel.registers.filters import (
    BooleanFilter,
    ChoiceFilter,
    DateRangeFilter,
    JurisdictionFilter,
    TextFilter,
)
from bihuan.kernel.registers.register import Register, register
from bihuan.oversight.enterprises.public import Edition, Logger, enterprise_url
from bihuan.oversight.monitoring.actions import quarantine as actions
from bihuan.oversight.monitoring.desk_words import (
    CONTACT_MARKS,
    GAP_MARKS,
    ORDER_MARKS,
    QUARANTINE_MARKS,
    Contact,
)
from bihuan.oversight.monitoring.forms.acts import OptionalReasonForm, ReasonForm
from bihuan.oversight.monitoring.models import Gap, Order, QuarantinedFrame
from bihuan.oversight.monitoring.permissions import QUARANTINE
from bihuan.oversight.monitoring.queries import devices as queries
from bihuan.oversight.monitoring.queries.frames import fault_line
from bihuan.oversight.monitoring.rules.frame.names import command_name


def device_url(record: Any) -> str:
    return reverse("device", args=[record.mn]) if record.mn else ""


def contact_of(logger: Any) -> Contact:
    """How a device stands, by the silence that rule T2 allows."""
    if logger.last_seen is None:
        return Contact.NEVER
    return Contact.SILENT if logger.last_seen < logger.silent_since else Contact.HEARD


def clock_said(logger: Any) -> str:
    return "" if logger.clock_error_s is None else f"{logger.clock_error_s:+.0f} s"


def in_contact(value: str) -> Q:
    return {
        Contact.NEVER: Q(last_seen=None),
        Contact.SILENT: Q(last_seen__lt=_silent_since()),
        Contact.HEARD: Q(last_seen__gte=_silent_since()),
    }[Contact(value)]


def _silent_since() -> datetime:
    return timezone.now() - queries.thresholds().silent


@register
class DeviceRegister(Register):
    id = "devices"
    title = _("Devices")
    description = _("Every data logger in force; the one that has been silent longest stands first.")
    model = Logger
    related = ("enterprise", "jurisdiction")
    prefetch = ("outlets",)
    columns = (
        Column("mn", _("Device number MN"), sort="mn", kind="mono"),
        Column(
            "contact",
            _("Heard or silent"),
            value=lambda one: contact_of(one).label,
            kind="badge",
            badge=lambda one: CONTACT_MARKS[contact_of(one)],
        ),
        Column(
            "last_seen",
            _("Last heard"),
            value=lambda one: one.last_seen or _("never"),
            sort="heard",
            kind="datetime",
        ),
        Column("clock_error_s", _("Clock error"), value=clock_said, sort="clock_error_s", kind="number"),
        Column("enterprise", _("Enterprise"), value="enterprise.name", url=enterprise_url, kind="link"),
        Column(
            "outlets",
            _("Outlets"),
            value=lambda one: [outlet.code for outlet in one.outlets.all()],
            kind="mono",
        ),
        Column("edition", _("Edition"), sort="edition"),
        Column("jurisdiction", _("Jurisdiction"), sort="jurisdiction_path"),
    )
    extra = (
        Column("last_data_time", _("Newest data"), sort="last_data_time", kind="datetime"),
        Column("spoken", _("Edition spoken")),
        Column("peer", _("Address"), kind="mono"),
        Column("connected", _("Connected"), sort="connected"),
        Column("second_seen", _("Second address seen"), kind="datetime"),
    )
    filters = (
        ChoiceFilter(
            "contact", _("Heard or silent"), choices=Contact.choices, condition=in_contact, multiple=True
        ),
        JurisdictionFilter(),
        ChoiceFilter("edition", _("Edition"), field="edition", choices=Edition.choices),
        BooleanFilter("clash", _("Heard from two addresses"), condition=Q(second_seen__isnull=False)),
        TextFilter("mn", _("Device number MN"), field="mn"),
        TextFilter("enterprise", _("Enterprise"), field="enterprise__name"),
    )
    number_fields = ("mn",)
    default_sort = "heard"

    def queryset(self, user: Any, as_of: datetime | None) -> Any:
        del as_of
        return queries.devices(user)

    def detail_url(self, obj: Any) -> str:
        return device_url(obj)


@register
class GapRegister(Register):
    id = "gaps"
    title = _("Gaps in the records")
    description = _("Records that should be there and are not; each is asked for, and closed when it came.")
    model = Gap
    columns = (
        Column(
            "outlet",
            _("Outlet"),
            value=lambda one: f"{one.enterprise_name} {one.outlet_code}",
            sort="enterprise_name",
        ),
        Column("command", _("Records"), value=lambda one: command_name(one.command), sort="command"),
        Column("begin", _("From"), sort="begin", kind="datetime"),
        Column("end", _("To"), sort="end", kind="datetime"),
        Column("missing", _("Missing"), sort="missing", kind="number"),
        Column(
            "state", _("State"), kind="badge", badge=lambda one: GAP_MARKS[Gap.State(one.state)], sort="state"
        ),
        Column("asked", _("Asked for"), sort="asked", kind="number"),
        Column("mn", _("Device number MN"), url=device_url, kind="mono", sort="mn"),
    )
    extra = (
        Column("found_at", _("Found"), sort="found_at", kind="datetime"),
        Column("closed_at", _("Closed"), sort="closed_at", kind="datetime"),
    )
    filters = (
        ChoiceFilter("state", _("State"), field="state", choices=Gap.State.choices, multiple=True),
        JurisdictionFilter(field="place"),
        ChoiceFilter(
            "command",
            _("Records"),
            field="command",
            choices=lambda: [(code, command_name(code)) for code in (2051, 2061, 2031)],
        ),
        DateRangeFilter("begin", _("From"), field="begin"),
        TextFilter("enterprise", _("Enterprise"), field="enterprise_name"),
        TextFilter("mn", _("Device number MN"), field="mn"),
    )
    default_sort = "-begin"

    def queryset(self, user: Any, as_of: datetime | None) -> Any:
        del as_of
        return queries.gaps(user)

    def detail_url(self, obj: Any) -> str:
        return reverse("monitoring-outlet", args=[obj.outlet])


@register
class OrderRegister(Register):
    id = "orders"
    title = _("Orders to devices")
    description = _("What devices were told to do, by whom and why, and what they answered.")
    model = Order
    columns = (
        Column("mn", _("Device number MN"), sort="mn", kind="mono"),
        Column(
            "command",
            _("Command"),
            value=lambda one: f"{one.command} {command_name(one.command)}",
            sort="command",
        ),
        Column(
            "parameters",
            _("Parameters"),
            value=lambda one: [f"{name}={text}" for name, text in one.parameters],
        ),
        Column(
            "state",
            _("State"),
            kind="badge",
            badge=lambda one: ORDER_MARKS[Order.State(one.state)],
            sort="state",
        ),
        Column("by", _("By"), value=lambda one: one.by.name if one.by else _("the system")),
        Column("reason", _("Reason")),
        Column("made_at", _("Ordered"), sort="made_at", kind="datetime"),
        Column("ended_at", _("Ended"), sort="ended_at", kind="datetime"),
    )
    filters = (
        ChoiceFilter("state", _("State"), field="state", choices=Order.State.choices, multiple=True),
        TextFilter("mn", _("Device number MN"), field="mn"),
        BooleanFilter("by_hand", _("By a person"), condition=Q(by__isnull=False)),
        DateRangeFilter("made", _("Ordered"), field="made_at"),
    )
    default_sort = "-made_at"

    def queryset(self, user: Any, as_of: datetime | None) -> Any:
        del as_of
        return queries.visible_orders(user)

    def detail_url(self, obj: Any) -> str:
        return f"{device_url(obj)}#orders"


def replayed(frame: QuarantinedFrame, *, by: Any, reason: str) -> str:
    actions.replay(frame, by=by, reason=reason)
    return str(_("stored"))


def discarded(frame: QuarantinedFrame, *, by: Any, reason: str) -> str:
    actions.discard(frame, by=by, reason=reason)
    return str(_("discarded"))


@register
class QuarantineRegister(Register):
    id = "quarantine"
    title = _("Frames set aside")
    description = _(
        "Frames that could not be stored and were not acknowledged; "
        "the same bytes again are counted, not repeated."
    )
    model = QuarantinedFrame
    columns = (
        Column("last_at", _("Last received"), sort="last_at", kind="datetime"),
        Column("mn", _("Device number MN"), value=lambda one: one.mn or "—", sort="mn", kind="mono"),
        Column("reason", _("Reason"), sort="reason"),
        Column("faults", _("Faults"), value=lambda one: [str(fault_line(code).text) for code in one.faults]),
        Column("times", _("Times"), sort="times", kind="number"),
        Column("peer", _("Address"), kind="mono"),
        Column(
            "state",
            _("State"),
            kind="badge",
            badge=lambda one: QUARANTINE_MARKS[QuarantinedFrame.State(one.state)],
            sort="state",
        ),
    )
    extra = (
        Column("received_at", _("First received"), sort="received_at", kind="datetime"),
        Column("settled_at", _("Settled at"), sort="settled_at", kind="datetime"),
        Column("settled_by", _("Settled by"), value="settled_by.name"),
        Column("settled_because", _("Because")),
    )
    filters = (
        ChoiceFilter(
            "state", _("State"), field="state", choices=QuarantinedFrame.State.choices, multiple=True
        ),
        ChoiceFilter(
            "reason", _("Reason"), field="reason", choices=QuarantinedFrame.Reason.choices, multiple=True
        ),
        TextFilter("mn", _("Device number MN"), field="mn"),
        TextFilter("peer", _("Address"), field="peer"),
        DateRangeFilter("last", _("Last received"), field="last_at"),
    )
    default_sort = "-last_at"
    bulk = (
        BulkAct("replay", _("Run once more"), QUARANTINE, replayed, form=OptionalReasonForm),
        BulkAct("discard", _("Discard"), QUARANTINE, discarded, form=ReasonForm),
    )

    def queryset(self, user: Any, as_of: datetime | None) -> Any:
        del as_of
        return queries.quarantine(user)

    def detail_url(self, obj: Any) -> str:
        return reverse("quarantined-frame", args=[obj.pk])
