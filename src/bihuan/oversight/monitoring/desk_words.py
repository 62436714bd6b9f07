"""Marks of alarms, devices and judged hours, and words for the events of the area."""

from typing import Any

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from bihuan.oversight.monitoring.models import Gap, Order, QuarantinedFrame
from bihuan.oversight.monitoring.models.alarms import Handling
from bihuan.oversight.monitoring.rules.catalogue import CITY, COUNTY, ENTERPRISE, INFORMATION
from bihuan.oversight.monitoring.rules.letters import INVALID, MISSING, PENDING, STOPPED, VALID

LEVEL_MARKS = {CITY: "late", COUNTY: "soon", ENTERPRISE: "info", INFORMATION: "none"}
HANDLING_MARKS = {
    Handling.NEW: "late",
    Handling.ACKNOWLEDGED: "soon",
    Handling.RAISED: "info",
    Handling.MARKED: "ok",
    Handling.DISMISSED: "ok",
    Handling.ANNULLED: "none",
}


class Contact(TextChoices):
    HEARD = "heard", _("in contact")
    SILENT = "silent", _("silent")
    NEVER = "never", _("never heard")


CONTACT_MARKS = {Contact.HEARD: "ok", Contact.SILENT: "late", Contact.NEVER: "none"}
GAP_MARKS = {
    Gap.State.OPEN: "soon",
    Gap.State.FILLED: "ok",
    Gap.State.NO_DATA: "none",
    Gap.State.GIVEN_UP: "late",
}
ORDER_MARKS = {
    Order.State.WAITING: "info",
    Order.State.SENT: "info",
    Order.State.ACCEPTED: "info",
    Order.State.DONE: "ok",
    Order.State.REFUSED: "late",
    Order.State.FAILED: "late",
    Order.State.SILENT: "soon",
    Order.State.WITHDRAWN: "none",
}
QUARANTINE_MARKS = {
    QuarantinedFrame.State.WAITING: "soon",
    QuarantinedFrame.State.REPLAYED: "ok",
    QuarantinedFrame.State.DISCARDED: "none",
}
HOUR_SIGNS = {VALID: "●", INVALID: "▲", STOPPED: "–", MISSING: "○", PENDING: "·"}
EVENTS: dict[str, Any] = {
    "alarm.opened": _("Alarm opened"),
    "alarm.ended": _("Alarm ended"),
    "alarm.went_on": _("Alarm went on"),
    "alarm.unsupported": _("Later data took the alarm's ground away"),
    "alarm.rose": _("Alarm moved up a level"),
    "alarm.acknowledged": _("Alarm acknowledged"),
    "alarm.marked": _("Explained by a mark"),
    "alarm.dismissed": _("Closed as no offence"),
    "alarm.raised": _("Passed into the loop"),
    "rule.published": _("Version published"),
    "order.given": _("Order given"),
    "order.withdrawn": _("Order withdrawn"),
    "order.ended": _("Order ended"),
    "keeping.published": _("Number published"),
    "quarantine.replayed": _("Run once more and stored"),
    "quarantine.discarded": _("Discarded"),
    "judgement.repeated": _("Days judged again"),
}


def event_label(kind: str) -> Any:
    return EVENTS.get(kind, kind)
