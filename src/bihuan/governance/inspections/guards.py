"""What a feedback item asks of its problem beyond the loop's own guards."""

from dataclasses import replace
from datetime import date
from typing import Any

from django.utils.translation import gettext_lazy as _

from bihuan.governance.inspections.models import FeedbackItem
from bihuan.loop.models import Problem
from bihuan.loop.queries.plans import standing_plan
from bihuan.loop.rules.procedures import procedure, register_procedure


def within_superior_limit(problem: Problem, _day: date) -> Any:
    """A plan may not give itself more time than the feedback or the superior's item does."""
    plan = standing_plan(problem)
    if plan is None or plan.deadline is None:
        return None
    for item in FeedbackItem.objects.filter(problem=problem).select_related("parent_item"):
        limits = [found.deadline for found in (item, item.parent_item) if found and found.deadline]
        if limits and plan.deadline > min(limits):
            return _("The plan's deadline is later than that of the feedback: %(day)s.") % {
                "day": min(limits).isoformat()
            }
    return None


def tighten_feedback() -> None:
    known = procedure("feedback")
    guards = {**known.guards, "approve_plan": (within_superior_limit,)}
    register_procedure(replace(known, guards=guards))
