"""Public notice, objections, and what follows from them."""

from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from bihuan.kernel.calendar.queries import due_date
from bihuan.kernel.errors import Refused
from bihuan.kernel.ledger.actions import append
from bihuan.kernel.ledger.rules import Actor
from bihuan.loop.actions.clocks import refresh_due, restart_with_original_due, start_clock
from bihuan.loop.actions.discovery import required
from bihuan.loop.actions.engine import begin, finish, take_turn
from bihuan.loop.models import Objection, Problem, PublicNotice
from bihuan.loop.rules.transitions import MACHINE_VERSION, Holder, Turn

CONVENTIONS = {
    "publicity_5wd": _("5 working days, first day not counted"),
    "publicity_7d": _("7 calendar days, first day counted"),
}
CITIZEN = Actor(id="citizen", name="citizen", role="public")


@transaction.atomic
def publicise(
    problem: Problem,
    *,
    by: Any,
    text: str,
    telephone: str,
    starts_on: date | None = None,
    convention: str = "publicity_5wd",
    at: datetime | None = None,
) -> Problem:
    """Publish problem, goal, measures and result; the period's end is fixed here and kept."""
    step = begin(problem, "publicise", by=by, at=at)
    if convention not in CONVENTIONS:
        raise Refused(reason=_("Choose how the days of the notice are counted."))
    first_day = starts_on or timezone.localdate(step.at)
    end, rule = due_date(convention, first_day)
    notice = PublicNotice.objects.create(
        problem=step.problem,
        cycle=step.problem.cycle,
        text=required(text),
        telephone=required(telephone),
        starts_on=first_day,
        ends_on=end.day,
        convention=convention,
        length=rule.length,
        unit=rule.unit,
        start_inclusive=rule.start_inclusive,
        rule_version=rule.version,
        provisional=end.provisional,
        by=step.user,
    )
    start_clock(step.problem, "close", at=max(step.at, _end_of_day(end.day)))
    payload = {
        "notice": notice.pk,
        "starts_on": first_day.isoformat(),
        "ends_on": end.day.isoformat(),
        "convention": convention,
        "text": text,
    }
    return finish(step, payload=payload, changes={"closure_signed_by": None})


def _end_of_day(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, datetime.max.time()))


@transaction.atomic
def raise_objection(
    notice: PublicNotice, *, content: str, contact: str = "", at: datetime | None = None
) -> Objection:
    """Anybody may object while the notice runs; the contact stays out of the ledger."""
    moment = at or timezone.now()
    problem = Problem.objects.select_for_update(of=("self",)).get(pk=notice.problem_id)
    if notice.withdrawn or not notice.starts_on <= timezone.localdate(moment) <= notice.ends_on:
        raise Refused(reason=_("This notice does not run at present."))
    objection = Objection.objects.create(
        notice=notice, content=required(content), contact=contact, received_at=moment
    )
    take_turn(problem, Turn("problem.accept", Holder.ACCEPTOR))
    problem.save(update_fields=["turn", "turn_unit"])
    append(
        problem.stream,
        "problem.raise_objection",
        by=CITIZEN,
        payload={"notice": notice.pk, "objection": objection.pk, "content": content},
        rule_version=MACHINE_VERSION,
        at=moment,
    )
    return objection


@transaction.atomic
def judge_objection(
    problem: Problem,
    *,
    by: Any,
    objection: Objection,
    valid: bool,
    finding: str,
    at: datetime | None = None,
) -> Problem:
    """A valid objection sends the problem back to rectification under its original due date."""
    step = begin(problem, "uphold_objection" if valid else "dismiss_objection", by=by, at=at)
    objection = Objection.objects.select_for_update(of=("self",)).get(
        pk=objection.pk, notice__problem=step.problem, valid=None
    )
    objection.valid, objection.finding = valid, required(finding)
    objection.decided_by, objection.decided_at = step.user, step.at
    objection.save(update_fields=["valid", "finding", "decided_by", "decided_at"])
    payload = {"objection": objection.pk, "finding": finding}
    if not valid:
        return finish(step, payload=payload)
    step.problem.notices.filter(cycle=step.problem.cycle).update(withdrawn=True)
    problem = finish(step, payload=payload)
    restart_with_original_due(problem, at=step.at)
    refresh_due(problem)
    problem.save(update_fields=["due_on", "due_provisional"])
    return problem
