"""What monitoring shows on the pages of others: the enterprise's, and that of an alarm's problem."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count
from django.utils import timezone

from bihuan.loop.models import Problem
from bihuan.oversight.enterprises.public import Outlet
from bihuan.oversight.monitoring import labels, words
from bihuan.oversight.monitoring.drawing import drawing_of, worst
from bihuan.oversight.monitoring.models import Alarm, AlarmSource, JudgedDay
from bihuan.oversight.monitoring.queries import curves
from bihuan.oversight.monitoring.queries.curves import Asked, Point
from bihuan.oversight.monitoring.queries.standing import MARKS, Standing, monitored
from bihuan.oversight.monitoring.rules.spans import span_around, window_of

PROBLEMS = 5


def problem_panel(source: Any, user: Any) -> Mapping[str, Any] | None:
    """The curve around the episode, for whoever may read the problem, also without the outlet's page."""
    rows = AlarmSource.objects.filter(pk=source.pk).select_related(
        "alarm__outlet__enterprise", "alarm__version"
    )
    found = rows.first()
    if found is None:
        return None
    alarm: Alarm = found.alarm
    outlet = alarm.outlet
    factor = alarm.factor_code or next(iter(curves.factors_of(outlet)), "")
    asked = around(alarm, factor)
    curve = curves.curve_of(asked)
    return {
        "alarm": alarm,
        "asked": asked,
        "curve": curve,
        "drawing": drawing_of(curve),
        "worst": worst(curve.points),
        "factor": words.factor_name(factor),
        "labels": labels,
        "opens": Outlet.objects.visible_to(user).filter(pk=outlet.pk).exists(),
    }


def around(alarm: Alarm, factor: str) -> Asked:
    """The episode in the middle, or at the right while it goes on."""
    now = timezone.now()
    end = alarm.ended_at or now
    span = span_around(alarm.started_at, end)
    until = min(now, end + (span.length - (end - alarm.started_at)) / 2)
    converts = curves.converts(alarm.outlet, factor)
    return Asked(alarm.outlet, factor, span, window_of(span, until), converted=converts)


@dataclass
class Latest:
    """A factor's newest judged hour beside its limit."""

    factor: str
    name: str
    unit: str
    point: Point
    limit: Any = None


@dataclass
class OutletLine:
    outlet: Outlet
    standing: Standing
    mark: str
    alarms: int
    latest: list[Latest] = field(default_factory=list)


def enterprise_panel(enterprise: Any, user: Any, as_of: datetime | None) -> Mapping[str, Any] | None:
    """How its monitored outlets stand now; nothing of a past moment, nothing without an outlet."""
    if as_of is not None:
        return None
    outlets = list(monitored(user).filter(enterprise=enterprise).order_by("site", "code"))
    if not outlets:
        return None
    open_alarms = _open_alarms(enterprise)
    latest = _latest(outlets)
    lines = [
        OutletLine(one, Standing(one.standing), MARKS[Standing(one.standing)], open_alarms.get(one.pk, 0),
                   latest.get(one.pk, []))
        for one in outlets
    ]  # fmt: skip
    return {"lines": lines, "labels": labels, "problems": _problems(enterprise, user)}


def _problems(enterprise: Any, user: Any) -> list[Any]:
    """The problems that its alarms became, the latest first."""
    sources = AlarmSource.objects.filter(alarm__enterprise=enterprise).values("problem")
    return list(Problem.objects.visible_to(user).filter(pk__in=sources).order_by("-pk")[:PROBLEMS])


def _open_alarms(enterprise: Any) -> dict[int, int]:
    rows = Alarm.objects.standing().filter(enterprise=enterprise, ended_at=None)
    return dict(rows.values_list("outlet").annotate(n=Count("pk")).order_by())


def _latest(outlets: list[Any]) -> dict[int, list[Latest]]:
    """The newest hour of each factor that has a limit, of today or yesterday."""
    today, keys = timezone.localdate(), [one.pk for one in outlets]
    rows = JudgedDay.objects.filter(outlet__in=keys, current=True, day__gte=today - timedelta(days=1))
    newest = {(row.outlet_id, row.factor_code): row for row in rows.order_by("day")}
    found: dict[int, list[Latest]] = defaultdict(list)
    for (outlet, factor), bounds in curves.bounds_now(keys, today).items():
        row = newest.get((outlet, factor))
        points = curves.hours_of_row(row, converted=True) if row else []
        if points:
            name, unit = words.factor_name(factor), curves.unit_of(factor)
            found[outlet].append(Latest(factor, name, unit, points[-1], bounds))
    return found
