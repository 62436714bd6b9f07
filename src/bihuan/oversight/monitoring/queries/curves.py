"""A curve of one factor over one span: points, gaps, limits, marks and alarms, never the raw records."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from itertools import pairwise
from statistics import median
from typing import Any, NamedTuple

from django.db import connection
from django.db.models import Q

from bihuan.oversight.enterprises.public import Outlet, OutletLimit
from bihuan.oversight.monitoring.judgement.plans import in_our_unit, load_book
from bihuan.oversight.monitoring.models import Alarm, DataMark, JudgedDay
from bihuan.oversight.monitoring.models.alarms import Handling
from bihuan.oversight.monitoring.models.marks import HOLDING
from bihuan.oversight.monitoring.rules.exceedance import Limit as Bounds
from bihuan.oversight.monitoring.rules.exceedance import strictest
from bihuan.oversight.monitoring.rules.letters import INVALID, MISSING, PENDING, STOPPED, VALID
from bihuan.oversight.monitoring.rules.periods import DAY, HOUR, MINUTE, day_of, start_of
from bihuan.oversight.monitoring.rules.rulebook import Subject
from bihuan.oversight.monitoring.rules.spans import Points, Span, Window, breaks
from bihuan.oversight.monitoring.store import reading
from bihuan.oversight.monitoring.words import table

ALARMS, MARKS = 60, 60


class Point(NamedTuple):
    """One point; `status` is a letter of rules.letters, or the flags that devices sent."""

    at: datetime
    mean: float | None
    low: float | None
    high: float | None
    status: str = VALID
    records: int = 1


@dataclass(frozen=True)
class Asked:
    """What a reader wants to see; `converted` is at reference oxygen, where the factor has one."""

    outlet: Outlet
    factor: str
    span: Span
    window: Window
    converted: bool = True


@dataclass(frozen=True)
class HeldLimit:
    """A limit while it holds within the window."""

    begin: datetime
    end: datetime
    bounds: Bounds
    row: OutletLimit


@dataclass
class Curve:
    """`step` is how much time a point stands for; in a gap something was due and nothing came."""

    asked: Asked
    unit: str
    step: timedelta
    points: list[Point]
    gaps: list[tuple[datetime, datetime]]
    limits: list[HeldLimit] = field(default_factory=list)
    marks: list[DataMark] = field(default_factory=list)
    alarms: list[Alarm] = field(default_factory=list)


def curve_of(asked: Asked) -> Curve:
    draw = {Points.SENT: _sent, Points.HOURS: _hours, Points.DAYS: _days}[asked.span.points]
    curve = draw(asked)
    curve.limits = limits_held(asked)
    curve.marks = list(marks_in(asked.outlet, asked.window)[:MARKS])
    curve.alarms = list(alarms_in(asked)[:ALARMS])
    return curve


def unit_of(factor: str) -> str:
    row = table().find(factor)
    return row.unit_2017 if row else ""


def _sent(asked: Asked) -> Curve:
    """What devices sent, gathered by the store into about a thousand points."""
    window = asked.window
    drawn = reading.drawn(asked.outlet.pk, asked.factor, window.begin, window.end)
    points = [_sent_point(bucket, asked.converted) for bucket in drawn.buckets]
    moments = [point.at for point in points]
    gaps = breaks(moments, usual=_patience(asked, moments), window=window)
    return Curve(asked, unit_of(asked.factor), drawn.step, points, gaps)


def _sent_point(bucket: reading.Bucket, converted: bool) -> Point:
    if converted and bucket.converted is not None:
        at_reference = bucket.converted
        return Point(bucket.at, at_reference, at_reference, at_reference, bucket.flags, bucket.count)
    return Point(bucket.at, bucket.mean, bucket.low, bucket.high, bucket.flags, bucket.count)


def _patience(asked: Asked, moments: Sequence[datetime]) -> timedelta:
    """From which silence on a record is late, by the numbers of rule T1."""
    subject = Subject(asked.outlet.medium, asked.factor, asked.outlet.pk)
    late = load_book().of("T1", day_of(asked.window.end), subject).parameters
    between = [(high - low).total_seconds() for low, high in pairwise(moments)]
    usual = timedelta(seconds=median(between) if between else 0)
    return max(late["minutes"] * MINUTE, late["intervals"] * usual)


def judged_days(asked: Asked) -> Any:
    """The current judged days of the window, the latest first."""
    first, last = asked.window.days
    rows = JudgedDay.objects.filter(outlet=asked.outlet, factor_code=asked.factor, current=True)
    return rows.filter(day__gte=first, day__lte=last).order_by("-day")


def hour_values(row: JudgedDay, *, converted: bool) -> Sequence[float | None]:
    found: Sequence[float | None] = row.converted if converted and row.converted is not None else row.means
    return found


def _hours(asked: Asked) -> Curve:
    points = [
        point
        for row in reversed(judged_days(asked))
        for point in hours_of_row(row, converted=asked.converted)
        if asked.window.holds(point.at)
    ]
    gaps = joined((one.at, one.at + HOUR) for one in points if one.status == MISSING)
    return Curve(asked, unit_of(asked.factor), HOUR, [one for one in points if one.mean is not None], gaps)


def hours_of_row(row: JudgedDay, *, converted: bool) -> list[Point]:
    """The judged hours of a day; a pending one is left out."""
    values, start = hour_values(row, converted=converted), start_of(row.day)
    return [
        Point(start + hour * HOUR, value, value, value, letter)
        for hour, (letter, value) in enumerate(zip(row.statuses, values, strict=True))
        if letter != PENDING
    ]


def joined(stretches: Iterable[tuple[datetime, datetime]]) -> list[tuple[datetime, datetime]]:
    """Neighbouring stretches as one."""
    found: list[tuple[datetime, datetime]] = []
    for begin, end in stretches:
        if found and found[-1][1] == begin:
            found[-1] = (found[-1][0], end)
        else:
            found.append((begin, end))
    return found


DAYS_SQL = """
SELECT (d.day - %(first)s) / %(width)s AS bucket, min(h.low), avg(coalesce(d.day_mean, h.mean)), max(h.high),
       sum(h.valid), bool_and(d.statuses ~ '^[S-]*S[S-]*$')
FROM monitoring_judgedday d CROSS JOIN LATERAL (
    SELECT min(v) AS low, avg(v) AS mean, max(v) AS high, count(*) AS valid
    FROM unnest({values}) WITH ORDINALITY AS u(v, hour)
    WHERE v IS NOT NULL AND substr(d.statuses, hour::int, 1) = 'V'
) h
WHERE d.outlet_id = %(outlet)s AND d.factor_code = %(factor)s AND d.current
  AND d.day BETWEEN %(first)s AND %(last)s
GROUP BY 1 ORDER BY 1
"""
VALUES = {True: "coalesce(d.converted, d.means)", False: "d.means"}


def _days(asked: Asked) -> Curve:
    """One point for each day, or for several, gathered by the database from the judged hours."""
    first, last = asked.window.days
    width = asked.span.days_a_point
    what: dict[str, Any] = {"first": first, "last": last, "width": width}
    with connection.cursor() as cursor:
        cursor.execute(
            DAYS_SQL.format(values=VALUES[asked.converted]),
            {**what, "outlet": asked.outlet.pk, "factor": asked.factor},
        )
        rows = cursor.fetchall()
    begin, step = start_of(first), width * DAY
    points = [_day_point(begin + row[0] * step, row) for row in rows]
    valued = [one for one in points if one.mean is not None]
    known = [one.at for one in points if one.mean is not None or one.status == STOPPED]
    window = Window(known[0], min(asked.window.end, known[-1] + step)) if known else asked.window
    gaps = breaks(known, usual=step, window=window)
    return Curve(asked, unit_of(asked.factor), step, valued, [(low + step, high) for low, high in gaps])


def _day_point(at: datetime, row: Sequence[Any]) -> Point:
    _bucket, low, mean, high, valid, stopped = row
    status = STOPPED if stopped else VALID if valid else INVALID
    return Point(at, mean, low, high, status, int(valid or 0))


def limits_held(asked: Asked) -> list[HeldLimit]:
    """Limits of the factor within the window, those for the mean that is drawn; else all."""
    first, last = asked.window.days
    rows = OutletLimit.objects.filter(
        Q(valid_to=None) | Q(valid_to__gte=first),
        outlet=asked.outlet, factor_code=asked.factor, withdrawn_at=None, valid_from__lte=last,
    ).order_by("valid_from")  # fmt: skip
    found = [_held(row, asked.window) for row in rows]
    drawn = "day" if asked.span.points is Points.DAYS else "hour"
    return [one for one in found if one.row.averaging == drawn] or found


def _held(row: Any, window: Window) -> HeldLimit:
    begin = max(window.begin, start_of(row.valid_from))
    end = min(window.end, start_of(row.valid_to) + DAY) if row.valid_to else window.end
    return HeldLimit(begin, end, in_our_unit(row, unit_of(row.factor_code)), row)


def bounds_now(outlets: Sequence[int], day: date) -> dict[tuple[int, str], Bounds]:
    """By outlet and factor the strictest limit of the day, of those for the hour where there are any."""
    rows = OutletLimit.objects.filter(
        Q(valid_to=None) | Q(valid_to__gte=day), outlet__in=outlets, withdrawn_at=None, valid_from__lte=day
    )
    held: dict[tuple[int, str], list[Any]] = defaultdict(list)
    for row in rows.order_by("outlet", "factor_code"):
        held[(row.outlet_id, row.factor_code)].append(row)
    return {key: _strictest(found) for key, found in held.items()}


def _strictest(rows: list[Any]) -> Bounds:
    hourly = [row for row in rows if row.averaging == "hour"] or rows
    return strictest(in_our_unit(row, unit_of(row.factor_code)) for row in hourly) or Bounds()


def marks_in(outlet: Outlet, window: Window) -> Any:
    """Marks that touch the window and hold."""
    rows = DataMark.objects.filter(outlet=outlet, start__lt=window.end, end__gt=window.begin)
    return rows.filter(standing__in=HOLDING).order_by("-start")


def alarms_in(asked: Asked) -> Any:
    """Alarms of the factor, or of the outlet as a whole, that touch the window and were not taken back."""
    window = asked.window
    rows = Alarm.objects.filter(
        Q(ended_at=None) | Q(ended_at__gt=window.begin), outlet=asked.outlet, started_at__lt=window.end
    )
    of_factor = rows.filter(factor_code__in=(asked.factor, "")).exclude(handling=Handling.ANNULLED)
    return of_factor.select_related("source__problem", "version").order_by("-started_at")


def factors_of(outlet: Outlet) -> list[str]:
    """Factors that have a limit, in the order of the codes, then those that were judged of late."""
    limited = OutletLimit.objects.filter(outlet=outlet, withdrawn_at=None)
    codes = sorted(set(limited.values_list("factor_code", flat=True)))
    days = JudgedDay.objects.filter(outlet=outlet, current=True)
    latest = days.order_by("-day").values_list("day", flat=True).first()
    seen = days.filter(day=latest).values_list("factor_code", flat=True) if latest else []
    return [*codes, *sorted(set(seen) - set(codes))]


def converts(outlet: Outlet, factor: str) -> bool:
    """Whether a limit of the factor is set at a reference oxygen."""
    rows = OutletLimit.objects.filter(outlet=outlet, factor_code=factor, withdrawn_at=None)
    return bool(rows.filter(reference_oxygen_pct__isnull=False).exists())
