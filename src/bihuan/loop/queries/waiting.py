"""Whose turn it is."""

from typing import Any

from django.db.models import QuerySet
from django.utils import timezone

from bihuan.kernel.people.models import User
from bihuan.kernel.people.queries import holders
from bihuan.loop.models import Problem


def waiting_people(problem: Problem) -> QuerySet[User]:
    """Those who hold the permission that the next act needs; nobody once it is nobody's turn."""
    if not problem.turn:
        return User.objects.none()
    return holders(problem.turn, **where_waiting(problem), on=timezone.localdate())


def where_waiting(problem: Problem) -> dict[str, Any]:
    """Where a post must lie to hold the turn: in the unit whose move it is, or over the place."""
    if problem.turn_unit_id:
        return {"path": "", "units": [problem.turn_unit_id]}
    return {"path": problem.jurisdiction_path, "units": []}
