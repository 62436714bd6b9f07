"""Rules as people look them up: what is in force today, everywhere and where something else holds."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import QuerySet

from bihuan.oversight.enterprises.public import Outlet
from bihuan.oversight.monitoring.models import JudgedDay, RuleVersion
from bihuan.oversight.monitoring.rules.catalogue import FAMILY_LABELS, RULES, Family, Rule

AT_ONCE = 60
"""Outlets; ours: a month of so many is tried while the reader waits."""


@dataclass(frozen=True)
class RuleLine:
    """A rule with the versions in force: for everybody or a medium, and for a factor or an outlet."""

    rule: Rule
    general: Sequence[RuleVersion]
    special: Sequence[RuleVersion]


@dataclass(frozen=True)
class RuleGroup:
    family: Family
    label: Any
    lines: Sequence[RuleLine]


def versions_of(rule: str | None = None) -> "QuerySet[RuleVersion]":
    rows: QuerySet[RuleVersion] = RuleVersion.objects.select_related("outlet__enterprise", "made_by")
    rows = rows if rule is None else rows.filter(rule=rule)
    return rows.order_by("rule", "-valid_from", "-number")


def in_force(versions: Iterable[RuleVersion], day: date) -> list[RuleVersion]:
    """Of each scope (medium, factor, outlet) the version that holds on the day; given newest first."""
    found: dict[tuple[str, str, str, int | None], RuleVersion] = {}
    for one in versions:
        if one.valid_from <= day and (one.valid_to is None or day <= one.valid_to):
            found.setdefault(one.version.scope, one)
    return sorted(found.values(), key=lambda one: one.version.rank)


def groups(day: date) -> list[RuleGroup]:
    """Every rule of the catalogue by family, in one read."""
    holding = in_force(versions_of(), day)
    lines = {rule.id: line_of(rule, holding) for rule in RULES}
    return [
        RuleGroup(family, FAMILY_LABELS[family], [lines[one.id] for one in RULES if one.family is family])
        for family in Family
    ]


def line_of(rule: Rule, holding: Iterable[RuleVersion]) -> RuleLine:
    mine = [one for one in holding if one.rule == rule.id]
    return RuleLine(
        rule,
        [one for one in mine if not one.factor_code and one.outlet_id is None],
        [one for one in mine if one.factor_code or one.outlet_id is not None],
    )


@dataclass(frozen=True)
class TrialScope:
    """The outlets a dry run goes over: `keys` of the `found` that were judged in its time."""

    keys: Sequence[int]
    found: int


def trial_scope(
    user: Any, *, first: date, last: date, medium: str = "", outlet: Outlet | None = None, path: str = ""
) -> TrialScope:
    """Outlets that the draft is for and that have judged days; as many as one request can try."""
    rows = Outlet.objects.visible_to(user).filter(jurisdiction_path__startswith=path)
    if medium:
        rows = rows.filter(medium=medium)
    if outlet is not None:
        rows = rows.filter(pk=outlet.pk)
    judged = JudgedDay.objects.filter(current=True, day__range=(first, last)).values("outlet")
    keys = list(rows.filter(pk__in=judged).order_by("pk").values_list("pk", flat=True))
    return TrialScope(keys[:AT_ONCE], len(keys))
