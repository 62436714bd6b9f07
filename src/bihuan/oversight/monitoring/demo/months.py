"""Ordinary days judged many at once: the same numbers as judgement finds one by one, which a test compares.

What a day of a station is judged by (statuses, method, counts, rules) is taken from one day that was judged
by the rules themselves; only the numbers differ from day to day.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import Any, NamedTuple

import numpy as np
from django.db import connection

from bihuan.kernel.database.models import this_city
from bihuan.oversight.monitoring.models import JudgedDay
from bihuan.oversight.monitoring.rules.conversion import AIR_OXYGEN
from bihuan.oversight.monitoring.rules.judging import OXYGEN
from bihuan.oversight.monitoring.rules.periods import MINUTES_AN_HOUR, start_of
from bihuan.oversight.monitoring.simulation.periods import LITRES, MILLIGRAMS, table
from bihuan.oversight.monitoring.simulation.sensors import Device, Sensor, Station

HOURS, DAY_MINUTES = 24, 1440
WEIGHTED = "weighted"
COLUMNS = (
    "city", "outlet_id", "factor_code", "day", "version", "current", "final", "statuses", "reasons", "means",
    "converted", "sent_converted", "quantities", "day_mean", "day_status", "day_method", "day_sent",
    "quantity", "due", "came", "must_be_valid", "valid", "rules", "read_at", "because",
)  # fmt: skip


class Numbers(NamedTuple):
    """By factor: means and quantities of each hour (days × 24), those converted, and the day's own mean."""

    means: dict[str, Any]
    quantities: dict[str, Any]
    converted: dict[str, Any]
    sent: dict[str, Any]


def write(
    station: Station,
    device: Device,
    days: Sequence[date],
    pattern: Mapping[str, JudgedDay],
    *,
    read_at: datetime,
) -> int:
    """Store the judged days of one station; gives how many rows."""
    rows = list(_rows(station, device, days, pattern, read_at=read_at))
    with connection.cursor() as cursor:
        statement = f"COPY monitoring_judgedday ({', '.join(COLUMNS)}) FROM STDIN"
        with cursor.copy(statement) as copy:
            for row in rows:
                copy.write_row(row)
    return len(rows)


def _rows(
    station: Station,
    device: Device,
    days: Sequence[date],
    pattern: Mapping[str, JudgedDay],
    *,
    read_at: datetime,
) -> Iterator[tuple[Any, ...]]:
    numbers = _numbers(station, device, days)
    volumes = numbers.quantities[station.flow.factor] if station.flow else None
    for sensor in station.sensors:
        like = pattern[sensor.factor]
        means = numbers.means[sensor.factor]
        converted = _converted(sensor, numbers)
        mass = _mass(sensor, station, numbers) if like.quantities else None
        day_means = _day_means(means if converted is None else converted, volumes, method=like.day_method)
        for place, day in enumerate(days):
            yield (
                this_city(), station.outlet.id, sensor.factor, day, 1, True, True, like.statuses,
                like.reasons, means[place].tolist(), _listed(converted, place),
                _listed(numbers.converted.get(sensor.factor), place), _listed(mass, place),
                float(day_means[place]), like.day_status, like.day_method,
                float(numbers.sent[sensor.factor][place]), None if mass is None else float(mass[place].sum()),
                like.due, like.came, like.must_be_valid, like.valid, like.rules, read_at, "",
            )  # fmt: skip


def _numbers(station: Station, device: Device, days: Sequence[date]) -> Numbers:
    """What was sent, as it is read: in single precision, in the units of 2017."""
    begins = [int(start_of(day).timestamp()) // 60 for day in days]
    hours = [begin + hour * MINUTES_AN_HOUR for begin in begins for hour in range(HOURS)]
    step = device.logger.minute_interval_min
    scales = {one.code: one.scale for one in station.sensors}
    codes = {one.code: one.factor for one in station.sensors}
    found = Numbers({}, {}, {}, {})
    places = {"Avg": found.means, "Cou": found.quantities, "ZsAvg": found.converted}
    for column in table(station, hours, length=MINUTES_AN_HOUR, step=step):
        if column.suffix in places:
            scale = 1.0 if column.suffix == "Cou" else scales[column.code]
            numbers = _single(column.numbers) / scale
            places[column.suffix][codes[column.code]] = numbers.reshape(len(days), HOURS)
    for column in table(station, begins, length=DAY_MINUTES, step=step):
        if column.suffix == "Avg":
            found.sent[codes[column.code]] = _single(column.numbers) / scales[column.code]
    return found


def _single(numbers: Any) -> Any:
    return np.asarray(numbers, dtype=np.float32).astype(np.float64)


def _converted(sensor: Sensor, numbers: Numbers) -> Any:
    if sensor.reference is None:
        return None
    share = (AIR_OXYGEN - sensor.reference) / (AIR_OXYGEN - numbers.means[OXYGEN])
    return numbers.means[sensor.factor] * share


def _mass(sensor: Sensor, station: Station, numbers: Numbers) -> Any:
    """m³ of the flow, kg of the rest from the measured concentration."""
    if sensor.is_flow:
        return numbers.quantities[sensor.factor]
    flow = station.flow
    assert flow is not None  # a pattern with quantities has one
    by_litres = station.outlet.medium == "water"
    return (
        numbers.means[sensor.factor] * numbers.quantities[flow.factor] / (LITRES if by_litres else MILLIGRAMS)
    )


def _day_means(values: Any, volumes: Any, *, method: str) -> Any:
    if method == WEIGHTED:
        return (values * volumes).sum(axis=1) / volumes.sum(axis=1)
    return values.mean(axis=1)


def _listed(numbers: Any, place: int) -> list[float] | None:
    return None if numbers is None else numbers[place].tolist()
