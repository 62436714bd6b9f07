"""What recurs: judging what arrived, the hours that brought nothing, days that end, alarms nobody answers."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from django.db import transaction
from django.utils import timezone

from bihuan.kernel.ledger.actions import append
from bihuan.kernel.ledger.rules import SYSTEM
from bihuan.oversight.monitoring.judgement.evaluating import Evaluated, raise_alarms
from bihuan.oversight.monitoring.judgement.inputs import Source
from bihuan.oversight.monitoring.judgement.months import sum_months
from bihuan.oversight.monitoring.judgement.plans import load_book, open_desk
from bihuan.oversight.monitoring.judgement.running import judge
from bihuan.oversight.monitoring.judgement.saving import finish
from bihuan.oversight.monitoring.models import Alarm, JudgedDay, Progress
from bihuan.oversight.monitoring.models.alarms import Handling
from bihuan.oversight.monitoring.rules.catalogue import CITY, COUNTY, ENTERPRISE
from bihuan.oversight.monitoring.rules.periods import DAY, HOUR, day_of
from bihuan.oversight.monitoring.store.source import StoredSource

ARRIVALS = "arrivals"
FIRST_LOOK = HOUR
OVERLAP = timedelta(minutes=2)
"""Arrivals are looked at again for so long: a batch is seen only when it commits, after it was stamped."""
ACTIVE_DAYS = 30


@dataclass
class Round:
    """What one round did."""

    outlets: list[int] = field(default_factory=list)
    examined: int = 0
    changed: int = 0
    alarms: Evaluated = field(default_factory=Evaluated)


def judge_arrived(*, now: datetime | None = None, source: Source | None = None) -> Round:
    """Judge the hours for which records arrived since the last round, and raise their outlets' alarms.

    A round that breaks off is done again: what it reached is written at its end.
    """
    moment, reading = now or timezone.now(), source or StoredSource()
    begun = {"reached": moment - FIRST_LOOK}
    progress, _made = Progress.objects.get_or_create(name=ARRIVALS, defaults=begun)
    touched = reading.touched(progress.reached - OVERLAP, moment)
    by_day: dict[date, set[int]] = defaultdict(set)
    for outlet, hours in touched.items():
        for hour in hours:
            by_day[day_of(hour)].add(outlet)
    done = _round(by_day, source=reading, now=moment)
    over = [day for day in by_day if day < day_of(moment)]
    sum_months(over, done.outlets)
    Progress.objects.filter(pk=progress.pk).update(reached=moment)
    return done


def judge_all(*, now: datetime | None = None, source: Source | None = None) -> Round:
    """Judge yesterday and today of every outlet that is in use: hours that brought nothing, and alarms of it.

    No message tells of what doesn't come, so this goes by the clock.
    """
    moment, reading = now or timezone.now(), source or StoredSource()
    today = day_of(moment)
    by_day = {day: set(active(moment, until=day)) for day in (today - DAY, today)}
    done = _round(by_day, source=reading, now=moment)
    sum_months([today - DAY, today])
    return done


def _round(by_day: dict[date, set[int]], *, source: Source, now: datetime) -> Round:
    done, desk = Round(sorted(set().union(*by_day.values()))), open_desk()
    for day in sorted(by_day):
        saved = judge(sorted(by_day[day]), day, source=source, desk=desk, now=now)
        done.examined += saved.examined
        done.changed += len(saved.changed)
    if done.outlets:
        first = {outlet: day for day in sorted(by_day, reverse=True) for outlet in by_day[day]}
        done.alarms = raise_alarms(done.outlets, source=source, desk=desk, now=now, judged_from=first)
    return done


def active(now: datetime, *, until: date | None = None) -> Sequence[int]:
    """Outlets of which a day was judged in the last 30 days, up to `until`: those that are connected."""
    today = day_of(now)
    days = JudgedDay.objects.filter(day__gte=today - ACTIVE_DAYS * DAY, day__lte=until or today)
    return list(days.values_list("outlet", flat=True).distinct())


def end_day(*, now: datetime | None = None, source: Source | None = None) -> int:
    """Yesterday becomes final: what still comes makes a new version. Gives how many rows did."""
    moment, reading = now or timezone.now(), source or StoredSource()
    yesterday = day_of(moment) - DAY
    judge(active(moment, until=yesterday), yesterday, source=reading, now=moment)
    ended = finish(yesterday)
    sum_months([yesterday])
    return ended


def look_far_back(*, now: datetime | None = None, source: Source | None = None) -> Evaluated:
    """The rules that need a month of data."""
    moment = now or timezone.now()
    return raise_alarms(active(moment), source=source or StoredSource(), now=moment, long=True)


def escalate(*, now: datetime | None = None) -> int:
    """Alarms that nobody looked at rise to the enterprise, the county, the city; gives how many rose."""
    moment = now or timezone.now()
    waits = load_book().of("escalation", day_of(moment)).parameters
    steps = (("first_hours", ENTERPRISE), ("second_hours", COUNTY), ("third_hours", CITY))
    return sum(_rise(moment - waits[name] * HOUR, level) for name, level in steps)


@transaction.atomic
def _rise(found_before: datetime, level: int) -> int:
    waiting = Alarm.objects.select_for_update(of=("self",)).filter(
        handling=Handling.NEW, ended_at=None, level__gt=level, found_at__lte=found_before
    )
    rows = list(waiting)
    for alarm in rows:
        payload = {"rule": alarm.rule, "from": alarm.level, "to": level}
        alarm.level = level
        alarm.save(update_fields=["level", "changed_at"])
        append(alarm.stream, "alarm.rose", by=SYSTEM, payload=payload)
    return len(rows)
