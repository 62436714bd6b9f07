"""What judgement reads of the stored messages: readings in the units of the factor table of 2017."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Protocol

from bihuan.oversight.monitoring.rules.readings import Reading


@dataclass(frozen=True)
class OutletData:
    """The newest version of each record of one outlet: minutes in time order, the rest by their start."""

    minutes: Mapping[str, Sequence[Reading]] = field(default_factory=dict)
    hours: Mapping[str, Mapping[datetime, Reading]] = field(default_factory=dict)
    days: Mapping[str, Mapping[date, Reading]] = field(default_factory=dict)


NO_DATA = OutletData()


class Source(Protocol):
    """Where readings come from."""

    def read(
        self, outlets: Sequence[int], start: datetime, end: datetime, *, arrived_by: datetime
    ) -> Mapping[int, OutletData]:
        """Minute, hour and day records with data time in [start, end) that had arrived by then."""
        ...

    def touched(self, since: datetime, until: datetime) -> Mapping[int, Sequence[datetime]]:
        """By outlet, the starts of the hours for which records arrived in (since, until]."""
        ...
