"""Reading what lies in the archive, by DuckDB over the Parquet files of the days that a question touches."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import cache
from pathlib import Path
from threading import local
from typing import Any

import duckdb
from django.conf import settings

from bihuan.kernel.database.models import this_city
from bihuan.oversight.monitoring.models import PackedDay
from bihuan.oversight.monitoring.store.hot import BUCKETS
from bihuan.oversight.monitoring.store.measured import ROLES, Message
from bihuan.oversight.monitoring.store.parquet import EPOCH, MICROSECOND, micros, moment
from bihuan.oversight.monitoring.store.tables import Table

NUMBER = "coalesce(plain::DOUBLE, value / pow(10, decimals))"
KEY = "outlet, command, moment, system, part, version"
_MESSAGES = f"""
SELECT {KEY}, origin, moment + delay, logger, layout, flags, extras, coalesce(held.numbers, [])
FROM read_parquet($messages) LEFT JOIN (
    SELECT {KEY}, list({NUMBER} ORDER BY position) AS numbers FROM read_parquet($values)
    WHERE outlet IN (SELECT unnest($outlets)) AND command IN (SELECT unnest($commands))
        AND moment >= $begin AND moment < $end
    GROUP BY {KEY}
) AS held USING ({KEY})
WHERE outlet IN (SELECT unnest($outlets)) AND command IN (SELECT unnest($commands))
    AND moment >= $begin AND moment < $end AND moment + delay <= $arrived_by
ORDER BY outlet, moment, version
"""
_KEYS = """
SELECT moment, command, system, part, version FROM read_parquet($messages)
WHERE outlet = $outlet AND command = $command AND moment >= $begin AND moment < $end
"""
_CELLS = """
SELECT moment / 1e6 AS moment, version, part AS arrived_at, {roles}, coalesce(max(flag), '') AS flag
FROM (SELECT *, {number} * coalesce(scales.scale, 1) AS number FROM read_parquet($values)
    LEFT JOIN (SELECT unnest($loggers::INT[]) AS logger, unnest($scales::DOUBLE[]) AS scale) AS scales
        USING (logger)
    WHERE outlet = $outlet AND factor = $factor AND command = $command AND moment >= $begin AND moment < $end
        AND NOT list_contains($hidden::BIGINT[], moment))
GROUP BY moment, version, part, system
"""
_threads = local()


def archive() -> Path:
    """The folder of this city's archive."""
    return Path(settings.BIHUAN_HOME) / "archive" / this_city()


def days(table: Table, begin: datetime, end: datetime) -> list[PackedDay]:
    """The packed days, in their newest revision, that a span touches."""
    held = PackedDay.objects.filter(table=table.short, current=True, begin__lt=end, end__gt=begin)
    return list(held.order_by("begin"))


def files(held: Sequence[PackedDay]) -> dict[str, list[str]]:
    """Paths for DuckDB; of each day the file of values and that of messages."""
    return {
        kind: [str(archive() / day.files[place]) for day in held]
        for place, kind in enumerate(("values", "messages"))
    }


def messages(
    held: Sequence[PackedDay],
    outlets: Sequence[int],
    commands: Sequence[int],
    begin: datetime,
    end: datetime,
    *,
    arrived_by: datetime,
) -> list[Message]:
    if not held:
        return []
    given = {
        **files(held), "outlets": list(outlets), "commands": list(commands), "begin": micros(begin),
        "end": micros(end), "arrived_by": micros(arrived_by),
    }  # fmt: skip
    return [
        Message(*row)._replace(at=moment(row[2]), arrived_at=moment(row[7]))
        for row in _rows(_MESSAGES, given)
    ]


def keys(
    held: Sequence[PackedDay], outlet: int, command: int, begin: datetime, end: datetime
) -> list[tuple[Any, ...]]:
    if not held:
        return []
    given = {
        "messages": files(held)["messages"], "outlet": outlet, "command": command, "begin": micros(begin),
        "end": micros(end),
    }  # fmt: skip
    return [(EPOCH + row[0] * MICROSECOND, *row[1:]) for row in _rows(_KEYS, given)]


def buckets(
    held: Sequence[PackedDay],
    asked: Mapping[str, Any],
    factor: str,
    *,
    origin: float,
    width: float,
    hidden: Sequence[datetime],
) -> list[tuple[Any, ...]]:
    """As `hot.buckets`, without the times in `hidden`."""
    if not held:
        return []
    given = {
        **asked, "values": files(held)["values"], "factor": factor, "begin": micros(asked["begin"]),
        "end": micros(asked["end"]), "hidden": [micros(at) for at in hidden],
    }  # fmt: skip
    return _rows(BUCKETS.format(cells=_cells(), origin=origin, width=width), given)


@cache
def _cells() -> str:
    roles = (
        f"max(number) FILTER (suffix IN {(*ROLES[name], '')} AND NOT isnan(number)) AS {name}"
        for name in ("mean", "low", "high", "converted")
    )
    return _CELLS.format(roles=", ".join(roles), number=NUMBER)


def rows(statement: str, given: Mapping[str, Any]) -> list[tuple[Any, ...]]:
    """For what looks at files themselves: packing and its checks."""
    return _rows(statement, given)


def _rows(statement: str, given: Mapping[str, Any]) -> list[tuple[Any, ...]]:
    found: list[tuple[Any, ...]] = _reader().execute(statement, dict(given)).fetchall()
    return found


def _reader() -> duckdb.DuckDBPyConnection:
    """One for each thread; it keeps the footers of files it has read."""
    if not hasattr(_threads, "reader"):
        _threads.reader = duckdb.connect(":memory:", config={"memory_limit": "512MB", "threads": "2"})
        _threads.reader.execute("SET parquet_metadata_cache = true")
    reader: duckdb.DuckDBPyConnection = _threads.reader
    return reader
