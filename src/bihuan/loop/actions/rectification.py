"""The work itself: starting, progress, evidence, milestones, pausing, asking for acceptance."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from bihuan.kernel.errors import Refused
from bihuan.kernel.evidence.models import EvidenceFile
from bihuan.kernel.evidence.rules import compare_claim
from bihuan.loop.actions.clocks import pause_clocks, resume_clocks, start_clock_until
from bihuan.loop.actions.discovery import required
from bihuan.loop.actions.engine import begin, finish, record
from bihuan.loop.actions.likenesses import note_likenesses
from bihuan.loop.models import Attachment, Milestone, Problem, ProgressEntry, SelfCheck
from bihuan.loop.rules.acceptance import check_standards


@transaction.atomic
def start(problem: Problem, *, by: Any, reason: str = "", at: datetime | None = None) -> Problem:
    return finish(begin(problem, "start", by=by, at=at), reason=reason)


@transaction.atomic
def record_progress(problem: Problem, *, by: Any, text: str, at: datetime | None = None) -> ProgressEntry:
    step = begin(problem, "record_progress", by=by, at=at)
    entry = ProgressEntry.objects.create(
        problem=step.problem, cycle=step.problem.cycle, at=step.at, by=step.user, text=required(text)
    )
    finish(step, payload={"text": text})
    return entry


@transaction.atomic
def attach(
    problem: Problem,
    *,
    by: Any,
    file: EvidenceFile,
    side: str,
    step_name: str = "",
    caption: str = "",
    claimed_at: datetime | None = None,
    lon: float | None = None,
    lat: float | None = None,
    at: datetime | None = None,
) -> Attachment:
    """Show a file for the problem; what its EXIF says against the claim is kept as mismatches."""
    step = begin(problem, "attach", by=by, at=at)
    attachment = Attachment.objects.create(
        problem=step.problem,
        cycle=step.problem.cycle,
        step=step_name or step.problem.state,
        side=side,
        file=file,
        caption=caption,
        claimed_at=claimed_at,
        lon=lon,
        lat=lat,
        mismatches=compare_claim(
            exif_taken_at=file.exif_taken_at,
            exif_lon=file.exif_lon,
            exif_lat=file.exif_lat,
            claimed_at=claimed_at,
            claimed_lon=lon if lon is not None else step.problem.lon,
            claimed_lat=lat if lat is not None else step.problem.lat,
        ),
        by=step.user,
        at=step.at,
    )
    alike = note_likenesses(attachment)
    payload = {
        "side": str(side),
        "caption": caption,
        "mismatches": list(attachment.mismatches),
        "alike": [f"{one.other_id} {one.kind} {one.distance}" for one in alike],
    }
    record(step, payload, evidence=[file.sha256])
    return attachment


@transaction.atomic
def claim_milestone(
    problem: Problem, *, by: Any, milestone: Milestone, at: datetime | None = None
) -> Milestone:
    step = begin(problem, "claim_milestone", by=by, at=at)
    milestone = _milestone(step.problem, milestone)
    if milestone.claimed_at is not None:
        raise Refused(reason=_("This milestone has been reported as met already."))
    milestone.claimed_at = step.at
    milestone.save(update_fields=["claimed_at"])
    finish(step, payload={"milestone": milestone.name, "weight": milestone.weight})
    return milestone


@transaction.atomic
def accept_milestone(
    problem: Problem, *, by: Any, milestone: Milestone, at: datetime | None = None
) -> Milestone:
    step = begin(problem, "accept_milestone", by=by, at=at)
    milestone = _milestone(step.problem, milestone)
    if milestone.claimed_at is None or milestone.accepted_at is not None:
        raise Refused(reason=_("This milestone is not waiting for acceptance."))
    milestone.accepted_at = step.at
    milestone.save(update_fields=["accepted_at"])
    finish(step, payload={"milestone": milestone.name, "weight": milestone.weight})
    return milestone


def _milestone(problem: Problem, milestone: Milestone) -> Milestone:
    return Milestone.objects.select_for_update(of=("self",)).get(
        pk=milestone.pk, plan__problem=problem, plan__cycle=problem.cycle
    )


@transaction.atomic
def stage_close(
    problem: Problem, *, by: Any, remaining: str, finish_on: date, at: datetime | None = None
) -> Problem:
    """Immediate harm is stopped; what remains has a date. The loop then goes on by itself."""
    step = begin(problem, "stage_close", by=by, at=at)
    if not step.problem.clocks.filter(stopped_at=None, name="rectification").exists():
        start_clock_until(step.problem, "rectification", at=step.at, due_on=finish_on)
    payload = {"remaining": required(remaining), "finish_on": finish_on.isoformat()}
    problem = finish(step, payload=payload)
    return continue_rectification(problem, by=None, at=step.at)


@transaction.atomic
def continue_rectification(
    problem: Problem, *, by: Any, reason: str = "", at: datetime | None = None
) -> Problem:
    return finish(begin(problem, "continue_rectification", by=by, at=at), reason=reason)


@transaction.atomic
def suspend(
    problem: Problem, *, by: Any, resume_on: date, reason: str, at: datetime | None = None
) -> Problem:
    step = begin(problem, "suspend", by=by, at=at)
    pause_clocks(step.problem, at=step.at)
    changes = {"times_suspended": step.problem.times_suspended + 1}
    return finish(
        step, changes=changes, payload={"resume_on": resume_on.isoformat()}, reason=required(reason)
    )


@transaction.atomic
def resume(problem: Problem, *, by: Any, reason: str = "", at: datetime | None = None) -> Problem:
    step = begin(problem, "resume", by=by, at=at)
    resume_clocks(step.problem, at=step.at)
    return finish(step, reason=reason)


@transaction.atomic
def self_check(
    problem: Problem,
    *,
    by: Any,
    standards: Mapping[int, str],
    statement: str,
    at: datetime | None = None,
) -> Problem:
    """Apply for acceptance with a word on each of the five general standards."""
    step = begin(problem, "self_check", by=by, at=at)
    check_standards(standards)
    attempt = step.problem.attempts + 1
    check = SelfCheck.objects.create(
        problem=step.problem,
        cycle=step.problem.cycle,
        attempt=attempt,
        standards={str(number): text for number, text in standards.items()},
        statement=required(statement),
        by=step.user,
        at=step.at,
    )
    first = step.problem.acceptance_steps.filter(cycle=step.problem.cycle).first()
    changes: dict[str, Any] = {"attempts": attempt}
    if first is not None:
        changes["acceptance_unit"] = first.unit
    files = step.problem.attachments.filter(cycle=step.problem.cycle).values_list("file__sha256", flat=True)
    payload = {"attempt": attempt, "standards": check.standards, "statement": statement}
    return finish(step, changes=changes, payload=payload, evidence=set(files))
