"""The demo month: every hour judged by the rules, and the exceedance a problem."""

import random

import pytest
from django.utils import timezone

from bihuan.loop.models import Problem
from bihuan.oversight.enterprises.models import Logger, LoggerOutlet
from bihuan.oversight.enterprises.tests.conftest import Plant
from bihuan.oversight.monitoring import demo
from bihuan.oversight.monitoring.demo.building import DAYS_BACK, tell
from bihuan.oversight.monitoring.judgement.running import judge
from bihuan.oversight.monitoring.models import Alarm, DataMark, DeviceState, Gap, JudgedDay, PeriodMessage
from bihuan.oversight.monitoring.rules.periods import DAY, day_of, hour_of
from bihuan.oversight.monitoring.simulation.messages import HOURS, record
from bihuan.oversight.monitoring.simulation.running import field_of
from bihuan.oversight.monitoring.store.reading import records
from bihuan.oversight.monitoring.store.source import StoredSource

CHROME = "a21026"


@pytest.fixture
def month(plant: Plant) -> Plant:
    """The drain has a logger of its own, the chimney several, so that each story is told."""
    where = {
        name: getattr(plant.logger, name)
        for name in ("enterprise", "site", "jurisdiction", "jurisdiction_path", "valid_from")
    }
    LoggerOutlet.objects.filter(outlet=plant.drain).delete()
    drains = Logger.objects.create(mn="010000A8900016F000169DC1", **where)
    LoggerOutlet.objects.create(logger=drains, outlet=plant.drain)
    demo.build(None, random.Random(1), lambda _: None, scale="small")
    return plant


def test_the_month_is_there_and_judged(month: Plant) -> None:
    today = day_of(timezone.now())
    days = JudgedDay.objects.filter(outlet=month.chimney, factor_code=CHROME, current=True)
    assert days.count() == DAYS_BACK + 1
    old = days.get(day=today - 10 * DAY)
    assert (old.final, old.statuses, old.day_status) == (True, "V" * 24, "valid")
    assert not days.get(day=today).final
    assert DeviceState.objects.count() == 2


def test_the_exceedance_is_an_alarm_and_a_problem(month: Plant) -> None:
    alarm = Alarm.objects.get(outlet=month.chimney, rule="E1")
    assert (alarm.count, alarm.handling) == (4, "raised")
    assert Problem.objects.get().procedure_key == "alarm"
    assert Alarm.objects.filter(outlet=month.drain, rule="E2").exists()
    assert not Alarm.objects.filter(rule__in=("T2", "T3", "L1", "L2", "L4", "Q1", "Q3")).exists()


def test_records_are_what_the_devices_would_have_sent(month: Plant) -> None:
    """The filled month and `bihuan simulate` say the same of an hour."""
    begin = hour_of(timezone.now()) - 40 * (DAY / 24)
    (device,) = [one for one in field_of(None, seed=1) if one.logger.mn == month.logger.mn]
    said = record(device, device.stations[0], HOURS, begin, said=begin).frame.decode()
    row = records(month.chimney.pk, begin, begin + DAY / 24, grain="hour").records[0]
    assert f"{CHROME}-Avg={row.cells[CHROME].mean:.2f}" in said
    assert PeriodMessage.objects.filter(outlet=month.chimney.pk, command=2061).count() > 700


def test_some_stations_have_gaps_and_some_calibrations(month: Plant) -> None:
    device = field_of(None, seed=1)[0]
    story = tell([device] * 12, random.Random(1), now=timezone.localtime())
    assert [bool(lapse.flag) for lapse in story.lapses] == [False, True, True]
    assert not Gap.objects.exists()
    assert not DataMark.objects.exists()


def test_days_judged_many_at_once_are_what_the_rules_say_one_by_one(month: Plant) -> None:
    """Judging them again finds nothing that differs."""
    now = timezone.now()
    for back in (DAYS_BACK, 12, 7):
        day = day_of(now) - back * DAY
        saved = judge([month.chimney.pk, month.drain.pk], day, source=StoredSource(), now=now)
        assert saved.examined == 5
        assert [(row.factor_code, row.day) for row in saved.changed] == []
