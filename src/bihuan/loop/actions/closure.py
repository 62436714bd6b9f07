"""Striking off, keeping up, coming back, filing away."""

from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from bihuan.kernel.calendar.queries import due_date
from bihuan.kernel.errors import Refused
from bihuan.loop.actions.clocks import refresh_due, start_clock, stop_clocks
from bihuan.loop.actions.discovery import required
from bihuan.loop.actions.engine import NOBODY, begin, finish
from bihuan.loop.models import LookBack, Problem
from bihuan.loop.rules.states import State
from bihuan.loop.rules.transitions import Holder, Turn

LOOKBACK_RULES = ("lookback_30", "lookback_90", "lookback_180")
TO_OFFICE = Turn("problem.close", Holder.OFFICE)


@transaction.atomic
def sign_closure(problem: Problem, *, by: Any, reason: str = "", at: datetime | None = None) -> Problem:
    """The acceptance unit's signature, without which the city office can't close."""
    step = begin(problem, "sign_closure", by=by, at=at)
    return finish(step, changes={"closure_signed_by": step.user}, reason=reason, turn=TO_OFFICE)


@transaction.atomic
def close(
    problem: Problem, *, by: Any, archive_index: str, reason: str = "", at: datetime | None = None
) -> Problem:
    """Strike off the list; what was given public notice is visited again later."""
    step = begin(problem, "close", by=by, at=at)
    looked_back_at = step.problem.state == State.PUBLICISED
    changes = {"archive_index": required(archive_index)}
    problem = finish(step, changes=changes, payload=changes, reason=reason)
    if looked_back_at:
        plan_visits(problem, at=step.at)
    return problem


def plan_visits(problem: Problem, *, at: datetime) -> None:
    closed_on = timezone.localdate(at)
    dues = [due_date(rule_id, closed_on)[0] for rule_id in LOOKBACK_RULES]
    LookBack.objects.bulk_create(
        LookBack(problem=problem, cycle=problem.cycle, due_on=due.day, provisional=due.provisional)
        for due in dues
    )


@transaction.atomic
def file_with_superior(
    problem: Problem, *, by: Any, document_ref: str, at: datetime | None = None
) -> Problem:
    """File the closing with the superior level under the number of the document that says so."""
    step = begin(problem, "file_with_superior", by=by, at=at)
    stop_clocks(step.problem, ("file",), at=step.at, outcome="filed")
    refresh_due(step.problem)
    changes = {"filed_reference": required(document_ref)}
    return finish(step, changes=changes, payload=changes, turn=NOBODY)


@transaction.atomic
def keep_long_term(problem: Problem, *, by: Any, reason: str = "", at: datetime | None = None) -> Problem:
    return finish(begin(problem, "keep_long_term", by=by, at=at), reason=reason)


@transaction.atomic
def review(problem: Problem, *, by: Any, finding: str, at: datetime | None = None) -> Problem:
    """The yearly look at what is kept up long-term; the next one is due a year later."""
    step = begin(problem, "review", by=by, at=at)
    stop_clocks(step.problem, ("yearly_review",), at=step.at, outcome="reviewed")
    start_clock(step.problem, "yearly_review", at=step.at)
    return finish(step, payload={"finding": required(finding)})


@transaction.atomic
def reopen(problem: Problem, *, by: Any, finding: str, at: datetime | None = None) -> Problem:
    """It came back: a new cycle begins, the plan, dates and proofs of the old one stay as they are."""
    step = begin(problem, "reopen", by=by, at=at)
    changes = {
        "cycle": step.problem.cycle + 1,
        "times_returned": 0,
        "times_suspended": 0,
        "attempts": 0,
        "closure_signed_by": None,
        "archive_index": "",
        "filed_reference": "",
    }
    payload = {"cycle": changes["cycle"], "finding": finding}
    return finish(step, changes=changes, payload=payload, reason=required(finding))


@transaction.atomic
def archive(problem: Problem, *, by: Any, reason: str = "", at: datetime | None = None) -> Problem:
    return finish(begin(problem, "archive", by=by, at=at), reason=reason)


@transaction.atomic
def visit(
    problem: Problem,
    *,
    by: Any,
    lookback: LookBack,
    finding: str,
    rebound: bool = False,
    visited_on: date | None = None,
    at: datetime | None = None,
) -> Problem:
    """Record a look-back visit; a rebound reopens the problem at once."""
    step = begin(problem, "visit", by=by, at=at)
    lookback = step.problem.lookbacks.select_for_update().get(pk=lookback.pk)
    if lookback.visited_on is not None:
        raise Refused(reason=_("This visit has been recorded already."))
    lookback.visited_on = visited_on or timezone.localdate(step.at)
    lookback.finding, lookback.rebound, lookback.by = required(finding), rebound, step.user
    lookback.save(update_fields=["visited_on", "finding", "rebound", "by"])
    payload = {"due_on": lookback.due_on.isoformat(), "finding": finding, "rebound": rebound}
    problem = finish(step, payload=payload)
    return reopen(problem, by=by, finding=finding, at=step.at) if rebound else problem
