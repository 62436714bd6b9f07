"""Devices as their readers may see them: who is silent, what a device said, was asked, and still owes."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from django.db.models import DateTimeField, F, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce, Upper
from django.utils import timezone

from bihuan.kernel.people.access import reach_of
from bihuan.kernel.places.models import Jurisdiction
from bihuan.oversight.enterprises.public import Logger, Outlet
from bihuan.oversight.monitoring.judgement.plans import load_book
from bihuan.oversight.monitoring.models import DeviceNote, DeviceState, Gap, Order, QuarantinedFrame, RawFrame
from bihuan.oversight.monitoring.queries.frames import FrameView, raw_text, views

NEVER = datetime(1970, 1, 1, tzinfo=UTC)
FRAMES_BACK = timedelta(days=14)
FRAMES, NOTES, ORDERS, GAPS = 20, 30, 30, 20
STATE_FIELDS = ("last_seen", "last_data_time", "clock_error_s", "peer", "connected", "second_seen")


def devices(user: Any) -> "QuerySet[Logger]":
    """Loggers in force that the user may see, each with what was last heard of it; `heard` sorts silence."""
    now = timezone.now()
    running = Q(valid_to=None) | Q(valid_to__gt=now)
    state = DeviceState.objects.filter(mn=OuterRef("mn"))
    rows: QuerySet[Logger] = Logger.objects.visible_to(user).filter(running, valid_from__lte=now)
    said = {name: Subquery(state.values(name)[:1]) for name in STATE_FIELDS}
    rows = rows.annotate(**said, spoken=Subquery(state.values("edition")[:1]))
    silent_since = Value(now - thresholds().silent, output_field=DateTimeField())
    return rows.annotate(heard=Coalesce(F("last_seen"), Value(NEVER)), silent_since=silent_since)


@dataclass(frozen=True)
class Thresholds:
    """From when on a device counts as silent, and its clock as wrong: the numbers of rules T2 and T4."""

    silent: timedelta
    warn_s: float
    alarm_s: float


def thresholds() -> Thresholds:
    book, today = load_book(), timezone.localdate()
    clock = book.of("T4", today).parameters
    minutes = book.of("T2", today).parameters["minutes"]
    return Thresholds(timedelta(minutes=minutes), clock["warn_s"], clock["alarm_s"])


@dataclass(frozen=True)
class KeptFrame:
    """A frame that was kept as it came, read once more."""

    received_at: datetime
    peer: str
    raw: str
    views: Sequence[FrameView]


def periods_of(mn: str, user: Any) -> list[Logger]:
    """Each stay of the number that the user may see, the newest first."""
    rows = Logger.objects.visible_to(user).filter(mn=mn.upper())
    return list(rows.select_related("enterprise", "site").prefetch_related("outlets").order_by("-valid_from"))


def frames_of(loggers: Sequence[Logger], *, before: datetime) -> list[KeptFrame]:
    """Kept frames received in the two weeks before; those with hours, days or faults are."""
    rows = RawFrame.objects.filter(
        logger__in=[one.pk for one in loggers], received_at__gte=before - FRAMES_BACK, received_at__lt=before
    ).order_by("-received_at")[:FRAMES]
    return [kept_frame(row, loggers) for row in rows]


def kept_frame(row: RawFrame, loggers: Sequence[Logger]) -> KeptFrame:
    mn = next((one.mn for one in loggers if one.pk == row.logger), "")
    raw = bytes(row.raw)
    return KeptFrame(row.received_at, row.peer, raw_text(raw), views(raw, mn=mn, at=row.received_at))


def notes_of(loggers: Sequence[Logger]) -> "QuerySet[DeviceNote]":
    rows: QuerySet[DeviceNote] = DeviceNote.objects.filter(logger__in=[one.pk for one in loggers])
    return rows.order_by("-arrived_at")[:NOTES]


def orders_of(mn: str) -> "QuerySet[Order]":
    rows: QuerySet[Order] = Order.objects.filter(mn=mn).select_related("by").order_by("-made_at")
    return rows[:ORDERS]


def visible_orders(user: Any) -> "QuerySet[Order]":
    rows: QuerySet[Order] = Order.objects.filter(logger__in=Logger.objects.visible_to(user).values("pk"))
    return rows.select_related("by")


def gaps(user: Any) -> "QuerySet[Gap]":
    """Gaps of outlets that the user may see, each with the names of its place."""
    outlet = Outlet.objects.filter(pk=OuterRef("outlet"))
    rows: QuerySet[Gap] = Gap.objects.filter(outlet__in=Outlet.objects.visible_to(user).values("pk"))
    return rows.annotate(
        outlet_code=Subquery(outlet.values("code")[:1]),
        enterprise_name=Subquery(outlet.values("enterprise__name")[:1]),
        place=Subquery(outlet.values("jurisdiction_path")[:1]),
    )


def quarantine(user: Any) -> "QuerySet[QuarantinedFrame]":
    """Frames of devices that the user may see; frames of unknown numbers for who reads the whole city."""
    rows: QuerySet[QuarantinedFrame] = QuarantinedFrame.objects.select_related("settled_by")
    if reads_the_city(user):
        return rows
    known = Logger.objects.visible_to(user).values("mn")
    return rows.annotate(number=Upper("mn")).filter(number__in=known).exclude(mn="")


def reads_the_city(user: Any) -> bool:
    city = Jurisdiction.objects.filter(level=Jurisdiction.Level.CITY).order_by("path").first()
    return city is not None and any(city.path.startswith(prefix) for prefix in reach_of(user))
