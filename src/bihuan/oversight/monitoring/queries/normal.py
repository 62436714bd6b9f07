"""How long an outlet has been normal since an alarm."""

from datetime import date, datetime

from bihuan.oversight.monitoring.judgement.plans import load_book
from bihuan.oversight.monitoring.models import Alarm, JudgedDay
from bihuan.oversight.monitoring.models.alarms import STANDING
from bihuan.oversight.monitoring.rules.letters import VALID
from bihuan.oversight.monitoring.rules.periods import HOUR, day_of, start_of


def normal_hours_needed(day: date) -> int:
    return int(load_book().of("closing", day).parameters["normal_hours"])


def normal_hours(alarm: Alarm) -> int:
    """Valid hours after the alarm's end, and after the end of any later standing alarm of the same rule.

    Stopped, missing and invalid hours don't count: silence is not normal. Where the alarm names no factor the
    hours of the outlet's first factor stand for the outlet.
    """
    since = _quiet_since(alarm)
    if since is None:
        return 0
    rows = JudgedDay.objects.filter(outlet=alarm.outlet, current=True, day__gte=day_of(since))
    factor = alarm.factor_code or rows.order_by("factor_code").values_list("factor_code", flat=True).first()
    days = rows.filter(factor_code=factor).values_list("day", "statuses")
    return sum(_counts(day, statuses, since) for day, statuses in days)


def _quiet_since(alarm: Alarm) -> datetime | None:
    """None while such an alarm goes on."""
    same = Alarm.objects.filter(outlet=alarm.outlet, rule=alarm.rule, factor_code=alarm.factor_code)
    later = same.filter(started_at__gte=alarm.started_at, handling__in=STANDING)
    ends = list(later.values_list("ended_at", flat=True)) or [alarm.ended_at]
    known = [end for end in ends if end is not None]
    return max(known) if len(known) == len(ends) else None


def _counts(day: date, statuses: str, since: datetime) -> int:
    start = start_of(day)
    return sum(letter == VALID and start + hour * HOUR >= since for hour, letter in enumerate(statuses))
