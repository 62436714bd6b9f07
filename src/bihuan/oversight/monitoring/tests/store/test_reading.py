"""Reading what was stored: units, versions, curves, tables, and readings for judgement."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from bihuan.oversight.enterprises.models import LoggerFactor
from bihuan.oversight.enterprises.public import factor_table
from bihuan.oversight.enterprises.tests.conftest import Plant
from bihuan.oversight.monitoring.rules.frame.times import BEIJING
from bihuan.oversight.monitoring.rules.periods import day_of
from bihuan.oversight.monitoring.store.grains import Grain, grain_for, in_order
from bihuan.oversight.monitoring.store.layouts import LayoutBook
from bihuan.oversight.monitoring.store.reading import Bucket, curve, drawn, records
from bihuan.oversight.monitoring.store.rows import MessageRow
from bihuan.oversight.monitoring.store.source import StoredSource
from bihuan.oversight.monitoring.store.writing import Store
from bihuan.oversight.monitoring.tests.store.conftest import NOON, batch, message

HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)
SO2 = "a21026-Min={low},a21026-Avg={mean},a21026-Max={high},a21026-Flag={flag}"


@pytest.fixture
def filled(store: Store) -> Store:
    """A store that knows the factor tables."""
    store.layouts = LayoutBook(factor_table())
    return store


def of(plant: Plant, text: str, *, at: datetime = NOON, **more: Any) -> MessageRow:
    return message(text, at=at, outlet=plant.chimney.pk, **more)._replace(logger=plant.logger.pk)


def so2(plant: Plant, mean: float, *, at: datetime = NOON, flag: str = "N", **more: Any) -> MessageRow:
    return of(plant, SO2.format(low=mean - 1, mean=mean, high=mean + 1, flag=flag), at=at, **more)


def test_a_curve_of_minutes_has_a_bucket_for_each_record(filled: Store, plant: Plant) -> None:
    filled.write(batch(so2(plant, 40.1), so2(plant, 42, at=NOON + 10 * MINUTE, flag="D")))
    found = curve(plant.chimney.pk, "a21026", NOON, NOON + HOUR, grain="minute")
    assert found == [
        Bucket(NOON, 39.1, 40.1, 41.1, 1, "N"),
        Bucket(NOON + 10 * MINUTE, 41.0, 42.0, 43.0, 1, "D"),
    ]
    assert found[0].at.utcoffset() == timedelta(hours=8)


def test_many_records_are_drawn_together_without_losing_a_peak(filled: Store, plant: Plant) -> None:
    values = [10.0] * 120
    values[77] = 500.0
    filled.write(batch(*(so2(plant, value, at=NOON + n * MINUTE) for n, value in enumerate(values))))
    found = drawn(plant.chimney.pk, "a21026", NOON, NOON + 2 * HOUR, grain=Grain.MINUTE, points=12)
    assert found.step == 10 * MINUTE
    assert [bucket.count for bucket in found.buckets] == [10] * 12
    assert max(bucket.high or 0 for bucket in found.buckets) == 501.0
    assert found.buckets[7].mean == 59.0


def test_the_grain_follows_the_span_and_falls_back_to_what_there_is(filled: Store, plant: Plant) -> None:
    assert [grain_for(timedelta(hours=n)) for n in (6, 72, 9_600, 9_601)] == list(Grain)
    assert in_order(Grain.HOUR) == [Grain.HOUR, Grain.MINUTE, Grain.REALTIME, Grain.DAY]
    filled.write(batch(so2(plant, 20, command=2061)))
    found = drawn(plant.chimney.pk, "a21026", NOON - HOUR, NOON + HOUR)
    assert (found.grain, [bucket.mean for bucket in found.buckets]) == (Grain.HOUR, [20.0])
    assert curve(plant.chimney.pk, "a21002", NOON - HOUR, NOON + HOUR) == []


def test_days_begin_at_midnight_in_beijing(filled: Store, plant: Plant) -> None:
    midnight = NOON.replace(hour=0)
    filled.write(batch(so2(plant, 20, command=2031, at=midnight)))
    found = curve(plant.chimney.pk, "a21026", midnight, midnight + timedelta(days=800))
    assert [(bucket.at, bucket.mean) for bucket in found] == [(midnight, 20.0)]


def test_the_newest_version_counts_and_a_part_of_it_erases_nothing(filled: Store, plant: Plant) -> None:
    filled.write(batch(of(plant, "a21026-Avg=40,a21026-Flag=N;a21002-Avg=80,a21002-Flag=N")))
    filled.write(batch(of(plant, "a21026-Avg=44,a21026-Flag=N", origin=1)))
    span = {"begin": NOON, "end": NOON + HOUR, "grain": "minute"}
    assert [one.mean for one in curve(plant.chimney.pk, "a21026", **span)] == [44.0]
    assert [one.mean for one in curve(plant.chimney.pk, "a21002", **span)] == [80.0]


@pytest.mark.parametrize(
    ("edition", "sent", "value"),
    [("2005", "024-Avg=0.05", 50.0), ("2017", "w20117-Avg=0.05", 0.05)],
)
def test_numbers_stand_in_the_units_of_2017(
    filled: Store, plant: Plant, edition: str, sent: str, value: float
) -> None:
    """Chromium VI: mg/L in 2005, µg/L in 2017 (telemetry chapter 2.3)."""
    plant.logger.edition = edition
    plant.logger.save()
    filled.write(batch(of(plant, sent), of(plant, sent, command=2061)))
    span = {"begin": NOON, "end": NOON + HOUR}
    assert [one.mean for one in curve(plant.chimney.pk, "w20117", **span, grain="minute")] == [value]
    data = StoredSource().read([plant.chimney.pk], NOON, NOON + HOUR, arrived_by=NOON + HOUR)
    assert data[plant.chimney.pk].minutes["w20117"][0].value == value
    assert data[plant.chimney.pk].hours["w20117"][NOON].value == value


def test_a_unit_of_the_device_wins_and_one_that_cannot_be_read_gives_no_number(
    filled: Store, plant: Plant
) -> None:
    own = {"logger": plant.logger}
    LoggerFactor.objects.create(**own, factor_code="a21026", unit="ug/m3")
    LoggerFactor.objects.create(**own, factor_code="a21002", unit="m/s")
    filled.write(batch(of(plant, "a21026-Avg=40000,a21026-Flag=N;a21002-Avg=7,a21002-Flag=N")))
    data = StoredSource().read([plant.chimney.pk], NOON, NOON + HOUR, arrived_by=NOON + HOUR)
    minutes = data[plant.chimney.pk].minutes
    assert minutes["a21026"][0].value == 40.0
    assert minutes["a21002"][0].value is None


def test_readings_for_judgement(filled: Store, plant: Plant) -> None:
    midnight = NOON.replace(hour=0)
    sulphur = "a21026-Avg=40,a21026-ZsAvg=52,a21026-Cou=1.5,a21026-Flag=N,a21026-SampleTime=20240123115500"
    filled.write(batch(
        of(plant, sulphur), of(plant, sulphur, command=2061),
        of(plant, "a21026-Avg=41", command=2031, at=midnight), of(plant, "a01901-Avg=851", command=2111),
        of(plant, "a21026-Avg=--,a21026-Flag=D", at=NOON + 10 * MINUTE),
    ))  # fmt: skip
    data = StoredSource().read([plant.chimney.pk], midnight, NOON + HOUR, arrived_by=NOON + HOUR)
    found = data[plant.chimney.pk]
    first, faulty = found.minutes["a21026"]
    assert (first.value, first.converted, first.quantity, first.minutes) == (40.0, 52.0, 1.5, 10)
    assert first.sampled_at == NOON - 5 * MINUTE
    assert (faulty.value, faulty.flag) == (None, "D")
    assert found.hours["a21026"][NOON].minutes == 60
    assert found.days["a21026"][day_of(NOON)].value == 41.0
    assert found.minutes["a01901"][0].minutes == 5


def test_what_had_not_arrived_by_then_is_not_read(filled: Store, plant: Plant) -> None:
    filled.write(batch(so2(plant, 40)))
    filled.write(batch(so2(plant, 60)._replace(arrived_at=so2(plant, 60).arrived_at + 3_600_000_000)))
    source, keys = StoredSource(), [plant.chimney.pk]
    early = source.read(keys, NOON, NOON + HOUR, arrived_by=NOON + MINUTE)
    late = source.read(keys, NOON, NOON + HOUR, arrived_by=NOON + 2 * HOUR)
    assert early[keys[0]].minutes["a21026"][0].value == 40.0
    assert late[keys[0]].minutes["a21026"][0].value == 60.0
    assert source.read(keys, NOON, NOON + HOUR, arrived_by=NOON) == {}


def test_touched_hours(filled: Store, plant: Plant) -> None:
    filled.write(batch(so2(plant, 40), so2(plant, 40, at=NOON + 70 * MINUTE), so2(plant, 1, command=2011)))
    source = StoredSource()
    assert source.touched(NOON, NOON + 2 * HOUR) == {plant.chimney.pk: [NOON, NOON + HOUR]}
    assert source.touched(NOON + 2 * HOUR, NOON + 3 * HOUR) == {}


def test_records_page_by_page_with_flags_origin_and_version(filled: Store, plant: Plant) -> None:
    for n in range(5):
        filled.write(batch(so2(plant, 40 + n, at=NOON + n * MINUTE)))
    filled.write(batch(so2(plant, 99, at=NOON + 4 * MINUTE, origin=2, flag="T")))
    span = {"begin": NOON, "end": NOON + HOUR, "grain": "minute", "size": 2}
    first = records(plant.chimney.pk, **span)
    assert first.total == 5
    assert [(row.at, row.version, row.origin) for row in first.records] == [
        (NOON + 4 * MINUTE, 2, 2), (NOON + 3 * MINUTE, 1, 0),
    ]  # fmt: skip
    cell = first.records[0].cells["a21026"]
    assert (cell.low, cell.mean, cell.high, cell.flag) == (98.0, 99.0, 100.0, "T")
    last = records(plant.chimney.pk, **span, page=3)
    assert [row.at for row in last.records] == [NOON]
    assert records(plant.chimney.pk, **span, page=4).records == []
    assert records(plant.chimney.pk, **span, versions=True).total == 6


def test_a_message_in_parts_is_a_record_for_each(filled: Store, plant: Plant) -> None:
    filled.write(batch(so2(plant, 40, part=1), of(plant, "a21002-Avg=80", part=2)))
    assert records(plant.chimney.pk, NOON, NOON + HOUR, grain="minute").total == 2
    data = StoredSource().read([plant.chimney.pk], NOON, NOON + HOUR, arrived_by=NOON + HOUR)
    assert set(data[plant.chimney.pk].minutes) == {"a21026", "a21002"}


def test_beijing_is_the_zone_of_times(filled: Store, plant: Plant) -> None:
    filled.write(batch(so2(plant, 40)))
    row = records(plant.chimney.pk, NOON, NOON + HOUR, grain="minute").records[0]
    assert row.at == NOON.astimezone(BEIJING)
    assert f"{row.at:%H:%M}" == "12:00"
