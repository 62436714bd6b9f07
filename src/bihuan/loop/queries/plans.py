from datetime import date

from django.utils import timezone

from bihuan.loop.models import Problem, RectificationPlan
from bihuan.loop.rules.plans import MilestoneFact


def standing_plan(problem: Problem) -> RectificationPlan | None:
    """The plan of the current cycle that was submitted or approved; None when none or sent back."""
    returned = RectificationPlan.Status.RETURNED
    current = [plan for plan in problem.plans.all() if plan.cycle == problem.cycle]
    return next((plan for plan in current if plan.status != returned), None)


def milestone_facts(plan: RectificationPlan | None) -> list[MilestoneFact]:
    if plan is None:
        return []
    return [MilestoneFact(item.due_on, item.weight, _day(item.accepted_at)) for item in plan.milestones.all()]


def _day(moment: object) -> date | None:
    return timezone.localdate(moment) if moment else None  # type: ignore[arg-type]
