"""Devices that are gone (T2) and clocks that go wrong (T4), by what the gateway notes of each device."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import datetime

from django.utils import timezone

from bihuan.oversight.enterprises.public import LoggerView, Outlet
from bihuan.oversight.monitoring.judgement.alarms import reconcile
from bihuan.oversight.monitoring.judgement.plans import Desk, open_desk
from bihuan.oversight.monitoring.models import Alarm, DeviceState
from bihuan.oversight.monitoring.models.alarms import Handling
from bihuan.oversight.monitoring.rules.alarms.transport import clock_level, silence
from bihuan.oversight.monitoring.rules.catalogue import BY_ID, CITY
from bihuan.oversight.monitoring.rules.episodes import Episode
from bihuan.oversight.monitoring.rules.evaluation import Finding
from bihuan.oversight.monitoring.rules.periods import day_of
from bihuan.oversight.monitoring.rules.rulebook import Subject, Version

OFFLINE, CLOCK = "T2", "T4"
SECONDS = {CLOCK: "s"}


def watch_devices(*, now: datetime | None = None) -> int:
    """Open, extend and end the alarms of silence and clocks; gives how many outlets it looked at closely.

    A device that was never heard is none of it: its line isn't in use yet.
    """
    moment, desk = now or timezone.now(), open_desk()
    loggers = {view.id: view for view in desk.loggers.in_force(moment)}
    going = _going()
    looked = 0
    for state in DeviceState.objects.order_by("pk"):
        logger = loggers.get(state.logger or 0)
        for outlet in _outlets(logger, state, desk, going, moment) if logger else ():
            for rule in (OFFLINE, CLOCK):
                _settle(outlet, state, rule, desk=desk, started=going.get((outlet.pk, rule)), now=moment)
            looked += 1
    return looked


def _going() -> dict[tuple[int, str], datetime]:
    """When the open alarms of these rules began."""
    rows = Alarm.objects.filter(rule__in=(OFFLINE, CLOCK), ended_at=None).exclude(handling=Handling.ANNULLED)
    return {(row.outlet_id, row.rule): row.started_at for row in rows}


def _outlets(
    logger: LoggerView,
    state: DeviceState,
    desk: Desk,
    going: dict[tuple[int, str], datetime],
    now: datetime,
) -> Iterable[Outlet]:
    """The logger's outlets for which there is something to say, or something that may be over."""
    found: dict[int, bool] = defaultdict(bool)
    for bound in logger.outlets:
        told = any(_found(state, version, now) for version in _versions(desk, bound.medium, bound.id, now))
        found[bound.id] = told or any((bound.id, rule) in going for rule in (OFFLINE, CLOCK))
    keys = [outlet for outlet, needed in found.items() if needed]
    if not keys:
        return ()
    return Outlet.objects.filter(pk__in=keys).select_related("enterprise", "jurisdiction")


def _versions(desk: Desk, medium: str, outlet: int, now: datetime) -> Iterator[Version]:
    for rule in (OFFLINE, CLOCK):
        version = desk.rules.alarm(rule, day_of(now), Subject(medium, "", outlet))
        if version is not None:
            yield version


def _found(state: DeviceState, version: Version, now: datetime) -> int:
    """How bad it is by the rule, 0 for not at all."""
    if version.rule == OFFLINE:
        return silence(state.last_seen, now, version.parameters).level
    return clock_level(state.clock_error_s, version.parameters)


def _settle(
    outlet: Outlet, state: DeviceState, rule: str, *, desk: Desk, started: datetime | None, now: datetime
) -> None:
    version = next((one for one in _versions(desk, outlet.medium, outlet.pk, now) if one.rule == rule), None)
    worse = _found(state, version, now) if version else 0
    if not worse and started is None:
        return
    findings, since = [], max(state.last_seen, started) if started else state.last_seen
    if worse and version is not None:
        begun = started or state.last_seen
        peak = state.clock_error_s if rule == CLOCK else None
        episode = Episode(begun, None, peak, begun, evidence=(begun,))
        findings = [Finding(version, "", episode, max(CITY, BY_ID[rule].level - worse + 1))]
        since = begun
    reconcile(outlet, findings, since=since, rules=(rule,), units=SECONDS)
