"""What the area makes known to the house when the program starts."""

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from bihuan.kernel.evidence.access import register_holder
from bihuan.kernel.ledger.access import register_stream
from bihuan.kernel.people.access import Reader
from bihuan.kernel.people.permissions import grant
from bihuan.kernel.people.scope import seen_with
from bihuan.loop.rules.procedures import SourceKind, register_source
from bihuan.oversight.enterprises.public import (
    FactSource,
    Logger,
    Panel,
    register_facts,
    register_outlet_page,
    register_panel,
)
from bihuan.oversight.monitoring import facts, panels
from bihuan.oversight.monitoring.actions.alarms import KIND
from bihuan.oversight.monitoring.guards import guard_alarm_problems
from bihuan.oversight.monitoring.models import Alarm, DataMark
from bihuan.oversight.monitoring.permissions import PERMISSIONS


def judgement() -> None:
    for permission, roles in PERMISSIONS.items():
        grant(permission, roles)
    register_source(
        SourceKind(
            KIND, _("monitoring alarm"), "alarm",
            template="monitoring/_problem.html", context=panels.problem_panel,
        )
    )  # fmt: skip
    guard_alarm_problems()


def pages() -> None:
    from bihuan.oversight.monitoring import figures, registers  # noqa: F401 (declares them)

    register_holder(shown_by_mark)
    register_stream("alarms", seen_with(Alarm))
    register_stream("devices", shown_by_device)
    register_stream("quarantine", shown_by_quarantine)
    register_stream("marks", seen_with(DataMark))
    register_stream("rejudgements", shown_by_rejudgement)
    register_stream("rules", lambda user, _rule: user.is_authenticated)
    register_facts(FactSource("monitoring", _("Automatic monitoring"), facts.KINDS, facts.collect))
    register_panel(
        Panel(
            "monitoring", _("Automatic monitoring"), "monitoring/_enterprise.html",
            panels.enterprise_panel, order=10,
        )
    )  # fmt: skip
    register_outlet_page(lambda outlet: reverse("monitoring-outlet", args=[outlet.pk]))


def shown_by_mark(user: Reader, sha256: str) -> bool:
    """Evidence of a mark is open to whoever may read the mark."""
    return bool(DataMark.objects.visible_to(user).filter(evidence__sha256=sha256).exists())


def shown_by_device(user: Reader, mn: str) -> bool:
    """The orders to a device are open to whoever may see the device."""
    return bool(Logger.objects.visible_to(user).filter(mn=mn).exists())


def shown_by_quarantine(user: Reader, key: str) -> bool:
    from bihuan.oversight.monitoring.queries.devices import quarantine

    return key.isdecimal() and bool(quarantine(user).filter(pk=int(key)).exists())


def shown_by_rejudgement(user: Reader, key: str) -> bool:
    from bihuan.oversight.monitoring.queries.rejudgements import visible_runs

    return key.isdecimal() and bool(visible_runs(user).filter(pk=int(key)).exists())
