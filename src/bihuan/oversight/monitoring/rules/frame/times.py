"""Times as devices write them: Beijing time without a zone (HJ 212-2017 6.5, 6.6)."""

from datetime import UTC, datetime, timedelta, timezone
from functools import lru_cache

from bihuan.oversight.monitoring.rules.frame.faults import Fault

BEIJING = timezone(timedelta(hours=8))
STANDARD, WITHOUT_SECONDS, EPOCH, WITH_MILLISECONDS = 14, 12, 13, 17


@lru_cache(maxsize=4096)
def read_time(text: str) -> tuple[datetime | None, Fault | None]:
    """A time of 14 digits; 12 (no seconds) and 17 (milliseconds, dropped) are read too, with their fault."""
    digits = text
    fault: Fault | None = None
    if not (text.isascii() and text.isdigit()):
        digits = "".join(filter(str.isdigit, text)) if set(text) <= set("0123456789-/: T") else ""
        fault = Fault.BAD_TIME
    if len(digits) == WITH_MILLISECONDS:
        digits, fault = digits[:STANDARD], fault or Fault.TIME_WITH_MILLISECONDS
    elif len(digits) == WITHOUT_SECONDS:
        digits, fault = digits + "00", fault or Fault.TIME_WITHOUT_SECONDS
    moment = _moment(digits) if len(digits) == STANDARD else None
    return moment, fault if moment else Fault.BAD_TIME


def read_request_number(text: str) -> tuple[datetime | None, Fault | None]:
    """The moment in a QN of 17 digits; 13 digits are milliseconds since 1970 (seen in the field)."""
    if text.isascii() and text.isdigit():
        if len(text) == EPOCH:
            return datetime.fromtimestamp(int(text) // 1000, UTC).astimezone(BEIJING), Fault.QN_EPOCH
        if len(text) == WITH_MILLISECONDS and (moment := _moment(text[:STANDARD])):
            return moment.replace(microsecond=int(text[STANDARD:]) * 1000), None
    return None, Fault.BAD_QN


def request_number(moment: datetime) -> str:
    """A QN of 17 digits for a moment."""
    local = moment.astimezone(BEIJING)
    return f"{local:%Y%m%d%H%M%S}{local.microsecond // 1000:03d}"


def write_time(moment: datetime) -> str:
    return f"{moment.astimezone(BEIJING):%Y%m%d%H%M%S}"


@lru_cache(maxsize=4096)
def _moment(digits: str) -> datetime | None:
    try:
        return datetime(
            int(digits[:4]), int(digits[4:6]), int(digits[6:8]),
            int(digits[8:10]), int(digits[10:12]), int(digits[12:14]), tzinfo=BEIJING,
        )  # fmt: skip
    except ValueError:
        return None
