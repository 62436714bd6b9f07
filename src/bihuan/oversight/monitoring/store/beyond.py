"""Which records of a span lie above a limit, over all outlets at once: one query hot, one cold."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from itertools import groupby
from operator import itemgetter
from typing import Any, NamedTuple

from django.db.models import Q

from bihuan.oversight.enterprises.public import Logger
from bihuan.oversight.monitoring.models import PackedDay
from bihuan.oversight.monitoring.rules.periods import SHANGHAI
from bihuan.oversight.monitoring.store import cold, hot
from bihuan.oversight.monitoring.store.grains import Grain
from bihuan.oversight.monitoring.store.measured import MEANS, Units, places_of, shown
from bihuan.oversight.monitoring.store.parquet import micros

SINGLE = 1 + 1e-6
"""A value on its limit is not beyond it, whatever single precision makes of either."""
HOT = """
WITH sent AS (
    SELECT outlet, factor, data_time, command, version, values[mean]::float8 * coalesce(scale, 1) AS number
    FROM {table}
    JOIN unnest(%(layouts)s::int[], %(named)s::text[], %(means)s::int[]) AS place(layout, factor, mean)
        USING (layout)
    LEFT JOIN unnest(%(loggers)s::int[], %(scaled)s::text[], %(scales)s::float8[])
        AS scales(logger, factor, scale) USING (logger, factor)
    WHERE command = %(command)s AND data_time >= %(begin)s AND data_time < %(end)s
), above AS (
    SELECT sent.* FROM sent JOIN unnest(%(outlets)s::int[], %(factors)s::text[], %(uppers)s::float8[])
        AS bound(outlet, factor, upper) USING (outlet, factor)
    WHERE number > upper * %(beyond)s AND number <> 'NaN'
)
SELECT outlet, factor, count(*), max(number), min(extract(epoch FROM data_time))::float8 FROM above
WHERE NOT EXISTS (SELECT FROM {table} later WHERE later.outlet = above.outlet
    AND later.command = above.command AND later.data_time = above.data_time AND later.version > above.version)
GROUP BY outlet, factor
"""
LATE = """
SELECT DISTINCT outlet, extract(epoch FROM data_time)::float8 FROM {table}
WHERE command = %(command)s AND data_time >= %(begin)s AND data_time < %(end)s
"""
COLD = f"""
WITH bound AS (SELECT unnest($outlets::INT[]) AS outlet, unnest($factors::VARCHAR[]) AS factor,
    unnest($uppers::DOUBLE[]) AS upper),
late AS (SELECT unnest($late_outlets::INT[]) AS outlet, unnest($late_moments::BIGINT[]) AS moment),
scales AS (SELECT unnest($loggers::INT[]) AS logger, unnest($scaled::VARCHAR[]) AS factor,
    unnest($scales::DOUBLE[]) AS scale),
sent AS (SELECT outlet, factor, moment, version, {cold.NUMBER} * coalesce(scale, 1) AS number
    FROM read_parquet($values) LEFT JOIN scales USING (logger, factor)
    WHERE suffix IN {MEANS} AND command = $command AND moment >= $begin AND moment < $end),
above AS (SELECT sent.* FROM sent JOIN bound USING (outlet, factor)
    WHERE number > upper * $beyond AND NOT isnan(number))
SELECT outlet, factor, count(*), max(number), min(moment) / 1e6 FROM above
WHERE NOT EXISTS (SELECT 1 FROM sent later WHERE later.version > 1 AND later.outlet = above.outlet
    AND later.factor = above.factor AND later.moment = above.moment AND later.version > above.version)
AND NOT EXISTS (SELECT 1 FROM late WHERE late.outlet = above.outlet AND late.moment = above.moment)
GROUP BY outlet, factor
"""


class Beyond(NamedTuple):
    """How many records of an outlet and factor were above the limit, the greatest of them and the first."""

    outlet: int
    factor: str
    times: int
    highest: float
    first: datetime


def beyond(
    limits: Mapping[tuple[int, str], float], begin: datetime, end: datetime, *, grain: Grain = Grain.HOUR
) -> list[Beyond]:
    """By outlet and factor, against its upper limit in the unit of 2017; measured values, not converted ones.

    What lies in the archive is read there, but for the records of which a later version lies in the database.
    """
    given: dict[str, Any] = {
        "outlets": [outlet for outlet, _factor in limits],
        "factors": [factor for _outlet, factor in limits],
        "uppers": list(limits.values()),
        "command": grain.command,
        "beyond": SINGLE,
        **_scales({factor for _outlet, factor in limits}),
    }
    rows = hot.rows(HOT, grain.table, {**given, **_places(given["factors"]), "begin": begin, "end": end})
    if held := cold.days(grain.table, begin, end):
        past = {"values": cold.files(held)["values"], "begin": micros(begin), "end": micros(end)}
        rows += cold.rows(COLD, {**given, **past, **_late(grain, held)})
    return [_joined(found) for _key, found in groupby(sorted(rows), key=itemgetter(0, 1))]


def _joined(rows: Iterable[tuple[Any, ...]]) -> Beyond:
    """What the database and the archive say of one outlet and factor."""
    outlets, factors, times, highest, first = zip(*rows, strict=True)
    begun = datetime.fromtimestamp(float(min(first)), SHANGHAI)
    return Beyond(outlets[0], factors[0], sum(times), shown(max(highest)), begun)


def _late(grain: Grain, held: Sequence[PackedDay]) -> dict[str, list[int]]:
    """What came for packed days after they were packed, by outlet and time."""
    rows: list[tuple[Any, ...]] = []
    for day in held:
        given = {"command": grain.command, "begin": day.begin, "end": day.end}
        rows += hot.rows(LATE, grain.table, given)
    return {
        "late_outlets": [outlet for outlet, _at in rows],
        "late_moments": [round(at * 1e6) for _outlet, at in rows],
    }


def _places(factors: Sequence[str]) -> dict[str, list[Any]]:
    held = [
        (layout, factor, place.mean)
        for factor in sorted(set(factors))
        for layout, place in places_of(factor).items()
    ]
    columns = ("layouts", "named", "means")
    return {name: [row[place] for row in held] for place, name in enumerate(columns)}


def _scales(factors: set[str]) -> dict[str, list[Any]]:
    """Only loggers that may send another unit than that of 2017 need to be looked at."""
    units = Units()
    unusual = Logger.objects.filter(~Q(edition="2017") | Q(factors__isnull=False)).distinct()
    loggers = list(unusual.values_list("pk", flat=True))
    units.learn(loggers)
    held = [
        (logger, factor, scale)
        for logger in loggers
        for factor in sorted(factors)
        if (scale := units.scale(logger, factor).value) != 1.0
    ]
    columns = ("loggers", "scaled", "scales")
    return {name: [row[place] for row in held] for place, name in enumerate(columns)}
