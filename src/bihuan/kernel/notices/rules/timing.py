"""When a message goes out. Pure: now, the hours and the working calendar come in as data."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from bihuan.kernel.calendar.rules import Calendar

ONE_DAY = timedelta(days=1)


class Rhythm(TextChoices):
    AT_ONCE = "at_once", _("at once, in working hours")
    DIGEST = "digest", _("one digest each working day")
    OFF = "off", _("not at all")


@dataclass(frozen=True)
class Hours:
    """Opening hours of a working day, each from (included) to (excluded), and the time of its digest."""

    openings: tuple[tuple[time, time], ...]
    digest_at: time


def send_after(now: datetime, *, urgent: bool, rhythm: str, hours: Hours, calendar: Calendar) -> datetime:
    """The moment from which a message may go out; `now` itself for one that need not wait.

    `now` is a local moment with its zone. An urgent kind waits for nothing. Ours: the hours are those of the
    office (09:00–12:00, 14:00–17:30 unless changed), and the noon break waits for the afternoon.
    """
    if urgent:
        return now
    if rhythm == Rhythm.DIGEST:
        return _next(now, [hours.digest_at], calendar)
    if _open(now, hours, calendar):
        return now
    return _next(now, [first for first, _last in hours.openings], calendar)


def _open(now: datetime, hours: Hours, calendar: Calendar) -> bool:
    inside = any(first <= now.time() < last for first, last in hours.openings)
    return inside and calendar.works(now.date())


def _next(now: datetime, times: list[time], calendar: Calendar) -> datetime:
    """The first of the day's `times` on a working day that is not before `now`."""
    day = now.date()
    while True:
        if calendar.works(day):
            for moment in (_at(day, one, now) for one in sorted(times)):
                if moment >= now:
                    return moment
        day += ONE_DAY


def _at(day: date, at: time, like: datetime) -> datetime:
    return datetime.combine(day, at, tzinfo=like.tzinfo)
