"""What a figure's number is, without a database: exactness, shares, the end of a day."""

from datetime import date, datetime, time
from decimal import ROUND_HALF_UP, Decimal
from typing import Any, TypeAlias
from zoneinfo import ZoneInfo

from bihuan.kernel.errors import BihuanError

Number: TypeAlias = int | Decimal
SHANGHAI = ZoneInfo("Asia/Shanghai")


class NotExact(BihuanError):
    message = "The figure %(figure)s yields a %(type)s; give its measure a DecimalField as output field."


def end_of_day(day: date) -> datetime:
    """A date as an as-of means the last moment of that day in Shanghai."""
    return datetime.combine(day, time.max, tzinfo=SHANGHAI)


def exact(value: Any, *, figure: str) -> Number | None:
    """Whole numbers and decimals pass; a float would make the same figure differ between two machines."""
    if value is None or isinstance(value, int | Decimal):
        return value
    raise NotExact(figure=figure, type=type(value).__name__)


def share(part: Number, whole: Number, *, places: int = 1) -> Decimal | None:
    """`part` of `whole` in per cent, rounded half up; None when there is nothing to divide by."""
    if not whole:
        return None
    return (Decimal(part) * 100 / Decimal(whole)).quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)


def plain(value: Number | str | None) -> str:
    """A number as printed in a text: no exponent and no trailing zeros."""
    if value is None:
        return "—"
    if isinstance(value, Decimal):
        text = f"{value:f}"
        return text.rstrip("0").rstrip(".") if "." in text else text
    return str(value)
