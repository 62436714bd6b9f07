"""The three axes of a case, and its answer."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from bihuan.governance.petitions.actions.engine import begin, finish, in_words
from bihuan.governance.petitions.models import Finding, Handling, PetitionCase, StrikeOff
from bihuan.kernel.errors import Refused
from bihuan.loop import actions as loop
from bihuan.loop.models import Problem
from bihuan.loop.rules.states import CLOSED, State


@transaction.atomic
def record_finding(
    case: PetitionCase,
    *,
    by: Any,
    finding: str,
    verification: str,
    signed_by: Any = None,
    at: datetime | None = None,
) -> PetitionCase:
    """What the check on the spot showed. “Unsubstantiated” needs a leader and, once every petition of the
    problem is found so, ends its verification in the loop."""
    locked, actor, moment = begin(case, "petition.find", by=by, at=at)
    if finding not in Finding.values or finding == Finding.UNKNOWN:
        raise Refused(reason=_("Choose one of the four findings."))
    _not_struck_off(locked)
    locked.finding, locked.verification = finding, in_words(verification)
    finish(locked, ["finding", "verification"], "petition.find", actor=actor, at=moment)
    problem = locked.problem
    if problem is not None and finding == Finding.UNFOUNDED and _all_unfounded(problem):
        loop.find_unfounded(problem, by=by, reason=verification, signed_by=signed_by, at=moment)
    return locked


@transaction.atomic
def record_handling(
    case: PetitionCase,
    *,
    by: Any,
    handling: str,
    rectification: str,
    accountability: str = "",
    closure_target: str = "",
    at: datetime | None = None,
) -> PetitionCase:
    """How far the case itself is: concluded, in stages, being handled. The problem's state is the loop's."""
    locked, actor, moment = begin(case, "petition.handle", by=by, at=at)
    if handling not in Handling.values or handling == Handling.UNKNOWN:
        raise Refused(reason=_("Choose how far the handling is."))
    _not_struck_off(locked)
    if handling != Handling.IN_PROGRESS and locked.finding == Finding.UNKNOWN:
        raise Refused(reason=_("Record the finding before the case is concluded."))
    locked.handling, locked.rectification = handling, in_words(rectification)
    locked.accountability, locked.closure_target = accountability.strip(), closure_target.strip()
    names = ["handling", "rectification", "accountability", "closure_target"]
    return finish(locked, names, "petition.handle", actor=actor, at=moment)


@transaction.atomic
def strike_off(
    case: PetitionCase, *, by: Any, step: str, document_ref: str, at: datetime | None = None
) -> PetitionCase:
    """The third axis, forward only: proposed, under notice, struck off the list."""
    locked, actor, moment = begin(case, "petition.strike_off", by=by, at=at)
    steps = list(StrikeOff.values)
    if step not in steps or steps.index(step) <= steps.index(locked.strike_off):
        raise Refused(reason=_("Striking off goes forward only: proposed, under notice, struck off."))
    if locked.handling != Handling.CONCLUDED:
        raise Refused(reason=_("Only a concluded case can be struck off."))
    if step == StrikeOff.STRUCK_OFF:
        _ready_to_strike_off(locked)
    locked.strike_off = step
    payload = {"document": in_words(document_ref)}
    return finish(locked, ["strike_off"], "petition.strike_off", actor=actor, at=moment, payload=payload)


def _ready_to_strike_off(case: PetitionCase) -> None:
    if case.problem is None:
        return
    if case.answered_on is None:
        raise Refused(reason=_("The inspection team has not been answered yet."))
    problem = case.problem.master or case.problem
    if problem.state not in (*CLOSED, State.UNFOUNDED):
        raise Refused(reason=_("Its problem %(number)s is not closed yet.") % {"number": problem.number})


@transaction.atomic
def answer(case: PetitionCase, *, by: Any, text: str, at: datetime | None = None) -> PetitionCase:
    """Answer the inspection team, which stops the petition's own clock and lets the case be published."""
    if case.problem is None:
        raise Refused(reason=_("This case has no problem here and is answered elsewhere."))
    loop.answer_source(case.problem, by=by, source=case, text=text, at=at)
    locked = PetitionCase.objects.select_for_update(of=("self",)).get(pk=case.pk)
    locked.published_on = locked.published_on or timezone.localdate(at or timezone.now())
    locked.save(update_fields=["published_on"])
    return locked  # type: ignore[no-any-return]


def _all_unfounded(problem: Problem) -> bool:
    if problem.state != State.VERIFYING:
        return False
    others = PetitionCase.objects.filter(problem=problem).exclude(finding=Finding.UNFOUNDED)
    return not others.exists()


def _not_struck_off(case: PetitionCase) -> None:
    if case.strike_off == StrikeOff.STRUCK_OFF:
        raise Refused(reason=_("This case has been struck off; reopen its problem if it came back."))
