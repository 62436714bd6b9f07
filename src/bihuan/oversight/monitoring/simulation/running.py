"""The whole field: one task a device, storms over all of them, until the time is up."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import NamedTuple

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from bihuan.kernel.errors import BihuanError
from bihuan.oversight.enterprises.public import factor_table, limit_book, logger_book
from bihuan.oversight.monitoring.rules.periods import HOUR, day_of, hour_of, start_of
from bihuan.oversight.monitoring.simulation.sensors import Device, Sensor, Station, devices
from bihuan.oversight.monitoring.simulation.series import Boost
from bihuan.oversight.monitoring.simulation.session import Counts, Session, Setting

STORM_S = 60.0
TIMES_THE_LIMIT = 1.8
FOREVER = 2**40
DAY_DECIDES = ("water", "incineration")


class NoSuchOutlet(BihuanError):
    message = _("No device and no outlet of these is called “%(name)s”, or it has no limit to exceed.")


class Excess(NamedTuple):
    """What was made to exceed its limit, for the announcement."""

    mn: str
    outlet: str
    factor: str
    since: datetime


def field_of(enterprises: int | None, *, seed: int, now: datetime | None = None) -> list[Device]:
    """The devices that stand in the registers, those of the first `enterprises` of them."""
    moment = now or timezone.now()
    loggers = list(logger_book().in_force(moment))
    found = list(devices(loggers, limit_book(), factor_table(), day=day_of(moment), seed=seed))
    order = sorted({device.enterprise for device in found})
    kept = set(order if enterprises is None else order[:enterprises])
    return [device for device in found if device.enterprise in kept]


def make_exceed(field: Sequence[Device], name: str, *, now: datetime | None = None) -> Excess:
    """Lift one factor of one outlet above its limit: MN or outlet code, or with /FACTOR; empty is any.

    Flue gas from the hour before the last on, so that a whole hour is beyond; where the day decides, since
    yesterday. Raises NoSuchOutlet.
    """
    wanted, _slash, factor = name.partition("/")
    moment = now or timezone.now()
    for device in field:
        for place, station in enumerate(device.stations):
            if wanted and wanted.upper() not in (device.logger.mn, station.outlet.code.upper()):
                continue
            if not wanted and station.outlet.medium in DAY_DECIDES:
                continue
            chosen = _excess(station, factor)
            if chosen is not None:
                by_day = station.outlet.medium in DAY_DECIDES
                since = start_of(day_of(moment) - timedelta(days=1)) if by_day else hour_of(moment) - HOUR
                device.stations[place] = _boosted(station, chosen, since)
                return Excess(device.logger.mn, station.outlet.code, chosen.factor, since)
    raise NoSuchOutlet(name=name)


def _excess(station: Station, factor: str) -> Sensor | None:
    return next(
        (
            one
            for one in station.sensors
            if one.upper is not None and one.factor != "w01001" and factor in ("", one.factor)
        ),
        None,
    )


def _boosted(station: Station, chosen: Sensor, since: datetime) -> Station:
    assert chosen.upper is not None  # _excess takes no other
    boost = Boost(int(since.timestamp()) // 60, FOREVER, TIMES_THE_LIMIT * chosen.upper / chosen.series.base)
    lifted = replace(chosen, series=chosen.series.boosted(boost))
    sensors = tuple(lifted if one is chosen else one for one in station.sensors)
    return replace(station, sensors=sensors)


async def run(
    field: Sequence[Device],
    setting: Setting,
    *,
    seed: int,
    seconds: float | None,
    tell: Callable[[Counts], None] = lambda _: None,
) -> Counts:
    """Let all devices speak for `seconds`, or until they have delivered the past, or for ever."""
    sessions = [Session(device, setting, seed=seed) for device in field]
    tasks = [asyncio.create_task(session.run()) for session in sessions]
    beside = [asyncio.create_task(_report(setting.counts, tell))]
    if "storm" in setting.faults:
        beside.append(asyncio.create_task(_storms(sessions, setting.counts)))
    await asyncio.wait(tasks, timeout=seconds)
    for task in (*tasks, *beside):
        task.cancel()
    await asyncio.gather(*tasks, *beside, return_exceptions=True)
    return setting.counts


async def _report(counts: Counts, tell: Callable[[Counts], None]) -> None:
    while True:
        await asyncio.sleep(1)
        tell(counts)


async def _storms(sessions: Sequence[Session], counts: Counts) -> None:
    while True:
        await asyncio.sleep(STORM_S)
        counts.fault("storm")
        for session in sessions:
            session.hang_up()
