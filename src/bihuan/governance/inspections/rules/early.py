"""“Finished N months early”: what it means, and reading it out of a printed text. Pure."""

import calendar
import re
from collections.abc import Sequence
from datetime import date

_NUMERALS = {"一": 1, "两": 2, "二": 2, "三": 3, "四": 4, "五": 5, "六": 6, "七": 7, "八": 8, "九": 9}
_CLAIM = re.compile(r"提前(\d{1,2}|半|十?[一两二三四五六七八九十])(个月|年)")


def add_months(day: date, months: int) -> date:
    """The same day `months` later, or the last of that month where it is shorter."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def whole_months_early(accepted_on: date, deadline: date) -> int:
    """Plan deadline minus acceptance date in whole months; 0 when accepted on the day or late."""
    months = (deadline.year - accepted_on.year) * 12 + deadline.month - accepted_on.month
    if months > 0 and add_months(accepted_on, months) > deadline:
        months -= 1
    return max(0, months)


def claimed_months(text: str) -> list[int]:
    """Every claim of being early in a printed text, in months: 提前11个月 → 11, 提前一年 → 12."""
    return [round(_number(value) * (12 if unit == "年" else 1)) for value, unit in _CLAIM.findall(text)]


def early_flags(claims: Sequence[int], computed: int | None) -> list[str]:
    """What is odd about the claims: they disagree with each other, or with our own dates."""
    flags = []
    if len(set(claims)) > 1:
        flags.append("early_claims_disagree")
    if computed is not None and any(claim != computed for claim in claims):
        flags.append("early_differs")
    return flags


def _number(text: str) -> float:
    if text.isdigit():
        return int(text)
    if text == "半":
        return 0.5
    if text.startswith("十"):
        return 10 + _NUMERALS.get(text[1:], 0)
    return _NUMERALS[text]
