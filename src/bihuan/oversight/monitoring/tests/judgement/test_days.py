"""Judged days: computed from what arrived, grown while the day runs, versioned afterwards."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import Error, transaction

from bihuan.oversight.enterprises.models import OutletLimit
from bihuan.oversight.enterprises.tests.conftest import SINCE, Plant
from bihuan.oversight.monitoring.actions.marks import make_mark
from bihuan.oversight.monitoring.judgement.running import judge, trade_of
from bihuan.oversight.monitoring.judgement.saving import finish
from bihuan.oversight.monitoring.models import JudgedDay
from bihuan.oversight.monitoring.rules.periods import HOUR, MINUTE
from bihuan.oversight.monitoring.tests.conftest import DAY, MIDNIGHT, HandFilled

TOMORROW = MIDNIGHT + timedelta(hours=26)


def row(outlet: Any, factor: str) -> JudgedDay:
    found: JudgedDay = JudgedDay.objects.get(outlet=outlet, factor_code=factor, day=DAY, current=True)
    return found


def test_a_water_day_is_weighted_and_counted(plant: Plant, source: HandFilled) -> None:
    source.series(plant.drain.pk, "w00000", MIDNIGHT, [20, 10, 0, 30] * 6)
    source.series(plant.drain.pk, "w01018", MIDNIGHT, [40, 60, 500, 50] * 6)
    judge([plant.drain.pk], DAY, source=source, now=TOMORROW)
    cod = row(plant.drain, "w01018")
    assert cod.statuses == "V" * 24
    assert cod.day_mean == pytest.approx(48.333, abs=1e-3)
    assert (cod.day_status, cod.day_method) == ("valid", "weighted")
    assert cod.quantity == pytest.approx(6 * 10.44)
    assert (cod.due, cod.came, cod.valid) == (24, 24, 24)
    assert row(plant.drain, "w00000").quantity == pytest.approx(6 * 216)
    assert cod.rules.startswith("validity@2020-03-24#")


def test_a_factor_with_a_limit_that_never_came_is_missing(plant: Plant, source: HandFilled) -> None:
    source.series(plant.drain.pk, "w01018", MIDNIGHT, [40] * 24)
    judge([plant.drain.pk], DAY, source=source, now=TOMORROW)
    ph = row(plant.drain, "w01001")
    assert (ph.statuses, ph.day_status, ph.due, ph.came) == ("M" * 24, "missing", 24, 0)


def test_what_is_no_duty_is_judged_and_not_counted(plant: Plant, source: HandFilled) -> None:
    source.series(plant.drain.pk, "w01010", MIDNIGHT, [18.5] * 24)
    judge([plant.drain.pk], DAY, source=source, now=TOMORROW)
    assert (row(plant.drain, "w01010").statuses, row(plant.drain, "w01010").due) == ("V" * 24, 0)


def test_a_running_day_grows_and_waits_seventy_minutes_for_an_hour(plant: Plant, source: HandFilled) -> None:
    source.series(plant.chimney.pk, "a21026", MIDNIGHT, [30, 31])
    judge([plant.chimney.pk], DAY, source=source, now=MIDNIGHT + 3 * HOUR + 5 * MINUTE)
    sulphur = row(plant.chimney, "a21026")
    assert (sulphur.statuses[:4], sulphur.day_status, sulphur.due) == ("VV--", "", 0)
    judge([plant.chimney.pk], DAY, source=source, now=MIDNIGHT + 3 * HOUR + 11 * MINUTE)
    assert row(plant.chimney, "a21026").statuses[:4] == "VVM-"
    assert row(plant.chimney, "a21026").version == 1


def test_late_data_after_the_day_is_final_make_a_new_version(plant: Plant, source: HandFilled) -> None:
    source.series(plant.chimney.pk, "a21026", MIDNIGHT, [30] * 20)
    judge([plant.chimney.pk], DAY, source=source, now=TOMORROW)
    assert finish(DAY) == 1
    for n in range(20, 24):
        source.hour(plant.chimney.pk, "a21026", MIDNIGHT + n * HOUR, 30, arrived=TOMORROW + HOUR)
    saved = judge([plant.chimney.pk], DAY, source=source, now=TOMORROW + 2 * HOUR)
    assert len(saved.changed) == 1
    versions = JudgedDay.objects.filter(outlet=plant.chimney, factor_code="a21026").order_by("version")
    assert [(one.version, one.current, one.came, one.because) for one in versions] == [
        (1, False, 20, ""),
        (2, True, 24, "late"),
    ]
    assert judge([plant.chimney.pk], DAY, source=source, now=TOMORROW + 3 * HOUR).changed == []


def test_the_records_that_made_a_version_are_those_that_had_arrived(plant: Plant, source: HandFilled) -> None:
    source.series(plant.chimney.pk, "a21026", MIDNIGHT, [30] * 24)
    source.hour(plant.chimney.pk, "a21026", MIDNIGHT, 99, arrived=TOMORROW + HOUR)
    judge([plant.chimney.pk], DAY, source=source, now=TOMORROW)
    first = row(plant.chimney, "a21026")
    assert first.statuses[0] == "M"
    assert first.read_at == TOMORROW


def test_a_final_result_cannot_be_rewritten_or_deleted(plant: Plant, source: HandFilled) -> None:
    source.series(plant.chimney.pk, "a21026", MIDNIGHT, [30] * 24)
    judge([plant.chimney.pk], DAY, source=source, now=TOMORROW)
    finish(DAY, [plant.chimney.pk])
    rows = JudgedDay.objects.filter(outlet=plant.chimney)
    with pytest.raises(Error, match="judged_final_stands"), transaction.atomic():
        rows.update(day_mean=1)
    with pytest.raises(Error, match="judged_is_kept"), transaction.atomic():
        rows.delete()


def test_minutes_come_before_the_hour_of_the_device(plant: Plant, source: HandFilled) -> None:
    for n in range(6):
        source.minute(plant.chimney.pk, "a21026", MIDNIGHT + n * 10 * MINUTE, 20.0 + n, minutes=10)
    source.series(plant.chimney.pk, "a21026", MIDNIGHT, [99] * 24)
    judge([plant.chimney.pk], DAY, source=source, now=TOMORROW)
    sulphur = row(plant.chimney, "a21026")
    assert sulphur.means[:2] == [22.5, 99]
    assert sulphur.sent[:2] == [99, 99]


def test_a_mark_of_calibration_takes_its_minutes_out(plant: Plant, source: HandFilled, world: Any) -> None:
    for n in range(60):
        value = 200.0 if 10 <= n < 20 else 20.0
        source.minute(plant.chimney.pk, "a21026", MIDNIGHT + n * MINUTE, value, minutes=1)
    make_mark(
        plant.chimney, by=world.clerk, kind="monitor", label="calibration", reason="每周校准",
        start=MIDNIGHT + 10 * MINUTE, end=MIDNIGHT + 20 * MINUTE,
    )  # fmt: skip
    judge([plant.chimney.pk], DAY, source=source, now=TOMORROW)
    sulphur = row(plant.chimney, "a21026")
    assert (sulphur.statuses[0], sulphur.means[0]) == ("V", 20.0)


def test_a_stop_leaves_the_rate_and_keeps_what_was_measured(
    plant: Plant, source: HandFilled, world: Any
) -> None:
    source.series(plant.chimney.pk, "a21026", MIDNIGHT, [30] * 12 + [1] * 12)
    make_mark(
        plant.chimney, by=world.clerk, kind="condition", label="stopped", reason="停炉检修",
        start=MIDNIGHT + 12 * HOUR, end=MIDNIGHT + 24 * HOUR,
    )  # fmt: skip
    judge([plant.chimney.pk], DAY, source=source, now=TOMORROW)
    sulphur = row(plant.chimney, "a21026")
    assert sulphur.statuses == "V" * 12 + "S" * 12
    assert (sulphur.due, sulphur.valid, sulphur.day_status) == (12, 12, "valid")
    assert (sulphur.day_mean, sulphur.means[12]) == (30, 1)


def test_with_a_reference_oxygen_the_converted_mean_is_kept_beside(plant: Plant, source: HandFilled) -> None:
    OutletLimit.objects.create(
        **OutletLimit.where(plant.chimney.jurisdiction), enterprise=plant.enterprise, outlet=plant.chimney,
        factor_code="a21002", averaging="hour", upper=Decimal(50), unit="mg/m3", source="许可证",
        reference_oxygen_pct=Decimal(6), valid_from=SINCE,
    )  # fmt: skip
    source.series(plant.chimney.pk, "a21002", MIDNIGHT, [100] * 24)
    source.series(plant.chimney.pk, "a19001", MIDNIGHT, [10] * 23 + [21])
    judge([plant.chimney.pk], DAY, source=source, now=TOMORROW)
    nox = row(plant.chimney, "a21002")
    assert nox.converted[0] == pytest.approx(136.36, abs=0.01)
    assert (nox.statuses[23], nox.reasons[23], nox.converted[23]) == ("I", "o", None)
    assert nox.day_mean == pytest.approx(136.36, abs=0.01)


def test_trades_by_medium_and_by_industry(plant: Plant) -> None:
    assert trade_of(plant.chimney) == "other"
    plant.chimney.enterprise.industry_code = "4417"
    assert trade_of(plant.chimney) == "thermal_power"
    plant.chimney.medium = "incineration"
    assert trade_of(plant.chimney) == "incineration"
