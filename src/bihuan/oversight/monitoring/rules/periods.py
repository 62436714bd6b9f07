"""Hours, days and months of Beijing time: how telemetry is cut. Pure."""

from calendar import monthrange
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

SHANGHAI = ZoneInfo("Asia/Shanghai")
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
HOURS_A_DAY, MINUTES_AN_HOUR = 24, 60


def hour_of(at: datetime) -> datetime:
    """The start of the hour that holds `at`, in Beijing time."""
    return at.astimezone(SHANGHAI).replace(minute=0, second=0, microsecond=0)


def day_of(at: datetime) -> date:
    return at.astimezone(SHANGHAI).date()


def start_of(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=SHANGHAI)


def hours_of(day: date) -> list[datetime]:
    return [start_of(day) + n * HOUR for n in range(HOURS_A_DAY)]


def month_bounds(first: date) -> tuple[datetime, datetime]:
    """Start of the month that holds `first`, and of the next."""
    begin = first.replace(day=1)
    return start_of(begin), start_of(begin + timedelta(days=monthrange(begin.year, begin.month)[1]))


def overlap(start: datetime, end: datetime, low: datetime, high: datetime) -> timedelta:
    """How long [start, end) and [low, high) share; never negative."""
    return max(timedelta(0), min(end, high) - max(start, low))
