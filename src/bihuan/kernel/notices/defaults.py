"""The rules a new instance starts with; no official value was found, so they are ours."""

from datetime import date, time
from typing import Any

from django.utils.translation import gettext_noop

SINCE = date(2004, 1, 1)
OURS = gettext_noop("our default; no official value was found")

SENDING: dict[str, Any] = {
    "valid_from": SINCE,
    "morning_from": time(9, 0),
    "morning_to": time(12, 0),
    "afternoon_from": time(14, 0),
    "afternoon_to": time(17, 30),
    "digest_at": time(9, 0),
    "remind_at": time(8, 30),
    "retry_minutes": [1, 5, 20, 60, 240, 720],
    "reminder_days": [-30, -15, -7, -3, -1, 0, 1],
    "repeat_days": 7,
    "source": OURS,
    "ours": True,
}
