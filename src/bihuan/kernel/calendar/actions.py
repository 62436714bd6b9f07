"""Filling the calendar and the duration rules."""

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any

import chinese_calendar
from django.db import transaction

from bihuan.kernel.calendar.defaults import RULES
from bihuan.kernel.calendar.models import CalendarDay, DurationRule
from bihuan.kernel.errors import Refused
from bihuan.kernel.ledger.actions import append
from bihuan.kernel.ledger.rules import Actor

FIRST_YEAR, LAST_YEAR = 2004, 2026
LIBRARY = "chinesecalendar 1.11 (State Council notices)"


def load_days(first_year: int = FIRST_YEAR, last_year: int = LAST_YEAR) -> int:
    """Copy the official days into our table; days that stand there already stay as they are."""
    days = _days(date(first_year, 1, 1), date(last_year, 12, 31))
    rows = [CalendarDay(day=day, is_working=chinese_calendar.is_workday(day), source=LIBRARY) for day in days]
    CalendarDay.objects.bulk_create(rows, ignore_conflicts=True, batch_size=2000)
    return len(rows)


def _days(first: date, last: date) -> Iterable[date]:
    return (first + timedelta(days=count) for count in range((last - first).days + 1))


@transaction.atomic
def override_day(day: date, *, is_working: bool, source: str, reason: str, by: Actor) -> CalendarDay:
    """Correct or add one day from a notice; due dates that stand are not touched."""
    if not reason.strip():
        raise Refused(reason="An override needs a reason.")
    fields: dict[str, Any] = {"is_working": is_working, "source": source, "overridden_because": reason}
    row, _created = CalendarDay.objects.update_or_create(day=day, defaults=fields)
    payload = {"day": day.isoformat(), "is_working": is_working, "source": source}
    append("calendar", "calendar.override_day", by=by, payload=payload, reason=reason)
    return row


def load_rules() -> int:
    """Add the default duration rules that are not there yet; a version once loaded is never changed."""
    rows = [DurationRule(**row._asdict()) for row in RULES]
    made = DurationRule.objects.bulk_create(rows, ignore_conflicts=True)
    return len(made)
