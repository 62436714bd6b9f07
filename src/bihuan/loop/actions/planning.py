"""Submitting, approving and changing a rectification plan."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from bihuan.kernel.errors import Refused
from bihuan.loop.actions.clocks import start_clock_until, stop_clocks
from bihuan.loop.actions.discovery import required
from bihuan.loop.actions.engine import Step, begin, finish
from bihuan.loop.models import Measure, Milestone, PlanChange, Problem, RectificationPlan
from bihuan.loop.queries.plans import standing_plan
from bihuan.loop.rules.plans import weights_complete
from bihuan.loop.rules.states import State, TimeLimit
from bihuan.loop.rules.transitions import Holder, Turn

MilestoneRow = tuple[str, date, int]
TO_ACCEPTOR = Turn("plan.approve", Holder.ACCEPTOR)
TO_LEAD = Turn("problem.rectify", Holder.LEAD)


@transaction.atomic
def submit_plan(
    problem: Problem,
    *,
    by: Any,
    goal: str,
    standard: str,
    measures: Sequence[str],
    milestones: Sequence[MilestoneRow],
    time_limit: str = TimeLimit.DATE,
    deadline: date | None = None,
    reason: str = "",
    at: datetime | None = None,
) -> Problem:
    """`milestones` are (name, due date, weight in per cent); the weights add up to 100."""
    step = begin(problem, "submit_plan", by=by, at=at)
    _check_plan(step, measures, milestones, time_limit=time_limit, deadline=deadline)
    plan = RectificationPlan.objects.create(
        problem=step.problem,
        cycle=step.problem.cycle,
        goal=required(goal),
        standard=required(standard),
        time_limit=time_limit,
        deadline=deadline,
        submitted_by=step.user,
        submitted_at=step.at,
    )
    Measure.objects.bulk_create(
        Measure(plan=plan, order=order, text=text) for order, text in enumerate(measures, start=1)
    )
    Milestone.objects.bulk_create(
        Milestone(plan=plan, order=order, name=name, due_on=due_on, weight=weight)
        for order, (name, due_on, weight) in enumerate(milestones, start=1)
    )
    payload = {
        "goal": goal,
        "standard": standard,
        "time_limit": str(time_limit),
        "deadline": deadline.isoformat() if deadline else None,
        "measures": list(measures),
        "milestones": [[name, due_on.isoformat(), weight] for name, due_on, weight in milestones],
    }
    return finish(step, payload=payload, reason=reason, turn=TO_ACCEPTOR)


def _check_plan(
    step: Step,
    measures: Sequence[str],
    milestones: Sequence[MilestoneRow],
    *,
    time_limit: str,
    deadline: date | None,
) -> None:
    if not any(text.strip() for text in measures):
        raise Refused(reason=_("A plan needs at least one measure."))
    if not weights_complete([weight for _name, _due, weight in milestones]):
        raise Refused(reason=_("The weights of the milestones must add up to 100 per cent."))
    if (time_limit == TimeLimit.DATE) != (deadline is not None):
        raise Refused(reason=_("Give a deadline, or choose “act at once, keep up long-term”; not both."))
    if deadline and any(due_on > deadline for _name, due_on, _weight in milestones):
        raise Refused(reason=_("A milestone lies after the plan's deadline."))
    limit = parent_deadline(step.problem)
    if deadline and limit and deadline > limit:
        raise Refused(
            reason=_("The deadline is later than that of the superior's plan: %(day)s.")
            % {"day": limit.isoformat()}
        )


def parent_deadline(problem: Problem) -> date | None:
    """The deadline of the original's plan when this problem hangs under another one."""
    if problem.master is None:
        return None
    plan = standing_plan(problem.master)
    return plan.deadline if plan else None


@transaction.atomic
def approve_plan(problem: Problem, *, by: Any, reason: str = "", at: datetime | None = None) -> Problem:
    step = begin(problem, "approve_plan", by=by, at=at)
    plan = _standing(step)
    plan.status = RectificationPlan.Status.APPROVED
    plan.decided_by, plan.decided_at = step.user, step.at
    plan.save(update_fields=["status", "decided_by", "decided_at"])
    stop_clocks(step.problem, ("rectification",), at=step.at, outcome="replaced")
    start_clock_until(step.problem, "rectification", at=step.at, due_on=plan.deadline)
    payload = {"plan": plan.pk, "deadline": plan.deadline.isoformat() if plan.deadline else None}
    return finish(step, changes={"time_limit": plan.time_limit}, payload=payload, reason=reason)


@transaction.atomic
def return_plan(problem: Problem, *, by: Any, reason: str, at: datetime | None = None) -> Problem:
    """Send the plan back to the lead unit; the plan's clock goes on running."""
    step = begin(problem, "return_plan", by=by, at=at)
    plan = _standing(step)
    plan.status, plan.returned_because = RectificationPlan.Status.RETURNED, required(reason)
    plan.decided_by, plan.decided_at = step.user, step.at
    plan.save(update_fields=["status", "returned_because", "decided_by", "decided_at"])
    return finish(step, payload={"plan": plan.pk}, reason=reason, turn=TO_LEAD)


@transaction.atomic
def request_plan_change(
    problem: Problem,
    *,
    by: Any,
    field: str,
    new_value: str,
    reason: str,
    at: datetime | None = None,
) -> PlanChange:
    """Ask for another goal or deadline (an ISO date); nothing changes before the acceptor approves."""
    step = begin(problem, "request_plan_change", by=by, at=at)
    plan = _standing(step)
    if field == PlanChange.Field.DEADLINE:
        _check_new_deadline(plan, new_value)
    old_value = plan.goal if field == PlanChange.Field.GOAL else plan.deadline
    change = PlanChange.objects.create(
        plan=plan,
        field=field,
        old_value=str(old_value),
        new_value=required(new_value),
        reason=required(reason),
        requested_by=step.user,
        requested_at=step.at,
    )
    payload = {"field": str(field), "old": change.old_value, "new": change.new_value}
    finish(step, payload=payload, reason=reason, turn=TO_ACCEPTOR)
    return change


def _check_new_deadline(plan: RectificationPlan, value: str) -> None:
    if plan.deadline is None:
        raise Refused(reason=_("This plan has no deadline: it is to be kept up long-term."))
    try:
        date.fromisoformat(value)
    except ValueError:
        raise Refused(
            reason=_("“%(value)s” is not a date; write it as 2023-01-20.") % {"value": value}
        ) from None


@transaction.atomic
def decide_plan_change(
    problem: Problem,
    *,
    by: Any,
    change: PlanChange,
    approved: bool,
    reason: str = "",
    at: datetime | None = None,
) -> Problem:
    step = begin(problem, "approve_plan_change", by=by, at=at)
    plan = _standing(step)
    change = plan.changes.select_for_update().get(pk=change.pk)
    if change.approved is not None:
        raise Refused(reason=_("This change has been decided already."))
    change.approved, change.decided_by, change.decided_at = approved, step.user, step.at
    change.save(update_fields=["approved", "decided_by", "decided_at"])
    if approved:
        _apply_change(step, plan, change)
    payload = {
        "field": change.field,
        "old": change.old_value,
        "new": change.new_value,
        "approved": approved,
    }
    return finish(step, payload=payload, reason=reason, turn=TO_LEAD)


def _apply_change(step: Step, plan: RectificationPlan, change: PlanChange) -> None:
    if change.field == PlanChange.Field.GOAL:
        plan.goal = change.new_value
    else:
        plan.deadline = date.fromisoformat(change.new_value)
        stop_clocks(step.problem, ("rectification",), at=step.at, outcome="replaced")
        start_clock_until(step.problem, "rectification", at=step.at, due_on=plan.deadline)
    plan.save(update_fields=["goal", "deadline"])


def _standing(step: Step) -> RectificationPlan:
    """The standing plan; the guards have made sure there is one."""
    plan = standing_plan(step.problem)
    if plan is None:
        raise Refused(
            reason=_("There is no plan in state “%(state)s”.") % {"state": State(step.problem.state).label}
        )
    return plan
