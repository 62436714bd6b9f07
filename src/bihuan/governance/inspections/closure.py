"""The way of one item from acceptance to filing, level by level, as it stood at a moment."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from bihuan.governance.inspections.models import FeedbackItem
from bihuan.kernel.ledger.models import Event
from bihuan.loop.models import Acceptance, Problem
from bihuan.loop.rules.acceptance import STANDARDS


@dataclass(frozen=True)
class Step:
    label: Any
    who: str = ""
    done_on: date | None = None
    note: Any = ""


@dataclass(frozen=True)
class Standard:
    label: Any
    met: bool


@dataclass(frozen=True)
class Closure:
    moment: datetime
    steps: tuple[Step, ...] = ()
    standards: tuple[Standard, ...] = ()

    @property
    def day(self) -> date:
        return timezone.localdate(self.moment)


# The events after acceptance, in the order in which the office goes through them.
LATER = (
    ("problem.publicise", _("Public notice")),
    ("problem.sign_closure", _("Signed for closing")),
    ("problem.close", _("Closed")),
    ("problem.keep_long_term", _("Kept up long-term")),
    ("problem.file_with_superior", _("Filed with the superior level")),
)


def closure_of(item: FeedbackItem, moment: datetime) -> Closure:
    problem = item.problem
    if problem is None:
        return Closure(moment)
    span = problem.spans.at(moment).last()  # type: ignore[attr-defined]
    cycle = span.cycle if span else problem.cycle
    decisions = list(
        problem.acceptances.filter(cycle=cycle, passed=True, at__lte=moment).select_related("unit", "by")
    )
    events = {event.kind: event for event in _events(problem, cycle, moment)}
    steps = (*_levels(problem, cycle, decisions), *_later(events))
    return Closure(moment, steps, _standards(decisions))


def _events(problem: Problem, cycle: int, moment: datetime) -> Any:
    """Later ones last, so that the newest of a kind wins (a notice may have been given twice)."""
    kinds = [kind for kind, _label in LATER]
    found = Event.objects.filter(stream=problem.stream, kind__in=kinds, occurred_at__lte=moment)
    return found.filter(payload__cycle=cycle).order_by("seq")


def _levels(problem: Problem, cycle: int, decisions: list[Acceptance]) -> Iterator[Step]:
    by_unit = {decision.unit_id: decision for decision in decisions}
    for level in problem.acceptance_steps.filter(cycle=cycle).select_related("unit"):
        decision = by_unit.get(level.unit_id)
        yield Step(
            _("Acceptance, level %(order)s") % {"order": level.order},
            level.unit.name,
            timezone.localdate(decision.at) if decision else None,
            "、".join(decision.signatures) if decision else "",
        )


def _later(events: dict[str, Event]) -> Iterator[Step]:
    for kind, label in LATER:
        event = events.get(kind)
        if event is None and kind == "problem.keep_long_term":
            continue
        yield Step(
            label,
            event.actor_name if event else "",
            timezone.localdate(event.occurred_at) if event else None,
            _note(event) if event else "",
        )


def _note(event: Event) -> Any:
    payload = event.payload
    if event.kind == "problem.publicise":
        return f"{payload['starts_on']} – {payload['ends_on']}"
    return payload.get("archive_index") or payload.get("filed_reference") or ""


def _standards(decisions: list[Acceptance]) -> tuple[Standard, ...]:
    if not decisions:
        return ()
    ticks = decisions[-1].checklist
    return tuple(Standard(label, bool(ticks.get(str(number)))) for number, label in STANDARDS.items())
