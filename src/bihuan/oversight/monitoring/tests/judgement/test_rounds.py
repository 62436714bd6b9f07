"""What recurs: arrivals, hours that bring nothing, silent devices, gaps, the end of a day, escalation."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import connection

from bihuan.kernel.ledger.models import Event
from bihuan.loop.models import Problem
from bihuan.oversight.enterprises.public import factor_table
from bihuan.oversight.enterprises.tests.conftest import Plant
from bihuan.oversight.monitoring.judgement import rounds
from bihuan.oversight.monitoring.judgement.gaps import Found, find_gaps
from bihuan.oversight.monitoring.judgement.silence import watch_devices
from bihuan.oversight.monitoring.models import Alarm, DeviceState, Gap, JudgedDay, OutletMonth, Progress
from bihuan.oversight.monitoring.rules.periods import DAY, HOUR, MINUTE, day_of
from bihuan.oversight.monitoring.store.layouts import LayoutBook
from bihuan.oversight.monitoring.store.rows import MessageRow, microseconds
from bihuan.oversight.monitoring.store.writing import Store
from bihuan.oversight.monitoring.tests.conftest import MIDNIGHT, HandFilled
from bihuan.oversight.monitoring.tests.store.conftest import batch, message


@pytest.fixture
def store(db: None) -> Store:
    connection.ensure_connection()
    return Store(connection.connection, LayoutBook(factor_table()))


def sent(plant: Plant, hour: float, value: float, *, command: int = 2061, late: float = 0) -> MessageRow:
    at = MIDNIGHT + hour * HOUR
    row = message(
        f"a21026-Avg={value},a21026-Flag=N", at=at, outlet=plant.chimney.pk, command=command
    )._replace(logger=plant.logger.pk)
    return row._replace(arrived_at=microseconds(at + HOUR + late * HOUR))


def at(hour: float) -> datetime:
    return MIDNIGHT + hour * HOUR


def state_of(plant: Plant, heard: datetime, **more: Any) -> DeviceState:
    made, _new = DeviceState.objects.update_or_create(
        mn=plant.logger.mn,
        defaults={"logger": plant.logger.pk, "last_seen": heard, "peer": "10.0.0.1:1", **more},
    )
    return made


def alarms(rule: str) -> list[tuple[Any, ...]]:
    """Start, end and level of the chimney's alarms."""
    rows = Alarm.objects.filter(rule=rule, outlet__code="DA001").order_by("started_at")
    return list(rows.values_list("started_at", "ended_at", "level"))


def test_what_arrives_is_judged_and_an_exceedance_is_a_problem_after_one_round(
    store: Store, plant: Plant
) -> None:
    store.write(batch(*(sent(plant, hour, value) for hour, value in enumerate((20, 21, 80)))))
    done = rounds.judge_arrived(now=at(3.1))
    assert (done.outlets, done.alarms.opened) == ([plant.chimney.pk], 1)
    judged = JudgedDay.objects.get(outlet=plant.chimney, factor_code="a21026")
    assert judged.means[:3] == [20, 21, 80]
    assert Problem.objects.get().procedure_key == "alarm"
    assert Progress.objects.get(name=rounds.ARRIVALS).reached == at(3.1)


def test_a_round_sees_only_what_came_since_the_last(store: Store, plant: Plant) -> None:
    store.write(batch(sent(plant, 0, 20)))
    rounds.judge_arrived(now=at(1.1))
    assert rounds.judge_arrived(now=at(1.2)).outlets == []
    store.write(batch(sent(plant, 0, 22, late=0.5)))
    assert rounds.judge_arrived(now=at(1.6)).changed == 1


def test_an_exceedance_that_arrives_days_late_is_a_problem_once_and_stays_one(
    store: Store, plant: Plant
) -> None:
    late, now = 6 * 24, at(6 * 24 + 5)
    store.write(batch(*(sent(plant, n, value, late=late) for n, value in enumerate((20, 80, 20, 20, 20)))))
    rounds.judge_arrived(now=now)
    found = alarms("E1")
    assert [(start, end) for start, end, _level in found] == [(at(1), at(2))]
    store.write(batch(sent(plant, late, 20, late=5)))
    assert rounds.judge_arrived(now=now + HOUR).outlets == [plant.chimney.pk]
    rounds.judge_all(now=now + 2 * HOUR)
    assert alarms("E1") == found
    assert Problem.objects.get().procedure_key == "alarm"


def test_hours_that_bring_nothing_are_found_by_the_clock(store: Store, plant: Plant) -> None:
    store.write(batch(sent(plant, 0, 20)))
    rounds.judge_arrived(now=at(1.1))
    assert rounds.active(at(3)) == [plant.chimney.pk]
    rounds.judge_all(now=at(3.3))
    assert JudgedDay.objects.get(outlet=plant.chimney, day=day_of(MIDNIGHT)).statuses[:3] == "VMM"
    assert [(start, end) for start, end, _level in alarms("T3")] == [(at(1), None)]
    assert OutletMonth.objects.filter(outlet=plant.chimney).exists()


def test_a_day_ends_and_what_comes_later_is_a_new_version(source: HandFilled, plant: Plant) -> None:
    source.series(plant.chimney.pk, "a21026", MIDNIGHT, [20.0] * 24)
    rounds.judge_arrived(now=at(24.1), source=source)
    rounds.end_day(now=at(37), source=source)
    source.hour(plant.chimney.pk, "a21026", at(5), 33, arrived=at(38))
    rounds.judge_arrived(now=at(38.1), source=source)
    rows = JudgedDay.objects.filter(outlet=plant.chimney, factor_code="a21026", day=day_of(MIDNIGHT))
    assert list(rows.order_by("version").values_list("version", "final", "because")) == [
        (1, True, ""), (2, True, "late"),
    ]  # fmt: skip
    month = OutletMonth.objects.get(outlet=plant.chimney)
    assert (month.came, month.first_came) == (24, 24)


def test_the_long_look_leaves_the_other_alarms_alone(store: Store, plant: Plant) -> None:
    store.write(batch(*(sent(plant, hour, value) for hour, value in enumerate((20, 21, 80)))))
    rounds.judge_arrived(now=at(3.1))
    before = alarms("E1")
    assert rounds.look_far_back(now=at(4)).outlets == 1
    assert alarms("E1") == before


def test_a_silent_device_is_an_alarm_that_rises_and_ends_when_it_speaks(plant: Plant) -> None:
    state_of(plant, at(0))
    assert watch_devices(now=at(0.4)) == 0
    watch_devices(now=at(0.6))
    assert alarms("T2") == [(at(0), None, 3)]
    watch_devices(now=at(2.1))
    watch_devices(now=at(2.2))
    assert alarms("T2") == [(at(0), None, 2)]
    state_of(plant, at(2.25))
    watch_devices(now=at(2.3))
    assert alarms("T2") == [(at(0), at(2.25), 2)]


def test_a_wrong_clock_is_one_alarm_while_it_is_wrong(plant: Plant) -> None:
    state_of(plant, at(0), clock_error_s=90)
    watch_devices(now=at(0.1))
    state_of(plant, at(1), clock_error_s=-400)
    watch_devices(now=at(1.1))
    assert alarms("T4") == [(at(0), None, 3)]
    assert Alarm.objects.filter(rule="T4").earliest("pk").peak == -400
    state_of(plant, at(2), clock_error_s=3)
    watch_devices(now=at(2.1))
    assert alarms("T4") == [(at(0), at(2), 3)]


def test_a_device_that_was_never_heard_is_no_alarm(plant: Plant) -> None:
    assert watch_devices(now=at(5)) == 0


REACH = timedelta(hours=24)


def test_gaps_are_found_grow_and_are_filled(store: Store, plant: Plant) -> None:
    store.write(batch(*(sent(plant, hour, 20) for hour in (0, 1, 4))))
    assert find_gaps(reach=REACH, now=at(5.2)) == Found(1, 0)
    gap = Gap.objects.get()
    assert (gap.outlet, gap.logger, gap.mn, gap.command) == (
        plant.chimney.pk, plant.logger.pk, plant.logger.mn, 2061,
    )  # fmt: skip
    assert (gap.begin, gap.end, gap.missing, gap.state) == (at(2), at(4), 2, "open")
    store.write(batch(sent(plant, 2, 20)))
    assert find_gaps(reach=REACH, now=at(6.2)) == Found(1, 0)
    gap.refresh_from_db()
    assert (gap.begin, gap.end, gap.missing) == (at(2), at(4), 1)
    store.write(batch(sent(plant, 3, 20), sent(plant, 5, 20)))
    assert find_gaps(reach=REACH, now=at(6.3)) == Found(0, 2)
    assert set(Gap.objects.values_list("state", flat=True)) == {"filled"}


def test_only_what_a_device_sends_is_missed(store: Store, plant: Plant) -> None:
    store.write(batch(*(sent(plant, hour, 20) for hour in range(5))))
    assert find_gaps(reach=REACH, now=at(5.1)) == Found(0, 0)
    store.write(batch(sent(plant, 1, 20, command=2051)))
    assert find_gaps(reach=REACH, now=at(2.2)) == Found(1, 0)
    gap = Gap.objects.get()
    assert (gap.command, gap.begin, gap.missing) == (2051, at(1) + 10 * MINUTE, 5)


def test_a_missing_day_is_found_after_one_o_clock(store: Store, plant: Plant) -> None:
    store.write(batch(sent(plant, -24, 20, command=2031)))
    assert find_gaps(reach=REACH, now=at(24.5)) == Found(0, 0)
    assert find_gaps(reach=REACH, now=at(25.1)) == Found(1, 0)
    assert (Gap.objects.get().begin, Gap.objects.get().end) == (MIDNIGHT, MIDNIGHT + DAY)


def test_alarms_nobody_looks_at_rise(source: HandFilled, plant: Plant) -> None:
    state_of(plant, at(0))
    watch_devices(now=at(0.6))
    found = Alarm.objects.get(rule="T2", outlet=plant.chimney)
    assert rounds.escalate(now=found.found_at + 3 * HOUR) == 0
    assert rounds.escalate(now=found.found_at + 25 * HOUR) == 2
    assert rounds.escalate(now=found.found_at + 73 * HOUR) == 2
    found.refresh_from_db()
    assert found.level == 1
    assert Event.objects.filter(stream=found.stream, kind="alarm.rose").count() == 2
