from datetime import date, timedelta

from django.utils import timezone

from bihuan.kernel.calendar.queries import load_calendar
from bihuan.kernel.notices.actions.notify import notify
from bihuan.kernel.notices.models import ReminderRun, SendingRule
from bihuan.kernel.notices.queries import sending_rule, steps_of
from bihuan.kernel.notices.reminders import Due, dues
from bihuan.kernel.notices.rules.reminders import label, step_between

# A date may come forward by a rest as long as this before its reminder is due.
AHEAD_DAYS = 15


def remind_once_a_day() -> int:
    """Write today's reminders if it is time and nobody has; how many dates were reminded of."""
    now = timezone.localtime()
    today = now.date()
    rule = sending_rule(today)
    if now.time() < rule.remind_at or not load_calendar().works(today):
        return 0
    if ReminderRun.objects.filter(day=today).exists():
        return 0
    told = remind(today, rule)
    ReminderRun.objects.get_or_create(day=today, defaults={"told": told})
    return told


def remind(today: date, rule: SendingRule) -> int:
    """Reminders of all due dates whose step came since the run before; safe to repeat."""
    before = ReminderRun.objects.filter(day__lt=today).values_list("day", flat=True).first()
    last_run = before or today - timedelta(days=1)
    steps, calendar = steps_of(rule), load_calendar()
    told = 0
    for due in dues(today + timedelta(days=AHEAD_DAYS - steps.earliest)):
        after = max(last_run, due.since)
        step = step_between(due.due_on, after=after, today=today, steps=steps, calendar=calendar)
        if step is not None:
            _tell(due, step, today)
            told += 1
    return told


def _tell(due: Due, step: int, today: date) -> None:
    late = due.due_on < today
    notify(
        due.people(late),
        cause=f"{due.key}@{due.due_on.isoformat()}/{label(step)}",
        template="due.overdue" if late else "due.today" if due.due_on == today else "due.ahead",
        params={"number": due.number, "title": due.title, "due_on": due.due_on.isoformat()},
        url=due.url,
        units=due.units(late),
    )
