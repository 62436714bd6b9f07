"""`bihuan bench telemetry`: a month of minute records, read hot and cold, and what a value costs in bytes."""

import time
from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple

import click

from bihuan.web.cli.bench.results import percentile, show
from bihuan.web.cli.bench.scratch import scratch

FACTORS = (
    ("w00000", 14.0),
    ("w01001", 7.4),
    ("w01018", 40.0),
    ("w21001", 8.0),
    ("w21003", 3.0),
    ("w21011", 0.3),
)
FIRST = date(2026, 9, 1)
SHARE_BEYOND = 1.2
"""The limit is so many times the base; the days reach it for some hours now and then."""


@click.command()
@click.option("--outlets", default=300, show_default=True, help="Outlets, each with six factors.")
@click.option("--days", default=30, show_default=True, help="Days of 10-minute records.")
@click.option("--readings", default=40, show_default=True, help="How often each query is asked.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def telemetry(outlets: int, days: int, readings: int, as_json: bool) -> None:
    """Store a month; read one outlet's month and a day's exceedances over all; pack it; read again."""
    with scratch("telemetry"):
        from bihuan.oversight.enterprises.actions import load_defaults

        load_defaults()
        field = Field(outlets, days)
        stored = field.fill()
        settle()
        rows = [
            stored, Row("bytes a value, hot", field.values, hot_bytes() / field.values, "bytes"),
            *reading(field, "hot", readings),
        ]  # fmt: skip
        rows += [packing(field), *reading(field, "cold", readings)]
        title = (
            f"Telemetry, {outlets} outlets, {days} days, {field.messages:,} messages, {field.values:,} values"
        )
        show(title, [row._asdict() for row in rows], as_json=as_json)


class Row(NamedTuple):
    what: str
    of: int
    median: float
    unit: str
    p95: float | str = ""
    best: float | str = ""
    first: float | str = ""


class Field:
    """Outlets with a logger each, in the order in which their messages would arrive."""

    def __init__(self, outlets: int, days: int) -> None:
        self.outlets, self.days = outlets, days
        self.messages = self.values = 0

    def fill(self) -> Row:
        """A day after the other, the messages of all outlets mixed as they arrive."""
        from bihuan.oversight.monitoring.demo.filling import PORTION, Filler
        from bihuan.oversight.monitoring.simulation.messages import MINUTES
        from bihuan.oversight.monitoring.store.tables import MINUTE
        from bihuan.oversight.monitoring.store.writing import Batch

        filler, stations = Filler(()), list(self.stations())
        spent = 0.0
        for number in range(self.days):
            begin = self.begin + timedelta(days=number)
            rows = [
                row
                for device, station in stations
                for row in filler.rows(device, station, MINUTES, begin, begin + timedelta(days=1))
            ]
            rows.sort(key=lambda row: row.arrived_at)
            self.messages += len(rows)
            self.values += sum(len(row.told.values) for row in rows)
            began = time.perf_counter()
            for at in range(0, len(rows), PORTION):
                filler.store.write(Batch(messages={MINUTE: rows[at : at + PORTION]}))
            spent += time.perf_counter() - began
        return Row("messages stored a second", self.messages, self.messages / spent, "1/s")

    @property
    def begin(self) -> datetime:
        from bihuan.oversight.monitoring.rules.periods import start_of

        return start_of(FIRST)

    @property
    def end(self) -> datetime:
        return self.begin + timedelta(days=self.days)

    def stations(self) -> Iterator[tuple[Any, Any]]:
        from bihuan.oversight.enterprises.public import BoundOutlet, LoggerView
        from bihuan.oversight.monitoring.simulation.sensors import Device, Sensor, Station
        from bihuan.oversight.monitoring.simulation.series import Series

        for outlet in range(1, self.outlets + 1):
            bound = BoundOutlet(outlet, "DW001", "water", outlet, outlet, "")
            logger = LoggerView(
                outlet, f"{outlet:024X}", "2017", self.begin, None, "", "", (), allow_modbus_crc=False,
                realtime_interval_s=60, minute_interval_min=10, outlets=(bound,),
            )  # fmt: skip
            sensors = tuple(
                Sensor(factor, factor, Series(outlet * 31 + place, base), upper=base)
                for place, (factor, base) in enumerate(FACTORS)
            )
            station = Station(bound, "32", sensors)
            yield Device(logger, [station]), station


def reading(field: Field, where: str, readings: int) -> list[Row]:
    from bihuan.oversight.monitoring.store.beyond import beyond
    from bihuan.oversight.monitoring.store.grains import Grain
    from bihuan.oversight.monitoring.store.reading import curve

    limits = {
        (outlet, factor): base * SHARE_BEYOND
        for outlet in range(1, field.outlets + 1)
        for factor, base in FACTORS
    }

    def month(number: int) -> int:
        outlet = 1 + number * 37 % field.outlets
        return len(curve(outlet, "w01018", field.begin, field.end, grain=Grain.MINUTE, points=1_000))

    def day(number: int) -> int:
        begin = field.begin + timedelta(days=number % field.days)
        return len(beyond(limits, begin, begin + timedelta(days=1), grain=Grain.MINUTE))

    return [
        timed(f"one outlet-month as a curve, {where}", month, readings),
        timed(f"a day's exceedances over all outlets, {where}", day, readings),
    ]


def timed(what: str, ask: Callable[[int], int], times: int) -> Row:
    """In milliseconds; the best is the least disturbed, the first one found nothing in memory."""
    taken, found = [], 0
    for number in range(times + 1):
        began = time.perf_counter()
        found += ask(number)
        taken.append((time.perf_counter() - began) * 1000)
    return Row(
        what, found, percentile(taken[1:], 0.5), "ms", percentile(taken[1:], 0.95), min(taken[1:]), taken[0]
    )


def settle() -> None:
    """As the database is after a night."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE monitoring_minutemessage")


def hot_bytes() -> int:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT sum(pg_total_relation_size(inhrelid)) FROM pg_inherits"
            " WHERE inhparent = 'monitoring_minutemessage'::regclass"
        )
        return int(cursor.fetchone()[0])


def packing(field: Field) -> Row:
    from bihuan.oversight.monitoring.store import retiring
    from bihuan.oversight.monitoring.store.tables import MINUTE

    packed = [day for partition in retiring.partitions(MINUTE) for day in retiring.pack_or_drop(partition)]
    assert sum(day.values for day in packed) == field.values
    return Row(
        "bytes a value, cold", field.values, sum(day.bytes_cold for day in packed) / field.values, "bytes"
    )
