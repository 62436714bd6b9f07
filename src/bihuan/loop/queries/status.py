from datetime import datetime

from django.utils import timezone

from bihuan.loop.models import Problem, RectificationPlan
from bihuan.loop.queries.plans import milestone_facts
from bihuan.loop.rules.plans import reporting_status as status_word
from bihuan.loop.rules.states import ReportingStatus, State


def state_at(problem: Problem, as_of: datetime | None) -> State:
    """The state at a past moment; `reported` before the first event."""
    if as_of is None:
        return State(problem.state)
    span = problem.spans.at(as_of).last()
    return State(span.state) if span else State.REPORTED


def reporting_status(problem: Problem, as_of: datetime | None = None) -> ReportingStatus:
    """The report's word for where a problem stood, from its state spans and accepted milestones."""
    moment = as_of or timezone.now()
    approved = [
        plan
        for plan in problem.plans.all()
        if plan.status == RectificationPlan.Status.APPROVED and plan.decided_at and plan.decided_at <= moment
    ]
    plan = approved[-1] if approved else None
    today = timezone.localdate(moment)
    late = bool(plan and plan.deadline and plan.deadline < today)
    return status_word(state_at(problem, as_of), milestone_facts(plan), on=today, overdue=late)
