"""The one way a problem changes: begin (lock, permission, guards), then finish (fields, clocks, ledger)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from bihuan.kernel.errors import Forbidden, Refused
from bihuan.kernel.ledger.actions import append
from bihuan.kernel.ledger.models import Event
from bihuan.kernel.ledger.rules import SYSTEM, Actor
from bihuan.kernel.people.access import require
from bihuan.loop import guards
from bihuan.loop.actions.clocks import refresh_due, start_clock, stop_clocks
from bihuan.loop.actions.news import tell_whose_turn_it_is
from bihuan.loop.models import Problem, StateSpan
from bihuan.loop.rules.states import State
from bihuan.loop.rules.transitions import BY_EVENT, MACHINE_VERSION, TURNS, Act, Holder, Transition, Turn

SYSTEM_MAY = frozenset({"register", "continue_rectification", "reopen"})
NOBODY = Turn("", Holder.OFFICE)
TURN_FIELDS = ("turn", "turn_unit", "due_on", "due_provisional")


@dataclass
class Step:
    """An act that has passed its checks and not been written yet; `problem` is the locked row."""

    problem: Problem
    act: Act
    actor: Actor
    user: Any
    at: datetime


def begin(problem: Problem, event: str, *, by: Any, at: datetime | None = None) -> Step:
    """Lock the problem and check that `by` may do `event` to it now; raises Forbidden or Refused."""
    act = BY_EVENT[event]
    locked = Problem.objects.select_for_update(of=("self",)).get(pk=problem.pk)
    actor = authorise(locked, act, by)
    at = effective_moment(locked, at)
    reasons = guards.blockers(locked, act, user=by, today=timezone.localdate(at))
    if reasons:
        raise Refused(reason=" ".join(reasons))
    return Step(problem=locked, act=act, actor=actor, user=by, at=at)


def authorise(problem: Problem, act: Act, user: Any) -> Actor:
    if user is None:
        if act.event not in SYSTEM_MAY:
            raise Forbidden(permission=act.permission)
        return SYSTEM
    return require(user, act.permission, **reach(problem, act.holder))


def reach(problem: Problem, holder: Holder) -> dict[str, Any]:
    """Where a post must lie for its permission to count: the arguments of `people.access`."""
    if holder is Holder.OFFICE:
        return {"path": problem.jurisdiction_path}
    if holder is Holder.ACCEPTOR:
        return {"units": [problem.acceptance_unit_id or 0]}
    if holder is Holder.LEAD:
        return {"units": [problem.lead_unit_id or -1]}
    if holder is Holder.RESPONSIBLE:
        units = list(problem.responsible_units.values_list("pk", flat=True))
        return {"units": [problem.lead_unit_id or -1, *units]}
    return {}


def effective_moment(problem: Problem, at: datetime | None) -> datetime:
    """Now, or the given past moment if the problem's last change came before it."""
    now = timezone.now()
    if at is None:
        return now
    last = problem.spans.filter(left_at=None).values_list("entered_at", flat=True).first()
    if at > now or (last is not None and at < last):
        raise Refused(reason=_("The moment given lies in the future or before the problem's last change."))
    return at


@transaction.atomic
def finish(
    step: Step,
    *,
    changes: Mapping[str, Any] | None = None,
    payload: Mapping[str, Any] | None = None,
    reason: str = "",
    evidence: Iterable[str] = (),
    turn: Turn | None = None,
) -> Problem:
    """Write what was decided: exact fields, state span, clocks, one ledger event, notices after commit."""
    problem, act, changes = step.problem, step.act, dict(changes or {})
    details = {"cycle": problem.cycle, **(payload or {})}
    for name, value in changes.items():
        setattr(problem, name, value)
    if isinstance(act, Transition):
        details |= {"from": problem.state, "to": str(act.target)}
        _enter(problem, act, at=step.at)
        changes["state"] = problem.state
        turn = turn or turn_in(problem)
    if turn is not None:
        take_turn(problem, turn)
    refresh_due(problem)
    problem.save(update_fields=[*changes, *TURN_FIELDS])
    event = record(step, details, reason=reason, evidence=evidence)
    if turn is not None:
        tell_whose_turn_it_is(problem, event, at=step.at)
    return problem


def record(
    step: Step, payload: Mapping[str, Any], *, reason: str = "", evidence: Iterable[str] = ()
) -> Event:
    return append(
        step.problem.stream,
        f"problem.{step.act.event}",
        by=step.actor,
        payload=payload,
        reason=reason,
        evidence=evidence,
        rule_version=MACHINE_VERSION,
        at=step.at,
    )


def _enter(problem: Problem, row: Transition, *, at: datetime) -> None:
    problem.state = str(row.target)
    problem.spans.filter(left_at=None).update(left_at=at)
    StateSpan.objects.create(
        problem=problem, cycle=problem.cycle, state=problem.state, entered_at=at, event=row.event
    )
    stop_clocks(problem, row.stops, at=at, outcome=row.event)
    for name in row.starts:
        start_clock(problem, name, at=at)


def turn_in(problem: Problem) -> Turn:
    """Whose move it is by the problem's state; nobody's once it is dismissed or archived."""
    if problem.state == State.ACCEPTED and not problem.procedure.notice_mandatory:
        return Turn("problem.close", Holder.OFFICE)
    if problem.state == State.CLOSED and problem.procedure.rule_for("file") is None:
        return NOBODY
    return TURNS.get(State(problem.state), NOBODY)


def take_turn(problem: Problem, turn: Turn) -> None:
    unit = {Holder.LEAD: problem.lead_unit_id, Holder.ACCEPTOR: problem.acceptance_unit_id}.get(turn.holder)
    problem.turn, problem.turn_unit_id = turn.permission, unit


def set_parties(problem: Problem, tokens: Iterable[str]) -> None:
    """Add parties; being named once keeps the right to read, also after a re-assignment."""
    problem.parties = sorted({*problem.parties, *tokens})
