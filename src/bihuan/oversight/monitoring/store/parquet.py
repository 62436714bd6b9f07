"""How messages lie in the archive: one file of values and one of messages for each city and day.

Values stand one a row, sorted by outlet, factor, kind and time, as whole numbers with the decimals that the
series needs; so neighbours differ little and are packed as differences. What does not fit (no number, too
large) stands in `plain`. The file of messages holds the rest of each message, so that both together give back
every message as it was stored.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from bihuan.oversight.monitoring.models import LayoutColumn
from bihuan.oversight.monitoring.rules.frame.layout import Kind
from bihuan.oversight.monitoring.store.measured import Message

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)
MOST_DECIMALS = 6
LARGEST = 2**31 - 1

VALUES = pa.schema([
    ("outlet", pa.int32()), ("factor", pa.string()), ("suffix", pa.string()), ("moment", pa.int64()),
    ("command", pa.int16()), ("system", pa.string()), ("part", pa.int16()), ("version", pa.int16()),
    ("logger", pa.int32()), ("layout", pa.int32()), ("position", pa.int16()), ("flag", pa.string()),
    ("decimals", pa.int8()), ("value", pa.int32()), ("plain", pa.float32()),
])  # fmt: skip
MESSAGES = pa.schema([
    ("outlet", pa.int32()), ("command", pa.int16()), ("moment", pa.int64()), ("system", pa.string()),
    ("part", pa.int16()), ("version", pa.int16()), ("origin", pa.int16()), ("delay", pa.int64()),
    ("logger", pa.int32()), ("layout", pa.int32()), ("flags", pa.string()), ("extras", pa.string()),
])  # fmt: skip
PACKED = {"moment": "DELTA_BINARY_PACKED", "value": "DELTA_BINARY_PACKED", "delay": "DELTA_BINARY_PACKED"}


def micros(moment: datetime) -> int:
    return (moment - EPOCH) // MICROSECOND


def moment(micros_since_1970: int) -> datetime:
    return EPOCH + micros_since_1970 * MICROSECOND


class DayWriter:
    """Writes the two files, portion by portion in the order of outlets; each portion is a row group."""

    def __init__(self, values: Path, messages: Path) -> None:
        self.counted = {"messages": 0, "values": 0}
        self._columns: dict[int, list[LayoutColumn]] = {}
        self._values, self._messages = _writer(values, VALUES), _writer(messages, MESSAGES)

    def write(self, rows: Sequence[Message]) -> None:
        if not rows:
            return
        self._learn({row.layout for row in rows})
        ordered = sorted(
            rows, key=lambda row: (row.outlet, row.command, row.at, row.system, row.part, row.version)
        )
        self._messages.write_table(_messages(ordered))
        table = _values(ordered, self._columns)
        self._values.write_table(table)
        self.counted["messages"] += len(ordered)
        self.counted["values"] += table.num_rows

    def _learn(self, layouts: set[int]) -> None:
        found: dict[int, list[LayoutColumn]] = defaultdict(list)
        rows = LayoutColumn.objects.filter(
            layout__in=layouts - set(self._columns), kind__in=(Kind.VALUE, Kind.AGE)
        )
        for row in rows.order_by("layout", "position"):
            found[row.layout_id].append(row)
        self._columns |= {layout: found.get(layout, []) for layout in layouts - set(self._columns)}

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._values.close()
        self._messages.close()


def _writer(path: Path, schema: pa.Schema) -> pq.ParquetWriter:
    packed = {name: how for name, how in PACKED.items() if name in schema.names}
    return pq.ParquetWriter(
        path, schema, compression="zstd", compression_level=6, column_encoding=packed,
        use_dictionary=[name for name in schema.names if name not in packed],
        write_statistics=["outlet", "moment", "factor", "command"],
    )  # fmt: skip


def _messages(rows: Sequence[Message]) -> pa.Table:
    columns = {
        "moment": [micros(row.at) for row in rows],
        "delay": [(row.arrived_at - row.at) // MICROSECOND for row in rows],
    }
    plain = [name for name in MESSAGES.names if name not in columns]
    return pa.table(columns | {name: [getattr(row, name) for row in rows] for name in plain}, MESSAGES)


def _values(rows: Sequence[Message], columns: Mapping[int, Sequence[LayoutColumn]]) -> pa.Table:
    """One row a value; messages of one layout are taken together, column by column."""
    by_layout: dict[int, list[Message]] = defaultdict(list)
    for row in rows:
        by_layout[row.layout].append(row)
    parts = [part for layout, held in by_layout.items() for part in _columns(held, columns[layout])]
    if not parts:
        return VALUES.empty_table()
    arrays = {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}
    order = np.lexsort(
        [arrays[name] for name in ("version", "moment", "position", "suffix", "factor", "outlet")]
    )
    arrays = {name: array[order] for name, array in arrays.items()}
    plain = arrays.pop("number")
    arrays["decimals"], whole, fits = scaled(plain, _series(arrays))
    table = {name: pa.array(array) for name, array in arrays.items()}
    table["value"] = pa.array(whole, pa.int32(), mask=~fits)
    table["plain"] = pa.array(plain, pa.float32(), mask=fits)
    return pa.table({name: table[name] for name in VALUES.names}, VALUES)


def _columns(rows: Sequence[Message], columns: Sequence[LayoutColumn]) -> Iterator[dict[str, Any]]:
    if not columns:
        return
    numbers = np.array([row.values for row in rows], dtype=np.float32)
    same: dict[str, Any] = {
        name: np.array([getattr(row, name) for row in rows])
        for name in ("outlet", "command", "system", "part", "version", "logger", "layout")
    }
    same["moment"] = np.array([micros(row.at) for row in rows], dtype=np.int64)
    for column in columns:
        at = column.flag_position
        flags = [row.flags[at - 1 : at] if at else "" for row in rows]
        yield {
            **same,
            "factor": np.full(len(rows), column.factor or column.code),
            "suffix": np.full(len(rows), column.suffix or column.name),
            "position": np.full(len(rows), column.position, dtype=np.int16),
            "flag": np.array(flags),
            "number": numbers[:, column.position - 1],
        }


def _series(arrays: Mapping[str, Any]) -> Any:
    """Where a new series (outlet, factor, kind) begins in the sorted rows."""
    changes = np.zeros(len(arrays["moment"]), dtype=bool)
    changes[0] = True
    for name in ("outlet", "factor", "suffix", "position"):
        changes[1:] |= arrays[name][1:] != arrays[name][:-1]
    return np.flatnonzero(changes)


def scaled(numbers: Any, starts: Any) -> tuple[Any, Any, Any]:
    """Decimals of each number's series, the numbers as whole ones, and which of them come back exactly."""
    finite = np.nan_to_num(numbers.astype(np.float64), nan=0.0, posinf=0.0, neginf=0.0)
    needed = np.full(len(numbers), MOST_DECIMALS, dtype=np.int8)
    for decimals in range(MOST_DECIMALS, -1, -1):
        exact = np.float32(np.rint(finite * 10.0**decimals) / 10.0**decimals) == numbers
        needed[exact] = decimals
    lengths = np.diff([*starts, len(numbers)])
    scale = np.repeat(np.maximum.reduceat(needed, starts), lengths).astype(np.int8)
    power = 10.0 ** scale.astype(np.float64)
    whole = np.rint(finite * power)
    fits = (np.abs(whole) <= LARGEST) & (np.float32(whole / power) == numbers)
    return scale, np.where(fits, whole, 0).astype(np.int32), fits


def portions(outlets: Iterable[int], size: int) -> Iterator[list[int]]:
    held = sorted(outlets)
    return (held[at : at + size] for at in range(0, len(held), size))
