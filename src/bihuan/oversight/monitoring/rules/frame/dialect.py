"""Which edition a frame speaks: 2005, 2017, 2025, or unknown."""

import re
from datetime import datetime

from bihuan.oversight.monitoring.rules.frame.times import read_request_number
from bihuan.oversight.monitoring.rules.frame.types import Item, small_number

UNKNOWN = "unknown"
EDITIONS = {0: "2005", 1: "2017", 2: "2025"}
DRAFTED = (
    2024  # examples of HJ 212-2025 carry times of 2024; earlier frames with its flag speak another dialect
)
_NEW_CODE = re.compile(r"[a-z]{1,2}[0-9]{5}")
_PLAIN_SYSTEM = 2


def edition_of(head: dict[str, str], items: tuple[Item, ...], at: datetime | None) -> str:
    """The edition by the version bits of the flag (6.3.2); without a flag by the way factors are coded.

    Stations of other dialects set the bits of 2025 years before it existed, and 2005 asked for no flag.
    """
    flag = small_number(head.get("Flag"))
    if flag is not None:
        edition = EDITIONS.get(flag >> 2, UNKNOWN)
        return UNKNOWN if edition == EDITIONS[2] and _is_early(head, at) else edition
    if "Flag" in head or len(head.get("ST", "")) != _PLAIN_SYSTEM:
        return UNKNOWN
    codes = {field.code for item in items for field in item if field.code}
    old = any(not _NEW_CODE.fullmatch(code) for code in codes)
    return UNKNOWN if codes and not old else EDITIONS[0]


def _is_early(head: dict[str, str], at: datetime | None) -> bool:
    asked = read_request_number(head.get("QN", ""))[0] or at
    return asked is not None and asked.year < DRAFTED
