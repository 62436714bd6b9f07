"""Reading what lies in PostgreSQL."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import connection
from psycopg import sql

from bihuan.oversight.monitoring.store.measured import Message, Place
from bihuan.oversight.monitoring.store.tables import Table

COLUMNS = (
    "outlet, command, data_time, system, part, version, origin, arrived_at, logger, layout, flags, extras,"
    " values"
)
_MESSAGES = """
SELECT {columns} FROM {table}
WHERE outlet = ANY(%(outlets)s) AND command = ANY(%(commands)s)
    AND data_time >= %(begin)s AND data_time < %(end)s AND arrived_at <= %(arrived_by)s
ORDER BY outlet, data_time, version, arrived_at
"""
_TOUCHED = """
SELECT outlet, array_agg(DISTINCT date_trunc('hour', data_time)) FROM {table}
WHERE arrived_at > %(since)s AND arrived_at <= %(until)s GROUP BY outlet
"""
_KEYS = """
SELECT data_time, command, system, part, version FROM {table}
WHERE outlet = %(outlet)s AND command = %(command)s AND data_time >= %(begin)s AND data_time < %(end)s
"""
CELLS = """
SELECT extract(epoch FROM data_time)::float8 AS moment, version, arrived_at,
    nullif(values[mean], 'NaN')::float8 * coalesce(scale, 1) AS mean,
    nullif(values[low], 'NaN')::float8 * coalesce(scale, 1) AS low,
    nullif(values[high], 'NaN')::float8 * coalesce(scale, 1) AS high,
    nullif(values[converted], 'NaN')::float8 * coalesce(scale, 1) AS converted,
    substr(flags, flag, 1) AS flag
FROM {table}
JOIN unnest(%(layouts)s::int[], %(mean)s::int[], %(low)s::int[], %(high)s::int[], %(converted)s::int[],
    %(flag)s::int[]) AS place(layout, mean, low, high, converted, flag) USING (layout)
LEFT JOIN unnest(%(loggers)s::int[], %(scales)s::float8[]) AS scales(logger, scale) USING (logger)
WHERE outlet = %(outlet)s AND command = %(command)s AND data_time >= %(begin)s AND data_time < %(end)s
"""
BUCKETS = """
SELECT floor((moment - {origin}) / {width}) AS bucket, min(coalesce(low, mean)), avg(mean),
    max(coalesce(high, mean)), count(mean), string_agg(DISTINCT flag, ''), avg(converted)
FROM (SELECT DISTINCT ON (moment) * FROM ({cells}) AS cell
    ORDER BY moment, version DESC, arrived_at DESC) AS newest
GROUP BY 1 ORDER BY 1
"""


def messages(
    table: Table,
    outlets: Sequence[int],
    commands: Sequence[int],
    begin: datetime,
    end: datetime,
    *,
    arrived_by: datetime,
) -> Iterator[Message]:
    """All versions, the older first, so that a later one of the same time overwrites it."""
    given = {
        "outlets": list(outlets), "commands": list(commands), "begin": begin, "end": end,
        "arrived_by": arrived_by,
    }  # fmt: skip
    return (Message(*row) for row in rows(_MESSAGES, table, given))


def keys(table: Table, outlet: int, command: int, begin: datetime, end: datetime) -> list[tuple[Any, ...]]:
    given = {"outlet": outlet, "command": command, "begin": begin, "end": end}
    return rows(_KEYS, table, given)


def touched(table: Table, since: datetime, until: datetime) -> Iterator[tuple[int, list[datetime]]]:
    yield from rows(_TOUCHED, table, {"since": since, "until": until})


def buckets(
    table: Table,
    asked: Mapping[str, Any],
    places: Mapping[int, Place],
    *,
    origin: float,
    width: float,
) -> list[tuple[Any, ...]]:
    """One row a bucket; `asked` names outlet, command, begin, end, loggers and scales."""
    columns = {
        name: [getattr(place, name) for place in places.values()]
        for name in ("mean", "low", "high", "converted", "flag")
    }
    statement = BUCKETS.format(cells=CELLS, origin=origin, width=width)
    return rows(statement, table, {**asked, "layouts": list(places), **columns})


def rows(statement: str, table: Table, given: Mapping[str, Any]) -> list[tuple[Any, ...]]:
    names = {"table": sql.Identifier(table.name), "columns": sql.SQL(COLUMNS)}
    with connection.cursor() as cursor:
        composed = sql.SQL(statement).format(**names)
        cursor.execute(composed.as_string(cursor.cursor), given)
        found: list[tuple[Any, ...]] = cursor.fetchall()
        return found
