"""Dates as tables print them, whole or only to the month or year."""

import re
from datetime import date

_DAY = re.compile(r"(\d{4})[-/.年](\d{1,2})(?:[-/.月](\d{1,2})日?)?月?")
_COMPACT = re.compile(r"(\d{4})(\d{2})(\d{2})")
_YEAR = re.compile(r"(\d{4})年?")
FIRST_ROUND = 2015


def printed_day(text: str, *, today: date) -> date | None:
    """The day, or None where only month or year are printed. ValueError for what is no date, lies in the
    future, or before the first inspection."""
    text = text.strip()
    found = _DAY.fullmatch(text) or _COMPACT.fullmatch(text)
    if found is None:
        year = _YEAR.fullmatch(text)
        if year is None:
            raise ValueError(text)
        _check(date(int(year[1]), 1, 1), today)
        return None
    day = date(int(found[1]), int(found[2]), int(found[3] or 1))
    _check(day, today)
    return day if found[3] else None


def _check(day: date, today: date) -> None:
    if day > today or day.year < FIRST_ROUND:
        raise ValueError(day)
