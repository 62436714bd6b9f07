"""How every monitored outlet stands now, in one read: for the wall, its map and the register of outlets."""

from collections import Counter
from datetime import timedelta
from typing import Any

from django.db.models import Case, CharField, Count, Q, QuerySet, Value, When
from django.db.models.enums import TextChoices
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from bihuan.oversight.enterprises.public import Logger, Outlet
from bihuan.oversight.monitoring.judgement.plans import load_book
from bihuan.oversight.monitoring.models import Alarm, DataMark, DeviceState
from bihuan.oversight.monitoring.models.marks import HOLDING, MarkLabel
from bihuan.oversight.monitoring.rules.catalogue import EXCEEDING, NEARING


class Standing(TextChoices):
    """In the order in which one hides the next: a stop explains silence, silence hides all but an alarm."""

    EXCEEDING = "exceeding", _("exceeding")
    STOPPED = "stopped", _("stopped")
    SILENT = "silent", _("no data")
    NEAR = "near", _("near the limit")
    NORMAL = "normal", _("normal")


POINTS = 2000
MARKS = {
    Standing.EXCEEDING: "late",
    Standing.STOPPED: "none",
    Standing.SILENT: "none",
    Standing.NEAR: "soon",
    Standing.NORMAL: "ok",
}


def monitored(user: Any) -> "QuerySet[Any]":
    """Outlets for which a logger speaks, each with its `standing`; those that `user` may see."""
    now = timezone.now()
    running = Q(valid_to=None) | Q(valid_to__gt=now)
    speaking = Logger.objects.filter(running, valid_from__lte=now).values("outlets")
    open_ones: QuerySet[Any] = Outlet.objects.visible_to(user).filter(closed_on=None, pk__in=speaking)
    standing: QuerySet[Any] = open_ones.annotate(standing=_standing())
    return standing


def _standing() -> Case:
    """Each condition is one list of outlets, read once for the whole statement."""
    now, silent_after = timezone.now(), timedelta(minutes=offline_minutes())
    going_on = Alarm.objects.standing().filter(ended_at=None)
    stops = DataMark.objects.filter(
        label=MarkLabel.STOPPED, standing__in=HOLDING, start__lte=now, end__gt=now
    ).values("outlet")
    heard = DeviceState.objects.filter(last_data_time__gte=now - silent_after).values("logger")
    return Case(
        When(pk__in=going_on.filter(rule__in=EXCEEDING).values("outlet"), then=Value(Standing.EXCEEDING)),
        When(pk__in=stops, then=Value(Standing.STOPPED)),
        When(~Q(pk__in=Logger.objects.filter(pk__in=heard).values("outlets")), then=Value(Standing.SILENT)),
        When(pk__in=going_on.filter(rule__in=NEARING).values("outlet"), then=Value(Standing.NEAR)),
        default=Value(Standing.NORMAL),
        output_field=CharField(),
    )


def offline_minutes() -> int:
    """Silence from which an outlet counts as offline: the number of rule T2."""
    return int(load_book().of("T2", timezone.localdate()).parameters["minutes"])


def counted(user: Any) -> Counter[tuple[str, str]]:
    """How many monitored outlets stand how, by path of their place and standing."""
    rows = monitored(user).values_list("jurisdiction_path", "standing").annotate(n=Count("pk")).order_by()
    return Counter({(path, standing): n for path, standing, n in rows})


def urgent(user: Any) -> list[Any]:
    """Outlets with a position, their own or their enterprise's, that exceed or are near; the worst first."""
    placed = Q(lon__isnull=False, lat__isnull=False) | Q(
        enterprise__lon__isnull=False, enterprise__lat__isnull=False
    )
    rows = monitored(user).filter(placed, standing__in=(Standing.EXCEEDING, Standing.NEAR))
    return list(rows.select_related("enterprise").order_by("standing")[:POINTS])


def standing_of(outlet: int, user: Any) -> Standing | None:
    """How one outlet stands; None for one without a logger."""
    found = monitored(user).filter(pk=outlet).values_list("standing", flat=True).first()
    return Standing(found) if found else None
