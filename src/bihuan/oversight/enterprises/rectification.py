"""What the loop knows of an enterprise: problems it leads whose date has passed."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime

from django.db.models import F
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from bihuan.loop.models import Problem
from bihuan.loop.rules import states
from bihuan.oversight.enterprises.rules.colour import Fact, FactKind, Report


def overdue(enterprises: Sequence[int], at: datetime) -> Mapping[int, Report]:
    """One fact per open problem that is past its date; done only when somebody else has accepted it."""
    problems = Problem.objects.filter(
        lead_unit__enterprise__in=enterprises, state__in=states.OPEN, due_on__lt=timezone.localdate(at)
    )
    facts: dict[int, list[Fact]] = defaultdict(list)
    for problem in problems.annotate(whose=F("lead_unit__enterprise")).order_by("due_on", "pk"):
        facts[problem.whose].append(_fact(problem))  # type: ignore[attr-defined]
    return {enterprise: Report(tuple(found)) for enterprise, found in facts.items()}


def _fact(problem: Problem) -> Fact:
    said = {"number": problem.number, "title": problem.title, "day": problem.due_on}
    return Fact(
        FactKind.RECTIFICATION_LATE,
        ref=f"problem:{problem.pk}",
        text=_("%(number)s %(title)s was due on %(day)s.") % said,
        url=reverse("problem", args=[problem.pk]),
        day=problem.due_on,
    )
