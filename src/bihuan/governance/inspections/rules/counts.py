"""How a round is counted: four counts, never one “done”, and the sums that must hold. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from bihuan.loop.rules.states import ReportingStatus, TimeLimit


class Nature(TextChoices):
    SPECIFIC = "specific", _("specific problem")
    COMMON = "common", _("common problem")


class Count(TextChoices):
    """The four counts of a round; they add up to its items."""

    CLOSED = "closed", _("completed and closed")
    COMPLETED_NOT_CLOSED = "completed_not_closed", _("completed, not yet closed")
    ON_TRACK = "on_track", _("on schedule")
    BEHIND = "behind", _("behind schedule")


# An item of which nothing is due yet keeps to its schedule; one kept up long-term is completed work
# whose strike-off never comes (Hubei prints 已经完成,长期坚持).
COUNT_OF: dict[ReportingStatus, Count] = {
    ReportingStatus.CLOSED: Count.CLOSED,
    ReportingStatus.COMPLETED: Count.COMPLETED_NOT_CLOSED,
    ReportingStatus.LONG_TERM: Count.COMPLETED_NOT_CLOSED,
    ReportingStatus.ON_TRACK: Count.ON_TRACK,
    ReportingStatus.NOT_STARTED: Count.ON_TRACK,
    ReportingStatus.BEHIND: Count.BEHIND,
}

# The phrase of the annex table's column 进展.
PHRASES: dict[Count, str] = {
    Count.CLOSED: "已完成整改并销号",
    Count.COMPLETED_NOT_CLOSED: "已完成整改",
    Count.ON_TRACK: "达到序时进度",
    Count.BEHIND: "未达到序时进度",
}
KEPT_UP_PHRASE = "已完成,长期坚持"


@dataclass(frozen=True)
class ItemFact:
    """One item as it stood at the moment of counting."""

    nature: Nature
    status: ReportingStatus
    time_limit: TimeLimit = TimeLimit.DATE

    @property
    def count(self) -> Count:
        return COUNT_OF[self.status]


@dataclass(frozen=True)
class Counts:
    """`long_term` is the part of all items whose time limit is 立行立改、长期坚持, whatever their count."""

    closed: int = 0
    completed_not_closed: int = 0
    on_track: int = 0
    behind: int = 0
    long_term: int = 0

    @property
    def total(self) -> int:
        return self.done + self.remaining

    @property
    def done(self) -> int:
        return self.closed + self.completed_not_closed

    @property
    def remaining(self) -> int:
        return self.on_track + self.behind


def count(facts: Iterable[ItemFact], nature: Nature | None = None) -> Counts:
    chosen = [fact for fact in facts if nature in (None, fact.nature)]
    four = {name: sum(fact.count == name for fact in chosen) for name in Count}
    return Counts(
        closed=four[Count.CLOSED],
        completed_not_closed=four[Count.COMPLETED_NOT_CLOSED],
        on_track=four[Count.ON_TRACK],
        behind=four[Count.BEHIND],
        long_term=sum(fact.time_limit == TimeLimit.LONG_TERM for fact in chosen),
    )


def phrase(status: ReportingStatus) -> str:
    if status == ReportingStatus.LONG_TERM:
        return KEPT_UP_PHRASE
    return PHRASES[COUNT_OF[status]]


@dataclass(frozen=True)
class Totals:
    """The totals that a report or a plan states about a round."""

    total: int
    specific: int
    common: int
    done: int
    remaining: int
    specific_done: int | None = None


@dataclass(frozen=True)
class Disagreement:
    """A sum that doesn't hold, e.g. `total = specific + common` with 12 ≠ 3 + 8."""

    sum: str
    left: int
    right: tuple[int, ...]

    def __str__(self) -> str:
        return f"{self.left} ≠ {' + '.join(str(part) for part in self.right)}"


def disagreements(stated: Totals) -> list[Disagreement]:
    """Every sum of the stated totals that doesn't hold; a report with one isn't released."""
    sums = [
        Disagreement("total = specific + common", stated.total, (stated.specific, stated.common)),
        Disagreement("total = done + remaining", stated.total, (stated.done, stated.remaining)),
    ]
    found = [item for item in sums if item.left != sum(item.right)]
    if stated.specific_done is not None and stated.specific_done > min(stated.specific, stated.done):
        found.append(Disagreement("specific done ≤ specific, done", stated.specific_done, (stated.specific,)))
    return found
