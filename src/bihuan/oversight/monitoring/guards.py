"""What an alarm asks of its problem before it may be closed."""

from dataclasses import replace
from datetime import date
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from bihuan.loop.models import Problem
from bihuan.loop.rules.procedures import procedure, register_procedure
from bihuan.oversight.monitoring.models import Alarm, AlarmSource
from bihuan.oversight.monitoring.queries.normal import normal_hours, normal_hours_needed


def normal_again(problem: Problem, _day: date) -> Any:
    """Normal data for long enough since the episode (72 h unless a rule version says otherwise; ours)."""
    needed = normal_hours_needed(timezone.localdate())
    for source in AlarmSource.objects.filter(problem=problem).select_related("alarm__outlet"):
        alarm: Alarm = source.alarm
        if alarm.ended_at is None:
            return _("The alarm goes on: %(label)s.") % {"label": alarm.label}
        hours = normal_hours(alarm)
        if hours < needed:
            return _("Only %(hours)s of %(needed)s hours of normal data since the alarm ended.") % {
                "hours": hours,
                "needed": needed,
            }
    return None


def guard_alarm_problems() -> None:
    known = procedure("alarm")
    register_procedure(replace(known, guards={**known.guards, "close": (normal_again,)}))
