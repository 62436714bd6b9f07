"""Everything the problem page shows, in a fixed number of queries."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from bihuan.kernel.ledger.models import Event
from bihuan.loop.models import (
    Acceptance,
    Attachment,
    Clock,
    Problem,
    ProgressEntry,
    PublicNotice,
    RectificationPlan,
    SelfCheck,
    SourceRecord,
)
from bihuan.loop.queries.plans import milestone_facts, standing_plan
from bihuan.loop.rules.plans import Track, track
from bihuan.loop.rules.procedures import known_kind
from bihuan.loop.rules.states import DISMISSED, State

PATH: tuple[tuple[str, Promise | str, tuple[State, ...]], ...] = (
    ("found", _("Found"), (State.REPORTED, State.VERIFYING)),
    ("registered", _("Registered"), (State.REGISTERED, State.REOPENED)),
    ("assigned", _("Assigned"), (State.ASSIGNED, State.PLANNED)),
    ("rectifying", _("Rectified"), (State.RECTIFYING, State.STAGE_CLOSED, State.SUSPENDED)),
    ("checked", _("Checked"), (State.SELF_CHECKED,)),
    ("accepted", _("Accepted"), (State.ACCEPTED,)),
    ("publicised", _("Publicised"), (State.PUBLICISED,)),
    ("closed", _("Closed"), (State.CLOSED, State.ARCHIVED, State.LONG_TERM)),
)


@dataclass(frozen=True)
class Pair:
    before: Attachment | None
    after: Attachment | None


@dataclass
class ProblemPage:
    problem: Problem
    today: date
    plan: RectificationPlan | None = None
    track: Track | None = None
    clocks: list[Clock] = field(default_factory=list)
    events: list[Event] = field(default_factory=list)
    attachments: list[Attachment] = field(default_factory=list)
    self_checks: list[SelfCheck] = field(default_factory=list)
    acceptances: list[Acceptance] = field(default_factory=list)
    notices: list[PublicNotice] = field(default_factory=list)
    progress: list[ProgressEntry] = field(default_factory=list)

    @property
    def pairs(self) -> list[Pair]:
        """Before and after side by side, in the order in which they were given."""
        before = [item for item in self.attachments if item.side == Attachment.Side.BEFORE]
        after = [item for item in self.attachments if item.side == Attachment.Side.AFTER]
        count = max(len(before), len(after))
        return [Pair(_at(before, index), _at(after, index)) for index in range(count)]

    @property
    def records(self) -> list[Attachment]:
        return [item for item in self.attachments if item.side == Attachment.Side.RECORD]

    @property
    def steps(self) -> list[tuple[str, Promise | str]]:
        return [(key, label) for key, label, _states in PATH]

    @property
    def current_step(self) -> str:
        """The key of the step where the problem stands; empty when it left the loop by a side door."""
        if self.problem.state in DISMISSED:
            return ""
        return next(key for key, _label, stays in PATH if self.problem.state in stays)


def _at(items: list[Attachment], index: int) -> Attachment | None:
    return items[index] if index < len(items) else None


def problem_page(problem: Problem, today: date) -> ProblemPage:
    plan = standing_plan(problem)
    return ProblemPage(
        problem=problem,
        today=today,
        plan=plan,
        track=track(milestone_facts(plan), today) if plan else None,
        clocks=list(problem.clocks.filter(stopped_at=None).select_related("source").order_by("due_on")),
        events=list(Event.objects.filter(stream=problem.stream).order_by("-seq")),
        attachments=list(problem.attachments.select_related("file", "by")),
        self_checks=list(problem.self_checks.all()),
        acceptances=list(problem.acceptances.select_related("unit")),
        notices=list(problem.notices.prefetch_related("objections")),
        progress=list(problem.progress.select_related("by").order_by("-at", "-pk")),
    )


@dataclass(frozen=True)
class SourcePanel:
    """What one source shows of itself: `shown` is what its template draws."""

    template: str
    shown: Mapping[str, Any]


def panels_of(sources: Iterable[SourceRecord], user: Any) -> list[SourcePanel]:
    """The panels of the sources whose kind has one, in the order of the sources."""
    found = []
    for source in sources:
        kind = known_kind(source.kind)
        if kind is None or kind.context is None:
            continue
        shown = kind.context(source, user)
        if shown is not None:
            found.append(SourcePanel(kind.template, shown))
    return found


def find(user: Any, pk: int) -> Problem | None:
    found: Problem | None = (
        Problem.objects.visible_to(user)
        .select_related(
            "jurisdiction", "lead_unit", "acceptance_unit", "leading_official", "reported_by", "turn_unit"
        )
        .prefetch_related("plans__milestones", "plans__measures", "plans__changes")
        .filter(pk=pk)
        .first()
    )
    return found
