"""Why an act is not possible now: each guard answers with a full sentence, or None when it agrees.

The actions refuse with the same sentences that the problem page shows beside a greyed button.
"""

from collections.abc import Callable
from datetime import date
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from bihuan.kernel.calendar.queries import due_date
from bihuan.kernel.ledger.models import Event
from bihuan.kernel.people.access import posts_of
from bihuan.loop.models import Attachment, Milestone, Problem, PublicNotice, RectificationPlan
from bihuan.loop.queries.plans import standing_plan
from bihuan.loop.queries.waiting import waiting_people
from bihuan.loop.rules.states import State
from bihuan.loop.rules.transitions import Act

Reason = Any
Guard = Callable[[Problem, Any, date], Any]


def blockers(problem: Problem, act: Act, *, user: Any, today: date) -> list[str]:
    """Every reason why `act` can't be done to `problem` on `today`, in the reader's language."""
    if problem.state not in act.sources:
        state = problem.get_state_display()
        return [str(_("Not possible while the problem is “%(state)s”.") % {"state": state})]
    own = problem.procedure.guards.get(act.event, ())
    reasons = [GUARDS[name](problem, user, today) for name in act.guards]
    reasons += [guard(problem, today) for guard in own]
    return [str(reason) for reason in reasons if reason]


def declinable(problem: Problem, _user: Any, _today: date) -> Reason:
    if not problem.procedure.declinable:
        return _("What an inspection team handed over can't be declined.")
    return None


def verified_or_established(problem: Problem, _user: Any, _today: date) -> Reason:
    if problem.state == State.REPORTED and not problem.procedure.established:
        return _("The report must be verified before it is registered.")
    return None


def first_return(problem: Problem, _user: Any, _today: date) -> Reason:
    if problem.times_returned:
        return _("It was returned once already; a second return is not possible.")
    return None


def return_window(problem: Problem, _user: Any, today: date) -> Reason:
    span = problem.spans.filter(left_at=None).get()
    due, _rule = due_date("send_back", timezone.localdate(span.entered_at))
    if due.day < today:
        return _("The time for returning it ended on %(day)s.") % {"day": due.day.isoformat()}
    return None


def plan_submitted(problem: Problem, _user: Any, _today: date) -> Reason:
    plan = standing_plan(problem)
    if plan is None or plan.status != RectificationPlan.Status.SUBMITTED:
        return _("No plan is waiting for a decision.")
    return None


def plan_not_submitted(problem: Problem, _user: Any, _today: date) -> Reason:
    if standing_plan(problem) is not None:
        return _("A plan has been submitted already.")
    return None


def plan_approved(problem: Problem, _user: Any, _today: date) -> Reason:
    plan = standing_plan(problem)
    if plan is None or plan.status != RectificationPlan.Status.APPROVED:
        return _("There is no approved plan.")
    return None


def plan_where_needed(problem: Problem, _user: Any, _today: date) -> Reason:
    if problem.state == State.ASSIGNED and problem.needs_plan:
        return _("A rectification plan must be approved first.")
    return None


def plan_change_open(problem: Problem, _user: Any, _today: date) -> Reason:
    plan = standing_plan(problem)
    if plan is None or not plan.changes.filter(approved=None).exists():
        return _("No change of the plan is waiting for a decision.")
    return None


def milestone_claimed(problem: Problem, _user: Any, _today: date) -> Reason:
    claimed = Milestone.objects.filter(plan__problem=problem, plan__cycle=problem.cycle)
    if not claimed.filter(claimed_at__isnull=False, accepted_at=None).exists():
        return _("No milestone has been reported as met.")
    return None


def independent(problem: Problem, user: Any, _today: date) -> Reason:
    """The acceptor may never equal the handler (mechanism: acceptor ∉ responsible units)."""
    if user is None:
        return None
    handlers = {problem.lead_unit_id, *problem.responsible_units.values_list("pk", flat=True)}
    if handlers & {post.unit_id for post in posts_of(user) if post.unit_id}:
        return _("Whoever rectifies may not check: you belong to a responsible unit.")
    if problem.self_checks.filter(cycle=problem.cycle, by=user).exists():
        return _("Whoever rectifies may not check: you applied for this acceptance.")
    return None


def stages_allowed(problem: Problem, _user: Any, _today: date) -> Reason:
    if not problem.procedure.stages:
        return _("Concluding in stages is for petitions of an inspection only.")
    return None


def first_suspension(problem: Problem, _user: Any, _today: date) -> Reason:
    if problem.times_suspended:
        return _("It was suspended once already.")
    return None


def before_due(problem: Problem, _user: Any, today: date) -> Reason:
    if problem.due_on is not None and problem.due_on < today:
        return _("A suspension must be asked for before the due date; that was %(day)s.") % {
            "day": problem.due_on.isoformat()
        }
    return None


def evidence_complete(problem: Problem, _user: Any, _today: date) -> Reason:
    given = set(problem.attachments.filter(cycle=problem.cycle).values_list("side", flat=True))
    missing = [side for side in problem.procedure.evidence if side not in given]
    if missing:
        labels = "、".join(str(Attachment.Side(side).label) for side in missing)
        return _("Evidence is missing: %(sides)s.") % {"sides": labels}
    return None


def current_notice(problem: Problem) -> PublicNotice | None:
    return problem.notices.filter(cycle=problem.cycle, withdrawn=False).first()


def notice_where_mandatory(problem: Problem, _user: Any, _today: date) -> Reason:
    if problem.state == State.ACCEPTED and problem.procedure.notice_mandatory:
        return _("A public notice must come before closing.")
    return None


def notice_over(problem: Problem, _user: Any, today: date) -> Reason:
    notice = current_notice(problem)
    if notice is not None and not notice.is_over(today):
        return _("The public notice runs until %(day)s.") % {"day": notice.ends_on.isoformat()}
    return None


def no_open_objection(problem: Problem, _user: Any, _today: date) -> Reason:
    notice = current_notice(problem)
    if notice is not None and notice.objections.filter(valid=None).exists():
        return _("An objection has not been decided yet.")
    return None


def objection_open(problem: Problem, _user: Any, _today: date) -> Reason:
    notice = current_notice(problem)
    if notice is None or not notice.objections.filter(valid=None).exists():
        return _("No objection is waiting for a decision.")
    return None


def closure_signed(problem: Problem, _user: Any, _today: date) -> Reason:
    if problem.state == State.PUBLICISED and problem.closure_signed_by_id is None:
        return _("The acceptance unit has not signed for closing yet.")
    return None


def closure_not_signed(problem: Problem, _user: Any, _today: date) -> Reason:
    if problem.closure_signed_by_id is not None:
        return _("The acceptance unit has signed already.")
    return None


def long_term_limit(problem: Problem, _user: Any, _today: date) -> Reason:
    if not problem.is_long_term:
        return _("Its time limit is a date, not “act at once, keep up long-term”.")
    return None


def not_filed(problem: Problem, _user: Any, _today: date) -> Reason:
    if problem.filed_reference:
        return _("It has been filed under %(reference)s.") % {"reference": problem.filed_reference}
    return None


def visit_due(problem: Problem, _user: Any, _today: date) -> Reason:
    if not problem.lookbacks.filter(cycle=problem.cycle, visited_on=None).exists():
        return _("No look-back visit is owed.")
    return None


def somebody_to_remind(problem: Problem, user: Any, _today: date) -> Reason:
    if not waiting_people(problem).exclude(pk=user.pk).exists():
        return _("There is nobody whose turn it is and who could be reminded.")
    return None


def not_reminded_today(problem: Problem, _user: Any, today: date) -> Reason:
    told = Event.objects.filter(stream=problem.stream, kind="problem.remind").order_by("-seq").first()
    if told is not None and timezone.localdate(told.occurred_at) == today:
        return _("They were reminded today already, by %(name)s.") % {"name": told.actor_name}
    return None


def quiet_long_enough(problem: Problem, _user: Any, today: date) -> Reason:
    span = problem.spans.filter(left_at=None).get()
    quiet, _rule = due_date("archive_quiet", timezone.localdate(span.entered_at))
    if today < quiet.day:
        return _("It must stay quiet until %(day)s before it is archived.") % {"day": quiet.day.isoformat()}
    return None


GUARDS: dict[str, Guard] = {
    guard.__name__: guard
    for guard in (
        declinable,
        verified_or_established,
        first_return,
        return_window,
        plan_submitted,
        plan_not_submitted,
        plan_approved,
        plan_where_needed,
        plan_change_open,
        milestone_claimed,
        independent,
        stages_allowed,
        first_suspension,
        before_due,
        evidence_complete,
        notice_where_mandatory,
        notice_over,
        no_open_objection,
        objection_open,
        closure_signed,
        closure_not_signed,
        long_term_limit,
        not_filed,
        visit_due,
        somebody_to_remind,
        not_reminded_today,
        quiet_long_enough,
    )
}
