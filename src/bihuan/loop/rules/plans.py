"""Weighted milestones: what a plan must satisfy and whether it is on track. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from bihuan.loop.rules.states import COMPLETED, ReportingStatus, State

FULL_WEIGHT = 100


@dataclass(frozen=True)
class MilestoneFact:
    due_on: date
    weight: int
    accepted_on: date | None = None


@dataclass(frozen=True)
class TrackRule:
    """When a gap turns red; the lengths are ours, no official value was found."""

    red_gap: int = 20
    red_days_late: int = 30
    version: str = "track-1"
    ours: bool = True


@dataclass(frozen=True)
class Track:
    """Shares in per cent of the plan's weight on one day."""

    planned: int
    actual: int
    days_late: int

    @property
    def gap(self) -> int:
        return max(0, self.planned - self.actual)

    def colour(self, rule: TrackRule) -> str:
        if self.gap >= rule.red_gap or self.days_late > rule.red_days_late:
            return "red"
        return "yellow" if self.gap > 0 else "green"


def weights_complete(weights: Sequence[int]) -> bool:
    return bool(weights) and all(weight > 0 for weight in weights) and sum(weights) == FULL_WEIGHT


def track(milestones: Sequence[MilestoneFact], on: date) -> Track:
    """Planned share is the weight due by `on`; actual is the weight accepted by then."""
    planned = sum(item.weight for item in milestones if item.due_on <= on)
    actual = sum(item.weight for item in milestones if _accepted(item, on))
    late = [(on - item.due_on).days for item in milestones if item.due_on <= on and not _accepted(item, on)]
    return Track(planned=planned, actual=actual, days_late=max(late, default=0))


def _accepted(item: MilestoneFact, on: date) -> bool:
    return item.accepted_on is not None and item.accepted_on <= on


def reporting_status(
    state: State, milestones: Sequence[MilestoneFact], *, on: date, overdue: bool = False
) -> ReportingStatus:
    """The word the report uses; derived from the state as it was on `on`, never stored."""
    if state in (State.CLOSED, State.ARCHIVED):
        return ReportingStatus.CLOSED
    if state == State.LONG_TERM:
        return ReportingStatus.LONG_TERM
    if state in COMPLETED:
        return ReportingStatus.COMPLETED
    if overdue or track(milestones, on).gap > 0:
        return ReportingStatus.BEHIND
    if state in (State.REPORTED, State.VERIFYING, State.REGISTERED, State.ASSIGNED, State.REOPENED):
        return ReportingStatus.NOT_STARTED
    return ReportingStatus.ON_TRACK
