"""Checks that a report must pass before it may leave the house. Pure.

Sentences are msgids: a snapshot keeps them untranslated, a page translates them.
Each check names the figures that it weighs, so that its sentence can be read, and its margin note
drawn, without knowing the predicate.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext_noop as _

from bihuan.reports.rules.numbers import as_number

Numbers = Mapping[str, Decimal]


@dataclass(frozen=True)
class Check:
    """`passed` and `refused` are sentences over the names in `figures`; `claim` limits it to a claim."""

    id: str
    figures: Mapping[str, str]
    holds: Callable[[Numbers], bool]
    passed: str
    refused: str
    claim: str = ""


@dataclass(frozen=True)
class Outcome:
    """The judgement of one check; its sentence is the msgid `message` filled with `params`."""

    check: str
    passed: bool
    message: str
    params: Mapping[str, str]
    figures: tuple[str, ...] = ()


MISSING = _("The figure %(figure)s has no value on %(day)s.")
ANNEX = _("The annex has %(rows)s rows for %(specific)s specific items.")
ANNEX_REFUSED = _("The annex has %(rows)s rows, but there are %(specific)s specific items.")


def _share(figure: str) -> Check:
    return Check(
        id=f"share_{figure}",
        figures={"share": figure},
        holds=lambda n: 0 <= n["share"] <= 100,
        passed=_("The share %(share)s %% lies between 0 and 100 %%."),
        refused=_("The share %(share)s %% doesn't lie between 0 and 100 %%."),
    )


CHECKS: tuple[Check, ...] = (
    Check(
        id="items_by_kind",
        figures={
            "items": "feedback_total",
            "specific": "feedback_specific",
            "common": "feedback_common",
        },
        holds=lambda n: n["items"] == n["specific"] + n["common"],
        passed=_("Items by kind add up: %(items)s = %(specific)s specific + %(common)s common."),
        refused=_(
            "Items by kind don't add up: %(items)s in all, but %(specific)s specific + %(common)s common."
        ),
    ),
    Check(
        id="items_by_state",
        figures={
            "items": "feedback_total",
            "completed": "feedback_done",
            "remaining": "feedback_remaining",
        },
        holds=lambda n: n["items"] == n["completed"] + n["remaining"],
        passed=_("Items by state add up: %(completed)s completed + %(remaining)s remaining = %(items)s."),
        refused=_(
            "Items by state don't add up: %(completed)s completed + %(remaining)s remaining,"
            " but %(items)s in all."
        ),
    ),
    Check(
        id="specific_completed",
        figures={
            "specific": "feedback_specific",
            "completed": "feedback_done",
            "both": "feedback_specific_done",
        },
        holds=lambda n: n["both"] <= min(n["specific"], n["completed"]),
        passed=_(
            "Completed specific items (%(both)s) are at most all completed (%(completed)s)"
            " and all specific items (%(specific)s)."
        ),
        refused=_(
            "Completed specific items (%(both)s) exceed all completed (%(completed)s)"
            " or all specific items (%(specific)s)."
        ),
    ),
    Check(
        id="common_completed",
        figures={
            "common": "feedback_common",
            "completed": "feedback_done",
            "both": "feedback_specific_done",
        },
        holds=lambda n: n["completed"] - n["both"] <= n["common"],
        passed=_(
            "Of %(completed)s completed items %(both)s are specific;"
            " the rest fits into the %(common)s common items."
        ),
        refused=_(
            "Of %(completed)s completed items only %(both)s are specific;"
            " the rest exceeds the %(common)s common items."
        ),
    ),
    Check(
        id="petitions_within",
        figures={"cases": "petition_total", "closed": "petition_struck_off"},
        holds=lambda n: n["closed"] <= n["cases"],
        passed=_("Petition cases struck off (%(closed)s) are at most all cases (%(cases)s)."),
        refused=_("Petition cases struck off (%(closed)s) exceed all cases (%(cases)s)."),
    ),
    Check(
        id="petitions_all_closed",
        claim="petitions_all_closed",
        figures={"cases": "petition_total", "closed": "petition_struck_off"},
        holds=lambda n: n["closed"] == n["cases"],
        passed=_("The report says that all petition cases are struck off: %(closed)s = %(cases)s."),
        refused=_(
            "The report says that all petition cases are struck off (100 %%),"
            " but it is %(closed)s of %(cases)s."
        ),
    ),
    Check(
        id="remaining_on_track",
        claim="remaining_on_track",
        figures={"behind": "feedback_behind", "remaining": "feedback_remaining"},
        holds=lambda n: n["behind"] == 0,
        passed=_(
            "The report says that the %(remaining)s remaining items are on track: %(behind)s are behind."
        ),
        refused=_(
            "The report says that the %(remaining)s remaining items are on track,"
            " but %(behind)s are behind their milestones."
        ),
    ),
    Check(
        id="micro_grids",
        figures={"grids": "patrol_grids", "micro": "patrol_micro_grids"},
        holds=lambda n: n["grids"] <= n["micro"],
        passed=_("Micro-grids (%(micro)s) lie within grids (%(grids)s)."),
        refused=_("There are fewer micro-grids (%(micro)s) than grids (%(grids)s)."),
    ),
    _share("water_sections_class_three"),
    _share("rights_trade_share"),
    _share("meetings_assessment_weight"),
)


def figures_checked(claims: frozenset[str]) -> tuple[str, ...]:
    """What has to be asked for beside the figures that the text quotes."""
    return tuple(dict.fromkeys(name for check in _applying(claims) for name in check.figures.values()))


def judge(values: Mapping[str, Any], *, claims: frozenset[str]) -> list[Outcome]:
    """The outcome of every check whose figures all have a value; a missing one is `missing`'s to report."""
    outcomes = []
    for check in _applying(claims):
        numbers = {name: as_number(values.get(figure)) for name, figure in check.figures.items()}
        known = {name: number for name, number in numbers.items() if number is not None}
        if len(known) == len(numbers):
            outcomes.append(_outcome(check, known))
    return outcomes


def missing(names: Iterable[str], *, values: Mapping[str, Any], day: str) -> list[Outcome]:
    """One refusal for each figure that must be there and isn't."""
    return [
        Outcome("missing", False, MISSING, {"figure": name, "day": day}, (name,))
        for name in names
        if values.get(name) in (None, "")
    ]


def annex_complete(rows: int, specific: Any) -> Outcome:
    """The annex lists the specific items, one row each."""
    holds = as_number(specific) == rows
    params = {"rows": str(rows), "specific": "—" if specific is None else str(specific)}
    figures = ("feedback_specific",)
    return Outcome("annex", holds, ANNEX if holds else ANNEX_REFUSED, params, figures)


def _applying(claims: frozenset[str]) -> Iterable[Check]:
    return (check for check in CHECKS if not check.claim or check.claim in claims)


def _outcome(check: Check, numbers: Numbers) -> Outcome:
    holds = check.holds(numbers)
    sentence = check.passed if holds else check.refused
    params = {name: f"{number:f}" for name, number in numbers.items()}
    return Outcome(check.id, holds, sentence, params, tuple(check.figures.values()))
