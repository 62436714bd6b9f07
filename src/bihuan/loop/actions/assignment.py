"""Giving a problem its owner, its acceptor and its clock."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from bihuan.kernel.errors import Refused
from bihuan.kernel.people.access import unit_token, user_token
from bihuan.kernel.people.models import Unit, User
from bihuan.loop.actions.discovery import required
from bihuan.loop.actions.engine import Step, begin, finish, set_parties
from bihuan.loop.models import AcceptanceStep, Problem
from bihuan.loop.rules.states import Level


@transaction.atomic
def assign(
    problem: Problem,
    *,
    by: Any,
    lead_unit: Unit,
    acceptance_unit: Unit,
    responsible_units: Iterable[Unit] = (),
    further_acceptance_units: Sequence[Unit] = (),
    leading_official: User | None = None,
    needs_plan: bool | None = None,
    reason: str = "",
    at: datetime | None = None,
) -> Problem:
    """Name lead, co-responsible units, the chain of acceptors and the leading official.

    `needs_plan` overrides the procedure's habit (a petition that will take long needs a plan).
    """
    step = begin(problem, "assign", by=by, at=at)
    return _give(
        step,
        units=[lead_unit, *responsible_units],
        acceptors=[acceptance_unit, *further_acceptance_units],
        official=leading_official,
        needs_plan=needs_plan,
        reason=reason,
    )


@transaction.atomic
def reassign(
    problem: Problem,
    *,
    by: Any,
    lead_unit: Unit,
    acceptance_unit: Unit,
    responsible_units: Iterable[Unit] = (),
    further_acceptance_units: Sequence[Unit] = (),
    leading_official: User | None = None,
    level: str = Level.SERIOUS,
    reason: str = "",
    at: datetime | None = None,
) -> Problem:
    """Assign a reopened problem again, with half the time for its plan."""
    step = begin(problem, "reassign", by=by, at=at)
    return _give(
        step,
        units=[lead_unit, *responsible_units],
        acceptors=[acceptance_unit, *further_acceptance_units],
        official=leading_official,
        needs_plan=step.problem.needs_plan or None,
        reason=reason,
        level=level,
    )


def _give(
    step: Step,
    *,
    units: list[Unit],
    acceptors: list[Unit],
    official: User | None,
    needs_plan: bool | None,
    reason: str,
    level: str = "",
) -> Problem:
    problem = step.problem
    if {unit.pk for unit in units} & {unit.pk for unit in acceptors}:
        raise Refused(reason=_("The acceptance unit can't be one of the responsible units."))
    problem.needs_plan = problem.procedure.needs_plan if needs_plan is None else needs_plan
    problem.responsible_units.set(units)
    AcceptanceStep.objects.filter(problem=problem, cycle=problem.cycle).delete()
    AcceptanceStep.objects.bulk_create(
        AcceptanceStep(problem=problem, cycle=problem.cycle, order=order, unit=unit)
        for order, unit in enumerate(acceptors, start=1)
    )
    tokens = [unit_token(unit.pk) for unit in (*units, *acceptors)]
    set_parties(problem, [*tokens, user_token(official.pk)] if official else tokens)
    changes = {
        "lead_unit": units[0],
        "acceptance_unit": acceptors[0],
        "leading_official": official,
        "needs_plan": problem.needs_plan,
        "parties": problem.parties,
        **({"level": str(level)} if level else {}),
    }
    payload = {
        "lead_unit": units[0].name,
        "responsible_units": [unit.name for unit in units],
        "acceptance_units": [unit.name for unit in acceptors],
        "leading_official": official.name if official else None,
        "needs_plan": problem.needs_plan,
    }
    return finish(step, changes=changes, payload=payload, reason=reason)


@transaction.atomic
def send_back(problem: Problem, *, by: Any, reason: str, at: datetime | None = None) -> Problem:
    step = begin(problem, "send_back", by=by, at=at)
    changes = {"times_returned": step.problem.times_returned + 1}
    return finish(step, changes=changes, reason=required(reason))
