"""Records by the hundred thousand, as the gateway would have stored them."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import numpy as np
from django.db import connection

from bihuan.oversight.enterprises.public import factor_table
from bihuan.oversight.monitoring.rules.frame.layout import Layout
from bihuan.oversight.monitoring.rules.periods import SHANGHAI
from bihuan.oversight.monitoring.simulation.messages import LENGTHS
from bihuan.oversight.monitoring.simulation.periods import table
from bihuan.oversight.monitoring.simulation.sensors import Device, Station
from bihuan.oversight.monitoring.store.layouts import LayoutBook
from bihuan.oversight.monitoring.store.rows import Key, MessageRow, Told, microseconds
from bihuan.oversight.monitoring.store.tables import table_of
from bihuan.oversight.monitoring.store.writing import Batch, Store

PORTION = 5_000
MINUTE_US = 60_000_000
DELAYS_US = (12_000_000, 31_000_000, 48_000_000, 19_000_000)


@dataclass(frozen=True)
class Lapse:
    """From one moment to another a station sends nothing, or what it sends carries the flag."""

    outlet: int
    begin: datetime
    end: datetime
    flag: str = ""


class Filler:
    """Collects messages and stores them in portions."""

    def __init__(self, lapses: Sequence[Lapse]) -> None:
        connection.ensure_connection()
        self.store = Store(connection.connection, LayoutBook(factor_table()))
        self.lapses = lapses
        self.messages = 0
        self.values = 0
        self._waiting = Batch()

    def fill(self, device: Device, station: Station, command: int, begin: datetime, end: datetime) -> None:
        """Take in the whole periods of [begin, end), which begins with one."""
        self._take(command, self.rows(device, station, command, begin, end))

    def rows(
        self, device: Device, station: Station, command: int, begin: datetime, end: datetime
    ) -> list[MessageRow]:
        step = device.logger.minute_interval_min
        length = LENGTHS.get(command, step)
        begins = np.arange(int(begin.timestamp()) // 60, int(end.timestamp()) // 60 - length + 1, length)
        flags = self._flags(station, begins)
        begins, flags = begins[flags != ""], flags[flags != ""]
        if not len(begins):
            return []
        return list(self._rows(device, station, command, begins, flags, length=length, step=step))

    def flush(self) -> None:
        if len(self._waiting):
            self.store.write(self._waiting)
            self._waiting = Batch()

    def _flags(self, station: Station, begins: Any) -> Any:
        """The flag of each period; empty where nothing is sent."""
        flags = np.full(len(begins), "N")
        for lapse in self.lapses:
            if lapse.outlet == station.outlet.id:
                first, last = (int(at.timestamp()) // 60 for at in (lapse.begin, lapse.end))
                flags[(begins >= first) & (begins < last)] = lapse.flag
        return flags

    def _rows(
        self,
        device: Device,
        station: Station,
        command: int,
        begins: Any,
        flags: Any,
        *,
        length: int,
        step: int,
    ) -> Iterator[MessageRow]:
        columns = list(table(station, begins, length=length, step=step))
        layout = Layout(("DataTime", *(f"{one.code}-{one.suffix}" for one in columns)))
        numbers = [one.numbers for one in columns if one.numbers is not None]
        flag_count = len(columns) - len(numbers)
        matrix = np.stack(numbers, axis=1).astype(np.float32).astype(float).tolist()
        for place, (begin, values) in enumerate(zip(begins.tolist(), matrix, strict=True)):
            at = _microseconds(begin)
            key = Key(station.outlet.id, command, at, station.system, 0)
            told = Told(layout, tuple(values), str(flags[place]) * flag_count, "")
            delay = length * MINUTE_US + DELAYS_US[(begin + station.outlet.id) % len(DELAYS_US)]
            yield MessageRow(key, told, at + delay, device.logger.id, 0)

    def _take(self, command: int, rows: list[MessageRow]) -> None:
        target = table_of(command)
        assert target is not None  # minutes, hours and days have their tables
        self._waiting.messages.setdefault(target, []).extend(rows)
        self.messages += len(rows)
        self.values += sum(len(row.told.values) for row in rows)
        if len(self._waiting) >= PORTION:
            self.flush()


_FIRST = datetime(1970, 1, 1, 8, tzinfo=SHANGHAI)
_SINCE_1970 = microseconds(_FIRST)


def _microseconds(minute: int) -> int:
    return _SINCE_1970 + minute * MINUTE_US
