from datetime import datetime
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from bihuan.kernel.notices.actions.robots import save_robot
from bihuan.kernel.notices.channels import CHANNELS, MAIL
from bihuan.kernel.notices.forms import RobotForm
from bihuan.kernel.notices.models import Delivery, Robot
from bihuan.kernel.notices.rules.robots import RobotKind
from bihuan.kernel.notices.templates import label_of
from bihuan.kernel.registers.columns import Column
from bihuan.kernel.registers.filters import ChoiceFilter, DateRangeFilter, TextFilter
from bihuan.kernel.registers.register import Register, register

CHANNEL_NAMES = ((MAIL, _("By mail")), *RobotKind.choices)
MARKS = {
    Delivery.State.SENT: "ok",
    Delivery.State.FAILED: "late",
    Delivery.State.DOUBTFUL: "soon",
    Delivery.State.GIVEN_UP: "none",
}
EVENTS = {
    "robot.added": _("Added"),
    "robot.changed": _("Changed"),
    "robot.tested": _("Test message sent"),
}
assert {name for name, _label in CHANNEL_NAMES} == set(CHANNELS)


def channel_name(row: Delivery) -> str:
    return str(dict(CHANNEL_NAMES).get(row.channel, row.channel))


@register
class DeliveryRegister(Register):
    """The log of what went out: to whom, how, about what, when, and how it ended."""

    id = "deliveries"
    title = _("Delivery log")
    description = _("What went out beside the inbox. The inbox itself always has the message.")
    model = Delivery
    permission = "notice.log"
    columns = (
        Column("reader", _("To"), value=lambda row: str(row.notice.reader)),
        Column("channel", _("Channel"), value=channel_name),
        Column("kind", _("Message"), value=lambda row: label_of(row.notice.template)),
        Column("cause", _("Concerning"), value="notice.cause", kind="mono"),
        Column("send_after", _("Not before"), sort="send_after", kind="datetime"),
        Column("sent_at", _("Sent"), sort="sent_at", kind="datetime"),
        Column("attempts", _("Attempts"), sort="attempts", kind="number"),
        Column("state", _("Result"), kind="badge", badge=lambda row: MARKS.get(row.state, "info")),
        Column("reason", _("Why not"), value="reason"),
    )
    filters = (
        ChoiceFilter("state", _("Result"), field="state", choices=Delivery.State.choices, multiple=True),
        ChoiceFilter("channel", _("Channel"), field="channel", choices=CHANNEL_NAMES),
        DateRangeFilter("sent", _("Sent"), field="sent_at"),
        TextFilter("cause", _("Concerning"), field="notice__cause"),
    )
    related = ("notice__recipient", "notice__robot")

    def queryset(self, user: Any, as_of: datetime | None) -> "QuerySet[Any]":  # noqa: ARG002 (the permission decides)
        return Delivery.objects.all()


@register
class RobotRegister(Register):
    id = "robots"
    title = _("Group robots")
    description = _("A robot tells a unit's chat group what it tells the unit's people.")
    model = Robot
    permission = "notice.robots"
    columns = (
        Column("name", _("Group"), sort="name"),
        Column("unit", _("Unit"), sort="unit"),
        Column("kind", _("Service")),
        Column("origin", _("Host"), kind="mono"),
        Column("rhythm", _("When")),
        Column("language", _("Language")),
        Column("with_text", _("With text")),
        Column(
            "is_active",
            _("In use"),
            value=lambda row: _("robot in use") if row.is_active else _("put away"),
            kind="badge",
            badge=lambda row: "ok" if row.is_active else "none",
        ),
    )
    facts = columns
    filters = (ChoiceFilter("kind", _("Service"), field="kind", choices=RobotKind.choices),)
    default_sort = "name"
    related = ("unit", "jurisdiction")
    detail_page = True
    detail_template = "notices/robot.html"
    form_class = RobotForm
    write_permission = "notice.robots"
    new_label = _("Add a robot")

    def event_words(self, kind: str) -> str:
        return str(EVENTS.get(kind, kind))

    def form(self, *, data: Any, files: Any, obj: Any, user: Any) -> Any:
        return RobotForm(data, files, instance=obj, user=user)

    def save(self, form: Any, by: Any) -> Robot:
        said = form.cleaned_data
        robot = form.save(commit=False)
        return save_robot(robot, by=by, address=said["secret_address"], secret=said["secret_signature"])
