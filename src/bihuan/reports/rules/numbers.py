"""How a figure's value is written in a Chinese official document. Pure."""

from datetime import date
from decimal import Decimal, InvalidOperation

WAN = Decimal(10_000)
UNITS_IN_TEXT = {"μg/m³": "微克/立方米", "%": "%"}


def as_number(value: object) -> Decimal | None:
    """The value as a number, or None when it is a text, a date or nothing."""
    if value is None or isinstance(value, bool | date):
        return None
    try:
        number = Decimal(str(value))
    except InvalidOperation:
        return None
    return number if number.is_finite() else None


def plain(number: Decimal) -> str:
    """Without trailing zeros and never in scientific notation: 28.350 → 28.35, 1E+2 → 100."""
    text = f"{number:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def count(number: Decimal) -> str:
    """From ten thousand on in 万, where two decimals lose nothing: 92600 → 9.26万, 10199 → 10199."""
    in_wan = number / WAN
    if abs(number) >= WAN and in_wan == in_wan.quantize(Decimal("0.01")):
        return f"{plain(in_wan)}万"
    return plain(number)


def day(moment: date) -> str:
    return f"{moment.year}年{moment.month}月{moment.day}日"


def period(first: date, last: date) -> str:
    """The second date leaves out the year it shares with the first."""
    ending = f"{last.month}月{last.day}日" if first.year == last.year else day(last)
    return f"{day(first)}至{ending}"


def dated(text: str) -> str:
    """ISO dates of a figure as words: 2021-02 → 2021年2月, 2020-09-01..2020-10-01 → 2020年9月1日至10月1日."""
    first, dots, last = text.partition("..")
    try:
        if dots:
            return period(date.fromisoformat(first), date.fromisoformat(last))
        if len(text) == len("2021-02"):
            month = date.fromisoformat(f"{text}-01")
            return f"{month.year}年{month.month}月"
        return day(date.fromisoformat(text))
    except ValueError:
        return text


def change(number: Decimal, *, unit: str) -> str:
    """A change against the year before; a change of a rate is in percentage points."""
    word = "增长" if number >= 0 else "下降"
    measure = "个百分点" if unit == "pp" else UNITS_IN_TEXT.get(unit, unit)
    return f"{word}{plain(abs(number))}{measure}"


def written(value: object, *, unit: str, style: str = "") -> str:
    """The value with its unit as the paragraph prints it.

    Styles: `over` (rounded down: 5800余家), `at_least` (25%以上), `change` (增长60%), `bare` (without unit).
    """
    number = as_number(value)
    if number is None:
        return dated(value.isoformat() if isinstance(value, date) else str(value or ""))
    if style == "change":
        return change(number, unit=unit)
    if style == "bare":
        return count(number)
    measure = UNITS_IN_TEXT.get(unit, unit)
    if style == "over":
        return f"{count(number)}余{measure}"
    return f"{count(number)}{measure}{'以上' if style == 'at_least' else ''}"
