"""Every write of the loop: one action per act, the same for browser, import, job and API."""

from bihuan.loop.actions.acceptance import fail_acceptance, pass_acceptance
from bihuan.loop.actions.assignment import assign, reassign, send_back
from bihuan.loop.actions.closure import (
    archive,
    close,
    file_with_superior,
    keep_long_term,
    reopen,
    review,
    sign_closure,
    visit,
)
from bihuan.loop.actions.discovery import (
    accept_report,
    add_source,
    answer_source,
    decline,
    find_unfounded,
    link_duplicate,
    register,
    report,
)
from bihuan.loop.actions.planning import (
    approve_plan,
    decide_plan_change,
    request_plan_change,
    return_plan,
    submit_plan,
)
from bihuan.loop.actions.publicity import judge_objection, publicise, raise_objection
from bihuan.loop.actions.rectification import (
    accept_milestone,
    attach,
    claim_milestone,
    continue_rectification,
    record_progress,
    resume,
    self_check,
    stage_close,
    start,
    suspend,
)
from bihuan.loop.actions.reminding import remind

__all__ = [
    "accept_milestone",
    "accept_report",
    "add_source",
    "answer_source",
    "approve_plan",
    "archive",
    "assign",
    "attach",
    "claim_milestone",
    "close",
    "continue_rectification",
    "decide_plan_change",
    "decline",
    "fail_acceptance",
    "file_with_superior",
    "find_unfounded",
    "judge_objection",
    "keep_long_term",
    "link_duplicate",
    "pass_acceptance",
    "publicise",
    "raise_objection",
    "reassign",
    "record_progress",
    "register",
    "remind",
    "reopen",
    "report",
    "request_plan_change",
    "resume",
    "return_plan",
    "review",
    "self_check",
    "send_back",
    "sign_closure",
    "stage_close",
    "start",
    "submit_plan",
    "suspend",
    "visit",
]
