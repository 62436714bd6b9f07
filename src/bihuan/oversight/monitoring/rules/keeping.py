"""The numbers that gateway and store go by, with their sources; versions stand in the database. Pure."""

from datetime import date
from typing import NamedTuple

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

SINCE = date(2017, 5, 1)
OURS = gettext_noop("our default; no official value was found")
PROTOCOL = gettext_noop("HJ 212-2017 6.4: time-out 10 s, three resends")
DECREE_820 = gettext_noop("State Council Decree 820 (2026), article 23: records are kept five years at least")


class Number(NamedTuple):
    """One number as it is delivered; `label` says to the reader what it is for."""

    name: str
    value: int
    unit: str
    label: str | Promise
    source: str = OURS
    ours: bool = True


NUMBERS = (
    Number("future_tolerance", 120, "s", _("how far a time of data may lie ahead")),
    Number("past_limit", 366, "d", _("how long ago a time of data may lie")),
    Number("idle_limit", 3900, "s", _("silence after which a connection is closed")),
    Number("half_frame_limit", 15, "s", _("silence after which half a frame is set aside")),
    Number("rate_limit", 200, "1/s", _("frames a second from one connection")),
    Number("broken_limit", 120, "1/min", _("unreadable frames a minute from one connection")),
    Number("unknown_limit", 30, "1/min", _("frames of unknown devices a minute from one connection")),
    Number("layout_limit", 60, "", _("layouts that one connection may bring")),
    Number("answer_limit", 10, "s", _("time in which a device answers"), PROTOCOL, ours=False),
    Number("resends", 3, "", _("times a request is sent again"), PROTOCOL, ours=False),
    Number("execution_limit", 120, "s", _("time between a device's answer and its result")),
    Number("order_limit", 24, "h", _("time for which an order waits for its device")),
    Number("pending_limit", 20_000, "", _("messages that wait to be stored before reading stops")),
    Number("batch_limit", 5_000, "", _("messages stored in one transaction")),
    Number(
        "batch_pause", 10, "ms", _("time from the begin of one transaction to that of the next, at least")
    ),
    Number("quarantine_rate", 100, "1/s", _("frames a second that one process sets aside")),
    Number("state_interval", 10, "s", _("time between two notes of when a device was heard")),
    Number("parts_limit", 10, "min", _("time after which a message in parts counts as incomplete")),
    Number("conflict_window", 300, "s", _("time within which two addresses of one device are a conflict")),
    Number("hot_realtime", 90, "d", _("days that real-time records stay in the database")),
    Number("hot_minute", 366, "d", _("days that minute records stay in the database")),
    Number("hot_period", 0, "d", _("days that hour and day records stay in the database; 0 is for ever")),
    Number("raw_faulty", 1827, "d", _("days that faulty frames are kept"), DECREE_820, ours=False),
    Number(
        "raw_evidence",
        1827,
        "d",
        _("days that frames with legal statistics are kept"),
        DECREE_820,
        ours=False,
    ),
    Number("gap_reach", 24, "h", _("how far back gaps are looked for")),
    Number("gap_requests", 3, "", _("times a gap is asked for")),
)
BY_NAME = {number.name: number for number in NUMBERS}
EVIDENCE = frozenset({2031, 2061, 2041})
"""Commands whose frames are kept as they came: hour and day statistics decide about an exceedance."""
