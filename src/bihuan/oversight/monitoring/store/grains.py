"""The kinds of records that a curve or table can be made of, and which one suits a span. Pure."""

from datetime import timedelta
from enum import StrEnum

from bihuan.oversight.monitoring.store.tables import MINUTE, PERIOD, REALTIME, Table


class Grain(StrEnum):
    REALTIME = "realtime"
    MINUTE = "minute"
    HOUR = "hour"
    DAY = "day"

    @property
    def command(self) -> int:
        return _COMMANDS[self]

    @property
    def table(self) -> Table:
        return _TABLES[self]


_COMMANDS = {Grain.REALTIME: 2011, Grain.MINUTE: 2051, Grain.HOUR: 2061, Grain.DAY: 2031}
_TABLES = {Grain.REALTIME: REALTIME, Grain.MINUTE: MINUTE, Grain.HOUR: PERIOD, Grain.DAY: PERIOD}
SUITED = (
    (timedelta(hours=6), Grain.REALTIME),
    (timedelta(days=3), Grain.MINUTE),
    (timedelta(days=400), Grain.HOUR),
)


def grain_for(span: timedelta) -> Grain:
    """The grain that suits a span: real time up to six hours, minutes to three days, hours to a year."""
    return next((grain for longest, grain in SUITED if span <= longest), Grain.DAY)


def in_order(first: Grain) -> list[Grain]:
    """Where to look when there is nothing of `first`: the finer ones, nearest first, then the coarser."""
    grains = list(Grain)
    at = grains.index(first)
    return [*reversed(grains[: at + 1]), *grains[at + 1 :]]
