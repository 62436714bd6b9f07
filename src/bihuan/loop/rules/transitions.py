"""The state machine: one row per transition. The database trigger, the actions, the pages and the
diagram in the docs are all made from this table."""

from dataclasses import dataclass
from enum import StrEnum

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from bihuan.loop.rules.states import DISMISSED, State

MACHINE_VERSION = "loop-1"


class Holder(StrEnum):
    """Through what a user holds the permission: a post over the place, or a post in a unit of the problem."""

    OFFICE = "office"
    LEAD = "lead"
    RESPONSIBLE = "responsible"
    ACCEPTOR = "acceptor"
    ANYONE = "anyone"


@dataclass(frozen=True)
class Act:
    """Something a person may do to a problem; `permission` and `holder` say who."""

    event: str
    label: Promise | str
    permission: str
    holder: Holder
    sources: tuple[State, ...]
    guards: tuple[str, ...] = ()


@dataclass(frozen=True)
class Transition(Act):
    """An act that changes the state, and what it does to the clocks of the problem."""

    target: State = State.REPORTED
    stops: tuple[str, ...] = ()
    starts: tuple[str, ...] = ()


ALL_CLOCKS = ("*",)

TRANSITIONS: tuple[Transition, ...] = (
    Transition(
        "link_duplicate", _("Link as a duplicate"), "problem.triage", Holder.OFFICE,
        (State.REPORTED,), target=State.DUPLICATE, stops=ALL_CLOCKS,
    ),
    Transition(
        "decline", _("Decline as out of remit"), "problem.triage", Holder.OFFICE,
        (State.REPORTED,), ("declinable",), target=State.NOT_ACCEPTED, stops=ALL_CLOCKS,
    ),
    Transition(
        "accept_report", _("Accept and have it verified"), "problem.triage", Holder.OFFICE,
        (State.REPORTED,), target=State.VERIFYING, stops=("triage",), starts=("verify",),
    ),
    Transition(
        "find_unfounded", _("Find unsubstantiated"), "problem.verify", Holder.OFFICE,
        (State.VERIFYING,), target=State.UNFOUNDED, stops=ALL_CLOCKS,
    ),
    Transition(
        "register", _("Register"), "problem.register", Holder.OFFICE,
        (State.VERIFYING, State.REPORTED), ("verified_or_established",),
        target=State.REGISTERED, stops=("triage", "verify"), starts=("assign",),
    ),
    Transition(
        "assign", _("Assign"), "problem.assign", Holder.OFFICE,
        (State.REGISTERED,), target=State.ASSIGNED, stops=("assign",), starts=("plan", "handling"),
    ),
    Transition(
        "send_back", _("Return"), "problem.send_back", Holder.LEAD,
        (State.ASSIGNED,), ("first_return", "return_window"),
        target=State.REGISTERED, stops=("plan", "handling"), starts=("assign",),
    ),
    Transition(
        "approve_plan", _("Approve the plan"), "plan.approve", Holder.ACCEPTOR,
        (State.ASSIGNED,), ("plan_submitted", "independent"),
        target=State.PLANNED, stops=("plan", "handling"), starts=("rectification",),
    ),
    Transition(
        "start", _("Start rectification"), "problem.rectify", Holder.LEAD,
        (State.ASSIGNED, State.PLANNED), ("plan_where_needed",), target=State.RECTIFYING,
    ),
    Transition(
        "stage_close", _("Conclude in stages"), "problem.accept", Holder.ACCEPTOR,
        (State.RECTIFYING,), ("stages_allowed", "independent"),
        target=State.STAGE_CLOSED, stops=("petition_feedback",),
    ),
    Transition(
        "continue_rectification", _("Continue rectification"), "problem.rectify", Holder.LEAD,
        (State.STAGE_CLOSED,), target=State.RECTIFYING,
    ),
    Transition(
        "suspend", _("Suspend"), "problem.suspend", Holder.OFFICE,
        (State.RECTIFYING,), ("first_suspension", "before_due"), target=State.SUSPENDED,
    ),
    Transition(
        "resume", _("Resume"), "problem.suspend", Holder.OFFICE,
        (State.SUSPENDED,), target=State.RECTIFYING,
    ),
    Transition(
        "self_check", _("Apply for acceptance"), "problem.rectify", Holder.LEAD,
        (State.RECTIFYING,), ("evidence_complete",),
        target=State.SELF_CHECKED, stops=("rectification", "handling"), starts=("accept",),
    ),
    Transition(
        "fail_acceptance", _("Fail the acceptance"), "problem.accept", Holder.ACCEPTOR,
        (State.SELF_CHECKED,), ("independent",), target=State.RECTIFYING, stops=("accept",),
    ),
    Transition(
        "pass_acceptance", _("Pass the acceptance"), "problem.accept", Holder.ACCEPTOR,
        (State.SELF_CHECKED,), ("independent",),
        target=State.ACCEPTED, stops=("accept",), starts=("publicise", "verify_closure"),
    ),
    Transition(
        "publicise", _("Give public notice"), "problem.publicise", Holder.LEAD,
        (State.ACCEPTED,), target=State.PUBLICISED, stops=("publicise", "verify_closure"),
    ),
    Transition(
        "uphold_objection", _("Uphold an objection"), "problem.accept", Holder.ACCEPTOR,
        (State.PUBLICISED,), ("objection_open", "independent"),
        target=State.RECTIFYING, stops=ALL_CLOCKS,
    ),
    Transition(
        "close", _("Close"), "problem.close", Holder.OFFICE,
        (State.ACCEPTED, State.PUBLICISED),
        ("notice_where_mandatory", "notice_over", "no_open_objection", "closure_signed", "independent"),
        target=State.CLOSED, stops=ALL_CLOCKS, starts=("file",),
    ),
    Transition(
        "keep_long_term", _("Keep up long-term"), "problem.accept", Holder.ACCEPTOR,
        (State.ACCEPTED,), ("long_term_limit", "independent"),
        target=State.LONG_TERM, stops=ALL_CLOCKS, starts=("yearly_review",),
    ),
    Transition(
        "reopen", _("Reopen"), "problem.reopen", Holder.OFFICE,
        (State.CLOSED, State.LONG_TERM, State.UNFOUNDED),
        target=State.REOPENED, stops=ALL_CLOCKS, starts=("assign",),
    ),
    Transition(
        "reassign", _("Assign again"), "problem.assign", Holder.OFFICE,
        (State.REOPENED,), target=State.ASSIGNED, stops=("assign",), starts=("plan", "handling"),
    ),
    Transition(
        "archive", _("Archive"), "problem.close", Holder.OFFICE,
        (State.CLOSED,), ("quiet_long_enough",), target=State.ARCHIVED,
    ),
)  # fmt: skip

ACTS: tuple[Act, ...] = (
    Act(
        "submit_plan", _("Submit the plan"), "plan.submit", Holder.LEAD,
        (State.ASSIGNED,), ("plan_not_submitted",),
    ),
    Act(
        "return_plan", _("Send the plan back"), "plan.approve", Holder.ACCEPTOR,
        (State.ASSIGNED,), ("plan_submitted", "independent"),
    ),
    Act(
        "request_plan_change", _("Ask to change the plan"), "plan.submit", Holder.LEAD,
        (State.PLANNED, State.RECTIFYING), ("plan_approved",),
    ),
    Act(
        "approve_plan_change", _("Decide on a change of the plan"), "plan.approve", Holder.ACCEPTOR,
        (State.PLANNED, State.RECTIFYING), ("plan_change_open", "independent"),
    ),
    Act(
        "record_progress", _("Record progress"), "problem.rectify", Holder.RESPONSIBLE,
        (State.ASSIGNED, State.PLANNED, State.RECTIFYING, State.STAGE_CLOSED),
    ),
    Act(
        "attach", _("Add evidence"), "problem.attach", Holder.ANYONE,
        tuple(state for state in State if state is not State.ARCHIVED),
    ),
    Act(
        "claim_milestone", _("Report a milestone as met"), "problem.rectify", Holder.LEAD,
        (State.PLANNED, State.RECTIFYING), ("plan_approved",),
    ),
    Act(
        "accept_milestone", _("Accept a milestone"), "problem.accept", Holder.ACCEPTOR,
        (State.PLANNED, State.RECTIFYING, State.SELF_CHECKED), ("milestone_claimed", "independent"),
    ),
    Act(
        "dismiss_objection", _("Dismiss an objection"), "problem.accept", Holder.ACCEPTOR,
        (State.PUBLICISED,), ("objection_open", "independent"),
    ),
    Act(
        "sign_closure", _("Sign for closing"), "problem.accept", Holder.ACCEPTOR,
        (State.PUBLICISED,), ("notice_over", "no_open_objection", "closure_not_signed", "independent"),
    ),
    Act(
        "file_with_superior", _("File with the superior level"), "problem.close", Holder.OFFICE,
        (State.CLOSED,), ("not_filed",),
    ),
    Act("review", _("Record the yearly review"), "problem.accept", Holder.ACCEPTOR, (State.LONG_TERM,)),
    Act(
        "remind", _("Remind"), "problem.remind", Holder.OFFICE,
        tuple(state for state in State if state not in (*DISMISSED, State.ARCHIVED)),
        ("somebody_to_remind", "not_reminded_today"),
    ),
    Act(
        "visit", _("Record a look-back visit"), "problem.visit", Holder.OFFICE,
        (State.CLOSED, State.LONG_TERM), ("visit_due",),
    ),
)  # fmt: skip

BY_EVENT: dict[str, Act] = {act.event: act for act in (*TRANSITIONS, *ACTS)}


def transition(event: str) -> Transition:
    """The row of `event`; KeyError for an act that changes no state."""
    return {row.event: row for row in TRANSITIONS}[event]


def allowed_pairs() -> list[tuple[str, str]]:
    """Every (from, to) the database lets through, once each."""
    pairs = {(str(source), str(row.target)) for row in TRANSITIONS for source in row.sources}
    return sorted(pairs)


@dataclass(frozen=True)
class Turn:
    """Whose move it is in a state: the permission the next act needs and how it is held."""

    permission: str
    holder: Holder


TURNS: dict[State, Turn] = {
    State.REPORTED: Turn("problem.triage", Holder.OFFICE),
    State.VERIFYING: Turn("problem.register", Holder.OFFICE),
    State.REGISTERED: Turn("problem.assign", Holder.OFFICE),
    State.ASSIGNED: Turn("problem.rectify", Holder.LEAD),
    State.PLANNED: Turn("problem.rectify", Holder.LEAD),
    State.RECTIFYING: Turn("problem.rectify", Holder.LEAD),
    State.STAGE_CLOSED: Turn("problem.rectify", Holder.LEAD),
    State.SUSPENDED: Turn("problem.suspend", Holder.OFFICE),
    State.SELF_CHECKED: Turn("problem.accept", Holder.ACCEPTOR),
    State.ACCEPTED: Turn("problem.publicise", Holder.LEAD),
    State.PUBLICISED: Turn("problem.accept", Holder.ACCEPTOR),
    State.CLOSED: Turn("problem.close", Holder.OFFICE),
    State.LONG_TERM: Turn("problem.accept", Holder.ACCEPTOR),
    State.REOPENED: Turn("problem.assign", Holder.OFFICE),
}
