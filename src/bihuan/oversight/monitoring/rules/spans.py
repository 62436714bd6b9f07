"""How long a curve may be, what its points are, and where it lies in time. Pure."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from itertools import pairwise
from typing import Any

from django.utils.translation import gettext_lazy as _

from bihuan.oversight.monitoring.rules.periods import DAY, HOUR, MINUTE, day_of, hour_of, start_of


class Points(StrEnum):
    """What a point stands for: what devices sent, judged hours, or judged days."""

    SENT = "sent"
    HOURS = "hours"
    DAYS = "days"


@dataclass(frozen=True)
class Span:
    """`days_a_point` joins judged days so that five years have no more points than one."""

    key: str
    label: Any
    length: timedelta
    points: Points
    days_a_point: int = 1


SPANS: tuple[Span, ...] = (
    Span("hour", _("1 hour"), HOUR, Points.SENT),
    Span("day", _("24 hours"), DAY, Points.SENT),
    Span("week", _("7 days"), 7 * DAY, Points.HOURS),
    Span("month", _("31 days"), 31 * DAY, Points.HOURS),
    Span("year", _("1 year"), 366 * DAY, Points.DAYS),
    Span("years", _("5 years"), 1830 * DAY, Points.DAYS, days_a_point=5),
)
BY_KEY = {span.key: span for span in SPANS}
STEPS = {Points.SENT: MINUTE, Points.HOURS: HOUR, Points.DAYS: DAY}


@dataclass(frozen=True, slots=True)
class Window:
    """[begin, end), both on a border of the span's points."""

    begin: datetime
    end: datetime

    @property
    def days(self) -> tuple[date, date]:
        """The first day and the last."""
        return day_of(self.begin), day_of(self.end - timedelta(microseconds=1))

    def holds(self, at: datetime) -> bool:
        return self.begin <= at < self.end


def window_of(span: Span, until: datetime) -> Window:
    """The window of the span that ends with the point in which `until` lies."""
    end = _border(span.points, until)
    return Window(end - span.length, end)


def _border(points: Points, until: datetime) -> datetime:
    """The first border not before `until`."""
    begun = {
        Points.SENT: lambda: until.replace(second=0, microsecond=0),
        Points.HOURS: lambda: hour_of(until),
        Points.DAYS: lambda: start_of(day_of(until)),
    }[points]()
    return begun if begun == until else begun + STEPS[points]


def span_around(begin: datetime, end: datetime) -> Span:
    """The shortest span of judged hours or days that shows an episode with as much again around it."""
    judged = [span for span in SPANS if span.points is not Points.SENT]
    return next((span for span in judged if span.length >= 2 * (end - begin)), judged[-1])


def breaks(moments: list[datetime], *, usual: timedelta, window: Window) -> list[tuple[datetime, datetime]]:
    """Stretches longer than `usual` without a moment, from the window's begin to its end."""
    edges = [window.begin, *moments, window.end]
    return [(low, high) for low, high in pairwise(edges) if high - low > usual]
