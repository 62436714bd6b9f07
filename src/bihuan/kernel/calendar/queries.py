from datetime import date
from typing import Any

from django.db.models import Count, Max, Q
from django.utils.translation import gettext_lazy as _

from bihuan.kernel.calendar.models import CalendarDay, DurationRule
from bihuan.kernel.calendar.rules import Calendar, Deadline, deadline
from bihuan.kernel.errors import BihuanError

_loaded: dict[str, Calendar] = {}


class NoRule(BihuanError):
    message = _("No duration rule “%(rule_id)s” is valid on %(day)s; load the rules or add a version.")


def calendar_version() -> str:
    """Changes with every load and every override."""
    seen: dict[str, Any] = CalendarDay.objects.aggregate(
        last=Max("day"), days=Count("pk"), changed=Max("changed_at")
    )
    changed = seen["changed"].strftime("%Y%m%d%H%M%S%f") if seen["changed"] else ""
    return f"{seen['last']}/{seen['days']}/{changed}"


def load_calendar() -> Calendar:
    """The calendar as it stands, kept in memory until its version changes."""
    version = calendar_version()
    if version not in _loaded:
        days = dict(CalendarDay.objects.values_list("day", "is_working"))
        _loaded.clear()
        _loaded[version] = Calendar(days=days, version=version, horizon=max(days, default=date.min))
    return _loaded[version]


def rule_for(rule_id: str, on: date) -> DurationRule:
    valid = DurationRule.objects.filter(
        Q(valid_to=None) | Q(valid_to__gte=on), rule_id=rule_id, valid_from__lte=on
    )
    rule = valid.order_by("-valid_from").first()
    if rule is None:
        raise NoRule(rule_id=rule_id, day=on.isoformat())
    return rule


def due_date(rule_id: str, start: date) -> tuple[Deadline, DurationRule]:
    """When a period that starts on `start` ends, and the rule that says so."""
    rule = rule_for(rule_id, start)
    due = deadline(
        start,
        rule.length,
        rule.unit,
        calendar=load_calendar(),
        start_inclusive=rule.start_inclusive,
        roll=rule.roll,
    )
    return due, rule
