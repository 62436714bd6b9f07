"""Stored messages as readings for judgement."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime

from bihuan.oversight.monitoring.judgement.inputs import OutletData
from bihuan.oversight.monitoring.rules.periods import HOURS_A_DAY, MINUTES_AN_HOUR, day_of
from bihuan.oversight.monitoring.rules.readings import Reading
from bihuan.oversight.monitoring.store import hot, stored
from bihuan.oversight.monitoring.store.measured import Cell, Message, Shapes, Units, cells
from bihuan.oversight.monitoring.store.tables import MINUTE, PERIOD

MINUTES, FURNACE, HOURS, DAYS = 2051, 2111, 2061, 2031
FURNACE_MINUTES = 5


class StoredSource:
    """The source of judgement over hot and cold records; keeps what it learnt of layouts and units."""

    def __init__(self) -> None:
        self._shapes, self._units = Shapes(), Units()

    def read(
        self, outlets: Sequence[int], start: datetime, end: datetime, *, arrived_by: datetime
    ) -> Mapping[int, OutletData]:
        found: dict[int, _Gathered] = defaultdict(_Gathered)
        for message in self._messages(outlets, start, end, arrived_by=arrived_by):
            for factor, cell in cells(message, self._shapes, self._units):
                if cell.mean is not None or cell.flag:
                    found[message.outlet].take(message, factor, self._reading(message, cell))
        return {outlet: gathered.data() for outlet, gathered in found.items()}

    def touched(self, since: datetime, until: datetime) -> Mapping[int, Sequence[datetime]]:
        found: dict[int, set[datetime]] = defaultdict(set)
        for table in (MINUTE, PERIOD):
            for outlet, hours in hot.touched(table, since, until):
                found[outlet].update(hours)
        return {outlet: sorted(hours) for outlet, hours in found.items()}

    def _messages(
        self, outlets: Sequence[int], start: datetime, end: datetime, *, arrived_by: datetime
    ) -> Iterator[Message]:
        for table, commands in ((MINUTE, (MINUTES, FURNACE)), (PERIOD, (HOURS, DAYS))):
            yield from stored.messages(table, outlets, commands, start, end, arrived_by=arrived_by)

    def _reading(self, message: Message, cell: Cell) -> Reading:
        return Reading(
            at=message.at,
            value=cell.mean,
            flag=cell.flag or "N",
            minutes=self._minutes(message),
            sampled_at=cell.sampled_at,
            low=cell.low,
            high=cell.high,
            converted=cell.converted,
            quantity=cell.quantity,
        )

    def _minutes(self, message: Message) -> int:
        if message.command == MINUTES:
            return self._units.minutes(message.logger)
        whole = {FURNACE: FURNACE_MINUTES, HOURS: MINUTES_AN_HOUR}
        return whole.get(message.command, HOURS_A_DAY * MINUTES_AN_HOUR)


class _Gathered:
    """The records of one outlet; of a factor's versions at one time the last to be taken stays."""

    def __init__(self) -> None:
        self.minutes: dict[str, dict[datetime, Reading]] = defaultdict(dict)
        self.hours: dict[str, dict[datetime, Reading]] = defaultdict(dict)
        self.days: dict[str, dict[date, Reading]] = defaultdict(dict)

    def take(self, message: Message, factor: str, reading: Reading) -> None:
        if message.command == DAYS:
            self.days[factor][day_of(message.at)] = reading
            return
        held = self.hours if message.command == HOURS else self.minutes
        held[factor][message.at] = reading

    def data(self) -> OutletData:
        minutes = {factor: [rows[at] for at in sorted(rows)] for factor, rows in self.minutes.items()}
        return OutletData(minutes, dict(self.hours), dict(self.days))
