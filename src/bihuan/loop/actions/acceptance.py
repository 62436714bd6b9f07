"""Deciding on an application for acceptance, level by level."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any, cast

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from bihuan.kernel.errors import Refused
from bihuan.kernel.people.models import Unit
from bihuan.loop.actions.clocks import restart_with_original_due
from bihuan.loop.actions.discovery import required
from bihuan.loop.actions.engine import Step, begin, finish
from bihuan.loop.models import Acceptance, Problem
from bihuan.loop.rules.acceptance import unmet
from bihuan.loop.rules.transitions import BY_EVENT, Act, Holder, Turn


@transaction.atomic
def fail_acceptance(
    problem: Problem, *, by: Any, defects: str, visited_on: date | None = None, at: datetime | None = None
) -> Problem:
    """List the defects; the rectification goes on under its original due date."""
    step = begin(problem, "fail_acceptance", by=by, at=at)
    _decide(step, passed=False, defects=required(defects), visited_on=visited_on)
    restart_with_original_due(step.problem, at=step.at)
    first = step.problem.acceptance_steps.filter(cycle=step.problem.cycle).first()
    changes = {"acceptance_unit": first.unit} if first else {}
    return finish(step, changes=changes, payload={"defects": defects, "attempt": step.problem.attempts})


@transaction.atomic
def pass_acceptance(
    problem: Problem,
    *,
    by: Any,
    checklist: Mapping[int, bool],
    visited_on: date,
    signatures: Sequence[str] = (),
    at: datetime | None = None,
) -> Problem:
    """Pass one level; the state changes only when the last level has passed."""
    step = begin(problem, "pass_acceptance", by=by, at=at)
    missing = unmet(checklist)
    if missing:
        numbers = "、".join(map(str, missing))
        raise Refused(
            reason=_("Standard %(numbers)s is not met; fail the acceptance instead.") % {"numbers": numbers}
        )
    ticks = {str(number): bool(value) for number, value in checklist.items()}
    _decide(step, passed=True, checklist=ticks, visited_on=visited_on, signatures=list(signatures))
    payload = {
        "attempt": step.problem.attempts,
        "checklist": ticks,
        "visited_on": visited_on.isoformat(),
        "signatures": list(signatures),
    }
    following = _next_level(step.problem)
    if following is None:
        return finish(step, payload=payload)
    return _pass_on(step, following, payload)


def _decide(step: Step, **fields: Any) -> None:
    Acceptance.objects.create(
        problem=step.problem,
        cycle=step.problem.cycle,
        attempt=step.problem.attempts,
        unit=cast(Unit, step.problem.acceptance_unit),
        by=step.user,
        at=step.at,
        **fields,
    )


def _next_level(problem: Problem) -> Unit | None:
    passed = problem.acceptances.filter(cycle=problem.cycle, attempt=problem.attempts, passed=True)
    steps = problem.acceptance_steps.filter(cycle=problem.cycle)
    waiting = steps.exclude(unit__in=passed.values("unit")).first()
    return waiting.unit if waiting else None


def _pass_on(step: Step, unit: Unit, payload: Mapping[str, Any]) -> Problem:
    """One level has passed and another follows: the same state, the next unit's turn."""
    row = BY_EVENT["pass_acceptance"]
    step.act = Act("pass_acceptance_level", row.label, row.permission, row.holder, row.sources)
    turn = Turn(row.permission, Holder.ACCEPTOR)
    return finish(step, changes={"acceptance_unit": unit}, payload={**payload, "next": unit.name}, turn=turn)
