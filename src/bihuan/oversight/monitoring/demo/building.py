"""How much, what happens in the month, and judgement over it."""

import random
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from typing import Any

from django.db import connection
from django.utils import timezone

from bihuan.oversight.enterprises.public import Outlet, recolour
from bihuan.oversight.monitoring.actions.marks import make_mark
from bihuan.oversight.monitoring.actions.rules import load_rule_versions
from bihuan.oversight.monitoring.demo import months
from bihuan.oversight.monitoring.demo.filling import Filler, Lapse
from bihuan.oversight.monitoring.judgement.evaluating import raise_alarms
from bihuan.oversight.monitoring.judgement.months import sum_months
from bihuan.oversight.monitoring.judgement.plans import open_desk
from bihuan.oversight.monitoring.judgement.rounds import ARRIVALS
from bihuan.oversight.monitoring.judgement.running import days_between, judge
from bihuan.oversight.monitoring.judgement.saving import finish
from bihuan.oversight.monitoring.models import Alarm, DeviceState, Gap, JudgedDay, Progress
from bihuan.oversight.monitoring.rules.periods import DAY, HOUR, day_of, hour_of, start_of
from bihuan.oversight.monitoring.simulation.messages import DAYS, HOURS, MINUTES
from bihuan.oversight.monitoring.simulation.running import TIMES_THE_LIMIT, field_of
from bihuan.oversight.monitoring.simulation.sensors import Device, Station
from bihuan.oversight.monitoring.simulation.series import Boost
from bihuan.oversight.monitoring.store.source import StoredSource

SEED = 1
"""That of `bihuan simulate`, so that curves go on where the demo month ends."""
DAYS_BACK = 30
LAST_DAYS = 2
MINUTE_DAYS = {"small": 2, "city": 0}
REASON = "演示数据：仪器校准"
Tell = Callable[[str], None]


@dataclass
class Story:
    """What isn't as usual: hours beyond the limit, calibrations under a mark, hours without data."""

    lapses: list[Lapse] = field(default_factory=list)
    marks: list[Lapse] = field(default_factory=list)


def build(_world: Any, rng: random.Random, progress: Tell, *, scale: str = "small") -> None:
    """A month of hours, some days of minutes, all of it judged; the last exceedance becomes a problem."""
    load_rule_versions()
    now = timezone.localtime()
    devices = field_of(None, seed=SEED, now=now)
    story = tell(devices, rng, now=now)
    filler = Filler(story.lapses)
    begin, end = start_of(day_of(now) - DAYS_BACK * DAY), hour_of(now)
    minutes_from = start_of(day_of(now) - MINUTE_DAYS[scale] * DAY)
    for device in devices:
        for station in device.stations:
            filler.fill(device, station, HOURS, begin, end)
            filler.fill(device, station, DAYS, begin, start_of(day_of(now)))
            filler.fill(device, station, MINUTES, minutes_from, end)
    filler.flush()
    progress(f"在线监测：{len(devices):,} 台数采仪，{filler.messages:,} 条报文，{filler.values:,} 个数值")
    _heard(devices, now)
    _explain(story)
    _judge(devices, story, now, progress)
    _gaps(devices, story)
    Progress.objects.create(name=ARRIVALS, reached=now)
    recolour(sorted({device.enterprise for device in devices}))
    progress(f"在线监测：{JudgedDay.objects.count():,} 个判定日，{Alarm.objects.count():,} 个报警")


def tell(devices: Sequence[Device], rng: random.Random, *, now: datetime) -> Story:
    """Write the story into the devices: every eleventh station has a gap, every seventh a calibration."""
    story = Story()
    stations = [(device, place) for device in devices for place in range(len(device.stations))]
    for number, (device, place) in enumerate(stations):
        outlet = device.stations[place].outlet.id
        at = hour_of(now) - timedelta(days=rng.randrange(2, DAYS_BACK), hours=rng.randrange(24))
        if number % 11 == 5:
            story.lapses.append(Lapse(outlet, at, at + rng.randrange(3, 20) * HOUR))
        elif number % 7 == 3:
            story.marks.append(Lapse(outlet, at, at + 2 * HOUR, "C"))
    story.lapses += story.marks
    _exceed(stations, now)
    return story


def _exceed(stations: Sequence[tuple[Device, int]], now: datetime) -> None:
    """A chimney above its limit for four hours, until half a day ago; a drain for two, as a warning."""
    for media, hours in ((("flue_gas", "voc"), 4), (("water",), 2)):
        for device, place in stations:
            station = device.stations[place]
            if station.outlet.medium in media:
                end = hour_of(now) - 12 * HOUR
                device.stations[place] = _above(station, end - hours * HOUR, end)
                break


def _above(station: Station, begin: datetime, end: datetime) -> Station:
    chosen = next(one for one in station.sensors if one.upper is not None and one.factor != "w01001")
    times = TIMES_THE_LIMIT * (chosen.upper or 0) / chosen.series.base
    first, last = (int(at.timestamp()) // 60 for at in (begin, end))
    lifted = replace(chosen, series=chosen.series.boosted(Boost(first, last, times)))
    return replace(station, sensors=tuple(lifted if one is chosen else one for one in station.sensors))


def _heard(devices: Sequence[Device], now: datetime) -> None:
    DeviceState.objects.bulk_create(
        DeviceState(
            mn=device.logger.mn,
            logger=device.logger.id,
            last_seen=now,
            last_data_time=hour_of(now) - HOUR,
            clock_error_s=round(((device.logger.id * 37) % 90) / 10 - 4, 1),
            peer=f"10.20.{number // 250}.{number % 250 + 1}:{40_000 + number % 20_000}",
            edition=device.logger.edition,
            messages=DAYS_BACK * 24,
        )
        for number, device in enumerate(devices)
    )


def _explain(story: Story) -> None:
    outlets = Outlet.objects.select_related("enterprise", "jurisdiction").in_bulk(
        [mark.outlet for mark in story.marks]
    )
    for mark in story.marks:
        make_mark(
            outlets[mark.outlet], by=None, kind="monitor", label="calibration", reason=REASON,
            start=mark.begin, end=mark.end, at=mark.end,
        )  # fmt: skip


def _judge(devices: Sequence[Device], story: Story, now: datetime, progress: Tell) -> None:
    """As the jobs would have done it; days up to the day before yesterday are final.

    The last days, days on which something happened and one pattern a station go through the rules one by one.
    """
    today = day_of(now)
    days = list(days_between(today - DAYS_BACK * DAY, today))
    one_by_one = _by_day(devices, story, days)
    source, desk = StoredSource(), open_desk()
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE monitoring_periodmessage, monitoring_minutemessage")
    for day in days:
        judge(sorted(one_by_one[day]), day, source=source, desk=desk, now=now)
        if day < today - DAY:
            finish(day)
    progress("在线监测：逐条规则判定完成")
    _judge_ordinary(devices, days, one_by_one, now)
    sum_months(days)
    raise_alarms(_outlets(devices), source=source, desk=desk, now=now)


def _by_day(devices: Sequence[Device], story: Story, days: Sequence[date]) -> dict[date, set[int]]:
    """The outlets that are judged one by one on each day."""
    special = {outlet: set(days[-LAST_DAYS:]) for outlet in _outlets(devices)}
    for lapse in story.lapses:
        special[lapse.outlet] |= set(days_between(day_of(lapse.begin), day_of(lapse.end)))
    found: dict[date, set[int]] = {day: set() for day in days}
    for outlet, chosen in special.items():
        pattern = next(day for day in reversed(days) if day not in chosen)
        for day in (*chosen, pattern):
            if day in found:
                found[day].add(outlet)
    return found


def _judge_ordinary(
    devices: Sequence[Device], days: Sequence[date], one_by_one: dict[date, set[int]], now: datetime
) -> None:
    rows = JudgedDay.objects.filter(current=True, day__lt=days[-LAST_DAYS], day_status="valid")
    patterns: dict[int, dict[str, JudgedDay]] = defaultdict(dict)
    for row in rows.order_by("day"):
        patterns[row.outlet_id][row.factor_code] = row
    for device in devices:
        for station in device.stations:
            outlet = station.outlet.id
            ordinary = [day for day in days if outlet not in one_by_one[day]]
            months.write(station, device, ordinary, patterns[outlet], read_at=now)


def _outlets(devices: Sequence[Device]) -> list[int]:
    return sorted({station.outlet.id for device in devices for station in device.stations})


def _gaps(devices: Sequence[Device], story: Story) -> None:
    """Gaps that were asked for in vain."""
    spoken = {station.outlet.id: device.logger for device in devices for station in device.stations}
    Gap.objects.bulk_create(
        Gap(
            outlet=lapse.outlet,
            logger=spoken[lapse.outlet].id,
            mn=spoken[lapse.outlet].mn,
            command=HOURS,
            begin=lapse.begin,
            end=lapse.end,
            missing=(lapse.end - lapse.begin) // HOUR,
            state=Gap.State.NO_DATA,
            closed_at=lapse.end + DAY,
            asked=1,
        )
        for lapse in story.lapses
        if not lapse.flag
    )
