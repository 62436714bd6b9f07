"""From facts to a colour, with everything that says why."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from bihuan.oversight.enterprises.rules.colour.facts import Fact, FactKind, Gap, Report
from bihuan.oversight.enterprises.rules.colour.numbers import Numbers
from bihuan.oversight.enterprises.rules.colour.triggers import TRIGGERS, Asked

TOGETHER, RECOVERING = "R8", "Y0"
LABELS: dict[str, Any] = {
    **{one.id: one.label for one in TRIGGERS},
    TOGETHER: _("Several yellow triggers open together for more than 30 days"),
    RECOVERING: _("Was red until lately; stays yellow for 7 days"),
}


class Colour(TextChoices):
    RED = "red", _("Focus")
    YELLOW = "yellow", _("Attention")
    GREEN = "green", _("Normal")
    GREY = "grey", _("Not rated")


class Unrated(TextChoices):
    """Why a unit has no colour."""

    NEW = "new", _("The code was issued less than 7 days ago.")
    STOPPED = "stopped", _("Production has stopped, as verified.")
    CLOSED = "closed", _("The enterprise is closed.")
    NO_DATA = "no_data", _("No source of data watches over this enterprise yet.")
    GAP = "gap", _("Data that should be there are missing.")


@dataclass(frozen=True)
class Standing:
    """What the enterprise itself is: whether it runs, and since when it has its code."""

    coded_on: date | None
    stopped: bool = False
    closed: bool = False


@dataclass(frozen=True)
class Before:
    """The verdict before this one: its colour, when red last ended, and since when each trigger is open."""

    colour: Colour | None = None
    left_red_on: date | None = None
    open_since: Mapping[str, date] = field(default_factory=dict)


@dataclass(frozen=True)
class Struck:
    """A trigger that is set off, and the facts that do it; since which day it is open without a break."""

    id: str
    facts: tuple[Fact, ...]
    since: date

    @property
    def red(self) -> bool:
        return self.id.startswith("R")

    @property
    def label(self) -> Any:
        return LABELS[self.id]


@dataclass(frozen=True)
class Verdict:
    """`unconnected` names triggers for which no source is there: neither set off nor known to be fine."""

    colour: Colour
    struck: tuple[Struck, ...] = ()
    unrated: Unrated | None = None
    gaps: tuple[Gap, ...] = ()
    notices: tuple[Fact, ...] = ()
    unconnected: tuple[str, ...] = ()
    left_red_on: date | None = None

    @property
    def open_since(self) -> dict[str, date]:
        return {one.id: one.since for one in self.struck}


def judge(
    reports: Iterable[Report],
    *,
    standing: Standing,
    at: datetime,
    numbers: Numbers,
    connected: frozenset[FactKind],
    before: Before | None = None,
) -> Verdict:
    """The colour at the local moment `at`. Red beats grey, grey yellow, and a gap in data is never green."""
    before, told = before or Before(), tuple(reports)
    facts = tuple(fact for report in told for fact in report.facts)
    struck = _struck(facts, at=at, numbers=numbers, before=before)
    today = at.date()
    red = any(one.red for one in struck)
    left_red_on = today if before.colour == Colour.RED and not red else before.left_red_on
    if not red and _recovering(left_red_on, today, numbers):
        assert left_red_on is not None
        struck = (*struck, Struck(RECOVERING, (), left_red_on))
    gaps = tuple(gap for report in told for gap in report.gaps)
    unrated = _unrated(standing, today, numbers)
    if unrated is None and not struck:
        unrated = _unknown(told, gaps)
    colour = Colour.RED if red else _without_red(struck, unrated)
    behind = {fact.ref for one in struck for fact in one.facts}
    return Verdict(
        colour=colour,
        struck=struck,
        unrated=unrated if colour == Colour.GREY else None,
        gaps=gaps,
        notices=tuple(fact for fact in facts if fact.counts and fact.ref not in behind),
        unconnected=tuple(one.id for one in TRIGGERS if not one.kinds & connected),
        left_red_on=left_red_on,
    )


def _struck(facts: tuple[Fact, ...], *, at: datetime, numbers: Numbers, before: Before) -> tuple[Struck, ...]:
    """The triggers set off by the facts, and R8 when many yellow ones have been open together for long."""
    found = []
    for trigger in TRIGGERS:
        counting = tuple(fact for fact in facts if fact.kind in trigger.kinds and fact.counts)
        if behind := tuple(trigger.finds(Asked(counting, at, numbers))):
            found.append(Struck(trigger.id, behind, before.open_since.get(trigger.id, at.date())))
    yellow = [one for one in found if not one.red]
    together_since = sorted(one.since for one in yellow)[numbers.many_triggers - 1 : numbers.many_triggers]
    if together_since and (at.date() - together_since[0]).days > numbers.many_triggers_days:
        long_open = tuple(fact for one in yellow if one.since <= together_since[0] for fact in one.facts)
        found.append(Struck(TOGETHER, long_open, before.open_since.get(TOGETHER, at.date())))
    return tuple(found)


def _recovering(left_red_on: date | None, today: date, numbers: Numbers) -> bool:
    return left_red_on is not None and (today - left_red_on).days < numbers.yellow_after_red_days


def _unrated(standing: Standing, today: date, numbers: Numbers) -> Unrated | None:
    if standing.closed:
        return Unrated.CLOSED
    if standing.stopped:
        return Unrated.STOPPED
    if standing.coded_on is None or (today - standing.coded_on).days < numbers.new_code_days:
        return Unrated.NEW
    return None


def _unknown(told: tuple[Report, ...], gaps: tuple[Gap, ...]) -> Unrated | None:
    if gaps:
        return Unrated.GAP
    return None if any(report.covered for report in told) else Unrated.NO_DATA


def _without_red(struck: tuple[Struck, ...], unrated: Unrated | None) -> Colour:
    if unrated is not None:
        return Colour.GREY
    return Colour.YELLOW if struck else Colour.GREEN
