"""Words for events and clocks, for pages and notices."""

from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from bihuan.loop.models import Problem
from bihuan.loop.rules.states import State
from bihuan.loop.rules.transitions import BY_EVENT

EVENTS: dict[str, Promise | str] = {
    "report": _("Reported"),
    "add_source": _("Source added"),
    "answer_source": _("Source answered"),
    "raise_objection": _("Objection received"),
    "pass_acceptance_level": _("Passed one level of acceptance"),
}

CLOCKS: dict[str, Promise | str] = {
    "triage": _("Triage"),
    "verify": _("Verification"),
    "assign": _("Assignment"),
    "plan": _("Plan"),
    "handling": _("Handling"),
    "rectification": _("Rectification"),
    "accept": _("Acceptance"),
    "publicise": _("Giving public notice"),
    "verify_closure": _("Check before closing"),
    "close": _("Closing"),
    "file": _("Filing with the superior level"),
    "yearly_review": _("Yearly review"),
    "petition_feedback": _("Answer to the inspection team"),
}

# What a state asks for, unless the turn says more; the words are those of the act that answers it.
ASKED_BY_STATE: dict[State, str] = {
    State.REPORTED: "accept_report",
    State.VERIFYING: "register",
    State.REGISTERED: "assign",
    State.ASSIGNED: "start",
    State.PLANNED: "start",
    State.RECTIFYING: "self_check",
    State.STAGE_CLOSED: "continue_rectification",
    State.SUSPENDED: "resume",
    State.SELF_CHECKED: "pass_acceptance",
    State.ACCEPTED: "publicise",
    State.PUBLICISED: "sign_closure",
    State.CLOSED: "file_with_superior",
    State.LONG_TERM: "review",
    State.REOPENED: "reassign",
}
ASKED_BY_TURN: dict[tuple[State, str], str] = {
    (State.ASSIGNED, "plan.approve"): "approve_plan",
    (State.PLANNED, "plan.approve"): "approve_plan_change",
    (State.RECTIFYING, "plan.approve"): "approve_plan_change",
    (State.ACCEPTED, "problem.close"): "close",
    (State.PUBLICISED, "problem.close"): "close",
}


def asked_event(problem: Problem) -> str:
    """The act that would move the problem on from here; empty when it waits for nothing."""
    state = State(problem.state)
    if not problem.turn:
        return ""
    if state is State.ASSIGNED and problem.turn == "problem.rectify" and problem.needs_plan:
        return "submit_plan"
    return ASKED_BY_TURN.get((state, problem.turn)) or ASKED_BY_STATE.get(state, "")


def asked_label(problem: Problem) -> Any:
    """What the problem waits for, in a word; whether an acceptance passes is not said in advance."""
    event = asked_event(problem)
    if event == "pass_acceptance":
        return CLOCKS["accept"]
    return BY_EVENT[event].label if event else ""


def event_label(kind: str) -> Any:
    """The label of a ledger event kind such as "problem.assign"; unknown kinds show themselves."""
    _area, _dot, event = kind.partition(".")
    if event in BY_EVENT:
        return BY_EVENT[event].label
    return EVENTS.get(event, kind)


def clock_label(name: str) -> Any:
    return CLOCKS.get(name, name)
