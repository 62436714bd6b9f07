"""Starting and stopping the clocks of a problem; called by the other actions inside their transaction."""

from collections.abc import Iterable
from datetime import date, datetime

from django.db.models import Min
from django.utils import timezone

from bihuan.kernel.calendar.queries import due_date, load_calendar
from bihuan.kernel.calendar.rules import remaining_working_days, resumed_due
from bihuan.loop.models import Clock, Problem, SourceRecord
from bihuan.loop.rules.transitions import ALL_CLOCKS

PLAN_CLOCKS = ("plan", "handling")
WORK_CLOCKS = ("rectification", "handling")
DATED_BY_PLAN = ("rectification",)


def start_clock(problem: Problem, name: str, *, at: datetime, source: SourceRecord | None = None) -> None:
    """Start the clock `name` by the duration rule of the problem's procedure; nothing if switched off."""
    rule_id = problem.procedure.rule_for(name)
    if rule_id is None or name in DATED_BY_PLAN or _belongs_to_other_way(problem, name):
        return
    if name == "plan" and problem.cycle > 1:
        rule_id = "plan_reopened"
    due, rule = due_date(rule_id, timezone.localdate(at))
    Clock.objects.create(
        problem=problem,
        source=source,
        cycle=problem.cycle,
        name=name,
        rule_id=rule_id,
        rule_version=rule.version,
        calendar_version=load_calendar().version,
        started_at=at,
        due_on=due.day,
        provisional=due.provisional,
    )


def start_clock_until(problem: Problem, name: str, *, at: datetime, due_on: date | None) -> None:
    """Start a clock whose date a document fixed; None is a time limit without a date."""
    Clock.objects.create(
        problem=problem,
        cycle=problem.cycle,
        name=name,
        rule_id="fixed",
        rule_version="",
        calendar_version=load_calendar().version,
        started_at=at,
        due_on=due_on,
    )


def restart_with_original_due(problem: Problem, *, at: datetime) -> None:
    """After a failed acceptance the work goes on under the date it had, however late that is."""
    last = problem.clocks.filter(cycle=problem.cycle, name__in=WORK_CLOCKS).last()
    if last is None:
        return
    last.pk, last._state.adding = None, True
    last.started_at, last.stopped_at, last.outcome = at, None, ""
    last.save(force_insert=True)


def stop_clocks(problem: Problem, names: Iterable[str], *, at: datetime, outcome: str) -> None:
    """Stop running clocks by name; "*" stops all but those of the sources, which only an answer stops."""
    running = problem.clocks.filter(stopped_at=None)
    names = tuple(names)
    chosen = running.filter(source=None) if names == ALL_CLOCKS else running.filter(name__in=names)
    chosen.update(stopped_at=at, outcome=outcome)


def pause_clocks(problem: Problem, *, at: datetime) -> None:
    calendar = load_calendar()
    for clock in problem.clocks.filter(stopped_at=None, name__in=WORK_CLOCKS):
        clock.pauses = [*clock.pauses, [at.isoformat(), None]]
        if clock.due_on is not None:
            clock.remaining = remaining_working_days(timezone.localdate(at), clock.due_on, calendar)
        clock.save(update_fields=["pauses", "remaining"])


def resume_clocks(problem: Problem, *, at: datetime) -> None:
    """Each paused clock goes on with the working days it had left."""
    calendar = load_calendar()
    for clock in problem.clocks.filter(stopped_at=None, name__in=WORK_CLOCKS):
        if not clock.pauses or clock.pauses[-1][1] is not None:
            continue
        clock.pauses = [*clock.pauses[:-1], [clock.pauses[-1][0], at.isoformat()]]
        if clock.due_on is not None and clock.remaining is not None:
            due = resumed_due(timezone.localdate(at), clock.remaining, calendar)
            clock.due_on, clock.provisional = due.day, due.provisional
        clock.save(update_fields=["pauses", "due_on", "provisional"])


def refresh_due(problem: Problem) -> None:
    """Set the problem's date to that of its most urgent running clock; the caller saves it."""
    running = problem.clocks.filter(stopped_at=None).exclude(pauses__contains=[[None]])
    problem.due_on = running.aggregate(first=Min("due_on"))["first"]
    urgent = running.filter(due_on=problem.due_on).first() if problem.due_on else None
    problem.due_provisional = bool(urgent and urgent.provisional)


def _belongs_to_other_way(problem: Problem, name: str) -> bool:
    return name in PLAN_CLOCKS and (name == "plan") != problem.needs_plan
