"""What stands behind an alarm: the judged hours of its time, its limit, marks that touch it."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone

from bihuan.oversight.monitoring.models import Alarm, DataMark, JudgedDay
from bihuan.oversight.monitoring.models.marks import HOLDING
from bihuan.oversight.monitoring.rules.letters import reason_of
from bihuan.oversight.monitoring.rules.periods import DAY, HOUR, HOURS_A_DAY, day_of, start_of
from bihuan.oversight.monitoring.rules.validity import Reason

AROUND = timedelta(hours=12)
LONGEST_DRAWN = timedelta(days=14)


@dataclass(frozen=True)
class Hour:
    """One judged hour. `value` is what is compared with the limit: converted where that exists."""

    at: datetime
    status: str
    reason: Reason
    mean: float | None
    converted: float | None
    version: int
    beyond: bool = False

    @property
    def value(self) -> float | None:
        return self.mean if self.converted is None else self.converted


def hours_around(alarm: Alarm, now: datetime | None = None) -> list[Hour]:
    """The hours from half a day before the episode to half a day after, at most two weeks of them."""
    if not alarm.factor_code:
        return []
    end = (alarm.ended_at or now or timezone.now()) + AROUND
    begin = max(alarm.started_at - AROUND, end - LONGEST_DRAWN)
    rows = JudgedDay.objects.filter(
        outlet=alarm.outlet_id,
        factor_code=alarm.factor_code,
        current=True,
        day__range=(day_of(begin), day_of(end)),
    ).order_by("day")
    beyond = {at.astimezone(begin.tzinfo) for at in alarm.evidence}
    return [hour for row in rows for hour in hours_of(row, beyond) if begin <= hour.at < end]


def hours_of(row: JudgedDay, beyond: set[datetime] | None = None) -> Iterator[Hour]:
    start = start_of(row.day)
    for n in range(HOURS_A_DAY):
        at = start + n * HOUR
        yield Hour(
            at=at,
            status=row.statuses[n],
            reason=reason_of(row.reasons[n]),
            mean=row.means[n] if row.means else None,
            converted=row.converted[n] if row.converted else None,
            version=row.version,
            beyond=at in (beyond or ()),
        )


def days_of(alarm: Alarm) -> "QuerySet[JudgedDay]":
    """The judged days that a daily statistic was compared on."""
    days = [day_of(at) for at in alarm.evidence]
    rows = JudgedDay.objects.filter(outlet=alarm.outlet_id, factor_code=alarm.factor_code, current=True)
    found: QuerySet[JudgedDay] = rows.filter(day__in=days).order_by("day")
    return found


def marks_touching(alarm: Alarm) -> "QuerySet[DataMark]":
    """Marks that hold and touch the time of the alarm."""
    until = alarm.ended_at or timezone.now()
    rows: QuerySet[DataMark] = DataMark.objects.filter(
        outlet=alarm.outlet_id, start__lt=until, end__gt=alarm.started_at, standing__in=HOLDING
    )
    return rows.order_by("start")


def chart_of(alarm: Alarm, hours: list[Hour], *, name: str, unit: str) -> dict[str, Any] | None:
    """The episode as a curve with its limits, the time of the alarm shaded; None without hours."""
    if not any(hour.value is not None for hour in hours):
        return None
    bounds = [float(one) for one in (alarm.lower_limit, alarm.limit) if one is not None]
    labels = [f"{timezone.localtime(hour.at):%m-%d %H:%M}" for hour in hours]
    inside = [label for hour, label in zip(hours, labels, strict=True) if _inside(alarm, hour.at)]
    series = {
        "type": "line",
        "name": f"{name} {unit}".strip(),
        "showSymbol": False,
        "data": [hour.value if hour.status in "VI" else None for hour in hours],
        "markLine": {
            "symbol": "none",
            "label": {"position": "insideEndTop"},
            "data": [{"yAxis": one} for one in bounds],
        },
    }
    if inside:
        series["markArea"] = {
            "itemStyle": {"opacity": 0.12},
            "data": [[{"xAxis": inside[0]}, {"xAxis": inside[-1]}]],
        }
    return {
        "xAxis": {"type": "category", "data": labels},
        "yAxis": {"type": "value", "minInterval": 0},
        "series": [series],
    }


def _inside(alarm: Alarm, at: datetime) -> bool:
    return alarm.started_at <= at and (alarm.ended_at is None or at <= alarm.ended_at)


def month_days(first: date) -> list[date]:
    """The days of the month that begins with `first`."""
    following = (first.replace(day=28) + 4 * DAY).replace(day=1)
    return [first + n * DAY for n in range((following - first).days)]
