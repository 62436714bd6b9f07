"""What other areas and the reports may use of the inspections."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.utils import timezone

from bihuan.governance.inspections.models import FeedbackItem, Round
from bihuan.governance.inspections.queries import RoundSummary, Standing, round_summary, standings
from bihuan.governance.inspections.rules.counts import (
    Counts,
    Disagreement,
    Nature,
    Totals,
    disagreements,
    phrase,
)
from bihuan.loop.rules.states import TimeLimit

__all__ = [
    "AnnexRow",
    "Counts",
    "Disagreement",
    "FeedbackItem",
    "Round",
    "RoundSummary",
    "Totals",
    "annex_rows",
    "disagreements",
    "newest_round",
    "round_summary",
]

LONG_TERM_LIMIT = "立行立改、长期坚持"


@dataclass(frozen=True)
class AnnexRow:
    """One row of the annex: 具体问题整改进展情况. Only what may be published."""

    ordinal: int
    number: str
    text: str
    goal: str
    time_limit: str
    responsible: str
    acceptance: str
    phrase: str
    measures: tuple[str, ...]
    result: str
    problem_id: int
    problem_number: str
    state: str
    months_early: int | None = None

    @property
    def progress(self) -> str:
        """The column 进展: the phrase, the numbered measures, the result."""
        numbered = ";".join(f"{order}. {text.rstrip('。;')}" for order, text in enumerate(self.measures, 1))
        parts = (self.phrase, numbered, self.result.rstrip("。"))
        return "。".join(part for part in parts if part) + "。"


def newest_round(as_of: datetime) -> Round | None:
    """The central round that a report of that moment is about."""
    day = timezone.localdate(as_of)
    central = Round.objects.filter(level=Round.Level.CENTRAL, kind=Round.Kind.ROUTINE, feedback_on__lte=day)
    found: Round | None = central.order_by("-feedback_on", "-pk").first()
    return found


def annex_rows(
    inspected: Round, as_of: datetime, *, nature: str = Nature.SPECIFIC, items: Any = None
) -> list[AnnexRow]:
    """The rows of the annex; `items` narrows it to what an asker may see."""
    chosen = FeedbackItem.objects.all() if items is None else items
    chosen = chosen.filter(round=inspected, nature=nature).order_by("ordinal")
    return [annex_row(found, as_of) for found in standings(chosen, as_of)]


def annex_row(found: Standing, as_of: datetime) -> AnnexRow:
    item, problem, plan = found.item, found.item.problem, found.plan
    assert problem is not None
    units = [unit.name for unit in problem.responsible_units.all()]
    entries = problem.progress.filter(at__lte=as_of).order_by("at", "pk")
    latest = entries.last()
    steps = problem.acceptance_steps.filter(cycle=problem.cycle).select_related("unit")
    return AnnexRow(
        ordinal=item.ordinal,
        number=item.number,
        text=item.original_text,
        goal=plan.goal if plan else item.goal,
        time_limit=limit_text(found.time_limit, found.deadline),
        responsible="、".join(units) or str(item.printed.get("responsible", "")),
        acceptance="、".join(step.unit.name for step in steps),
        phrase=phrase(found.status),
        measures=tuple(measure.text for measure in plan.measures.all()) if plan else (),
        result=latest.text if latest else "",
        problem_id=problem.pk,
        problem_number=problem.number,
        state=str(found.state),
        months_early=found.months_early,
    )


def limit_text(limit: TimeLimit, deadline: date | None) -> str:
    if limit == TimeLimit.LONG_TERM:
        return LONG_TERM_LIMIT
    return deadline.isoformat() if deadline else ""
