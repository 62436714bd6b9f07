"""Reading rounds and items as they stood at a moment: by spans and milestones, never the current state."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone

from bihuan.governance.inspections.models import FeedbackItem, Round
from bihuan.governance.inspections.rules.counts import COUNT_OF, Count, Counts, ItemFact, Nature, count
from bihuan.governance.inspections.rules.early import whole_months_early
from bihuan.governance.inspections.rules.printed import status_flags
from bihuan.kernel.places.models import Jurisdiction
from bihuan.loop.models import LookBack, PlanChange, RectificationPlan, StateSpan
from bihuan.loop.queries.plans import milestone_facts
from bihuan.loop.rules.plans import Track, TrackRule, reporting_status, track
from bihuan.loop.rules.states import ReportingStatus, State, TimeLimit


@dataclass(frozen=True)
class Standing:
    """Where one item stood at a moment."""

    item: FeedbackItem
    state: State
    status: ReportingStatus
    track: Track
    time_limit: TimeLimit
    deadline: date | None
    plan: RectificationPlan | None = None
    accepted_at: datetime | None = None

    @property
    def count(self) -> Count:
        return COUNT_OF[self.status]

    @property
    def colour(self) -> str:
        return self.track.colour(TrackRule())

    @property
    def fact(self) -> ItemFact:
        return ItemFact(Nature(self.item.nature), self.status, self.time_limit)

    @property
    def months_early(self) -> int | None:
        """Whole months between acceptance and the plan's deadline; None while either is missing."""
        if self.accepted_at is None or self.deadline is None:
            return None
        return whole_months_early(timezone.localdate(self.accepted_at), self.deadline)

    @property
    def flags(self) -> list[str]:
        """What the source printed against what our records say at this moment."""
        return [*self.item.flags, *status_flags(str(self.item.printed.get("status", "")), self.count)]


def standings(items: "QuerySet[FeedbackItem]", as_of: datetime) -> list[Standing]:
    """Each item that existed at `as_of`, in three statements however many there are."""
    rows = list(items.received_by(as_of).select_related("problem", "round", "jurisdiction"))  # type: ignore[attr-defined]
    problems = [row.problem_id for row in rows]
    spans = {span.problem_id: span for span in StateSpan.objects.at(as_of).filter(problem__in=problems)}
    past: dict[str, Any] = {"plans": _plans(problems, as_of), "accepted": _accepted(problems, as_of)}
    return [_standing(row, spans[row.problem_id], as_of=as_of, **past) for row in rows]


def standing(item: FeedbackItem, as_of: datetime) -> Standing | None:
    return next(iter(standings(FeedbackItem.objects.filter(pk=item.pk), as_of)), None)


def _standing(
    item: FeedbackItem,
    span: StateSpan,
    *,
    plans: dict[tuple[int, int], RectificationPlan],
    accepted: dict[tuple[int, int], datetime],
    as_of: datetime,
) -> Standing:
    key, day = (span.problem_id, span.cycle), timezone.localdate(as_of)
    plan, facts = plans.get(key), milestone_facts(plans.get(key))
    deadline = deadline_at(plan, as_of) if plan else item.deadline
    late = plan is not None and deadline is not None and deadline < day
    return Standing(
        item=item,
        state=State(span.state),
        status=reporting_status(State(span.state), facts, on=day, overdue=late),
        track=track(facts, day),
        time_limit=TimeLimit(plan.time_limit if plan else item.time_limit),
        deadline=deadline,
        plan=plan,
        accepted_at=accepted.get(key),
    )


def _plans(problems: Iterable[int | None], as_of: datetime) -> dict[tuple[int, int], RectificationPlan]:
    approved = RectificationPlan.objects.filter(
        problem__in=list(problems), status=RectificationPlan.Status.APPROVED, decided_at__lte=as_of
    )
    found = approved.prefetch_related("milestones", "changes")
    return {(plan.problem_id, plan.cycle): plan for plan in found}


def deadline_at(plan: RectificationPlan, as_of: datetime) -> date | None:
    """The deadline in force at that moment: the old value of the first change approved later."""
    for change in plan.changes.all():
        if (
            change.field == PlanChange.Field.DEADLINE
            and change.approved
            and change.decided_at
            and change.decided_at > as_of
        ):
            return date.fromisoformat(change.old_value)
    return plan.deadline


def _accepted(problems: Iterable[int | None], as_of: datetime) -> dict[tuple[int, int], datetime]:
    """The last moment each problem was accepted in each cycle; an upheld objection leaves an earlier one."""
    spans = StateSpan.objects.filter(
        problem__in=list(problems), state=State.ACCEPTED, entered_at__lte=as_of
    ).order_by("entered_at")
    return {(span.problem_id, span.cycle): span.entered_at for span in spans}


@dataclass(frozen=True)
class Line:
    """One row of a table of counts; `query` is what a list needs to show the records behind it."""

    label: Any
    counts: Counts
    query: str = ""


@dataclass(frozen=True)
class RoundSummary:
    """The totals leave out what was fanned out from another item of the summary; the places don't."""

    round: Round
    as_of: datetime
    counts: Counts
    specific: Counts
    common: Counts
    places: list[Line] = field(default_factory=list)
    standings: list[Standing] = field(default_factory=list)

    @property
    def highlights(self) -> list[Standing]:
        return [found for found in self.standings if found.item.highlight]


def round_summary(
    inspected: Round, as_of: datetime, *, items: "QuerySet[FeedbackItem] | None" = None
) -> RoundSummary:
    """The counts of a round at a moment; `items` narrows it to what an asker may see."""
    chosen = FeedbackItem.objects.all() if items is None else items
    found = standings(chosen.filter(round=inspected), as_of)
    own = [one for one in found if one.item.pk not in fanned_out(found)]
    facts = [one.fact for one in own]
    return RoundSummary(
        round=inspected,
        as_of=as_of,
        counts=count(facts),
        specific=count(facts, Nature.SPECIFIC),
        common=count(facts, Nature.COMMON),
        places=_by_place(found),
        standings=own,
    )


def fanned_out(found: Iterable[Standing]) -> set[int]:
    """Items that hang under another one of the same listing: counted there, not a second time."""
    listed = {one.item.pk: one.item.parent_item_id for one in found}
    return {pk for pk, parent in listed.items() if parent in listed}


def _by_place(found: list[Standing]) -> list[Line]:
    groups: dict[Jurisdiction, list[ItemFact]] = defaultdict(list)
    for one in found:
        groups[one.item.jurisdiction].append(one.fact)
    ordered = sorted(groups, key=lambda place: place.path)
    return [Line(place.name, count(groups[place]), f"held={place.code}") for place in ordered]


def due_visits(user: Any) -> "QuerySet[LookBack]":
    """Look-back visits owed for problems that came from an inspection, the most urgent first."""
    problems = FeedbackItem.objects.visible_to(user).values("problem")
    owed = LookBack.objects.filter(
        problem__in=problems, visited_on=None, problem__state__in=(State.CLOSED, State.LONG_TERM)
    )
    return owed.select_related("problem", "problem__jurisdiction").order_by("due_on", "pk")
