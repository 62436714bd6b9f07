"""What a user may do to a problem now, and where not, why not."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.functional import Promise

from bihuan.kernel.people.access import post_for
from bihuan.loop import guards
from bihuan.loop.actions.engine import reach
from bihuan.loop.models import Problem
from bihuan.loop.rules.transitions import BY_EVENT, Act


@dataclass(frozen=True)
class Option:
    event: str
    label: Promise | str
    reasons: tuple[str, ...] = ()

    @property
    def allowed(self) -> bool:
        return not self.reasons


def options(problem: Problem, user: Any, today: date) -> list[Option]:
    """The acts whose state fits and whose permission the user holds, each with what stands in the way."""
    return [
        Option(act.event, act.label, tuple(guards.blockers(problem, act, user=user, today=today)))
        for act in BY_EVENT.values()
        if problem.state in act.sources and may(problem, act, user)
    ]


def others_turn(problem: Problem, user: Any) -> list[Act]:
    """The acts that fit the state but belong to somebody else."""
    return [act for act in BY_EVENT.values() if problem.state in act.sources and not may(problem, act, user)]


def may(problem: Problem, act: Act, user: Any) -> bool:
    return post_for(user, act.permission, **reach(problem, act.holder)) is not None
