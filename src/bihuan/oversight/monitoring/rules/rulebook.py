"""Rules as dated versions: which one holds for an outlet and factor on a day. Pure."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.utils.translation import gettext_lazy as _

from bihuan.kernel.errors import BihuanError


class NoRule(BihuanError):
    message = _("No version of the rule “%(rule)s” holds on %(day)s.")


@dataclass(frozen=True, slots=True)
class Version:
    """One version of one rule. An empty `medium` or `factor`, or no `outlet`, means all of them."""

    rule: str
    number: int
    valid_from: date
    parameters: Mapping[str, float]
    source: str
    ours: bool
    valid_to: date | None = None
    enabled: bool = True
    medium: str = ""
    factor: str = ""
    outlet: int | None = None
    id: int | None = None

    @property
    def name(self) -> str:
        """What a result remembers: E1@2026-01-01#3."""
        return f"{self.rule}@{self.valid_from.isoformat()}#{self.number}"

    def fits(self, subject: "Subject", day: date) -> bool:
        in_force = self.valid_from <= day and (self.valid_to is None or day <= self.valid_to)
        return (
            in_force
            and self.medium in ("", subject.medium)
            and self.factor in ("", subject.factor)
            and self.outlet in (None, subject.outlet)
        )

    @property
    def scope(self) -> tuple[str, str, str, int | None]:
        """What it is for: of versions with one scope the newest holds."""
        return self.rule, self.medium, self.factor, self.outlet

    @property
    def rank(self) -> tuple[bool, bool, bool, date, int]:
        """Outlet before factor before medium, then the newest."""
        return (
            self.outlet is not None,
            bool(self.factor),
            bool(self.medium),
            self.valid_from,
            self.number,
        )


@dataclass(frozen=True, slots=True)
class Subject:
    """What a rule is asked about."""

    medium: str = ""
    factor: str = ""
    outlet: int | None = None


@dataclass
class RuleBook:
    """All versions; the most specific one that is in force answers."""

    versions: tuple[Version, ...]
    _by_rule: dict[str, list[Version]] = field(default_factory=dict, init=False)
    _known: dict[Any, Version | None] = field(default_factory=dict, init=False)

    def __post_init__(self) -> None:
        by_rule: dict[str, list[Version]] = defaultdict(list)
        for version in sorted(self.versions, key=lambda one: one.rank, reverse=True):
            by_rule[version.rule].append(version)
        self._by_rule = dict(by_rule)

    def find(self, rule: str, day: date, subject: Subject) -> Version | None:
        key = (rule, day, subject)
        if key not in self._known:
            candidates = self._by_rule.get(rule, ())
            self._known[key] = next((one for one in candidates if one.fits(subject, day)), None)
        return self._known[key]

    def of(self, rule: str, day: date, subject: Subject | None = None) -> Version:
        """As `find`, for a rule that must exist; NoRule otherwise."""
        found = self.find(rule, day, subject or Subject())
        if found is None:
            raise NoRule(rule=rule, day=day.isoformat())
        return found

    def alarm(self, rule: str, day: date, subject: Subject) -> Version | None:
        """The version of an alarm rule, None where it is switched off."""
        found = self.find(rule, day, subject)
        return found if found is not None and found.enabled else None

    def with_draft(self, draft: Version) -> "RuleBook":
        """A book in which the draft stands in place of what holds in its scope, for a dry run."""
        kept = (one for one in self.versions if one.scope != draft.scope)
        return RuleBook((*kept, draft))

    def limited_to(self, rules: Collection[str]) -> "RuleBook":
        """A book of these rules alone: all others are silent."""
        return RuleBook(tuple(one for one in self.versions if one.rule in rules))


def book_of(versions: Iterable[Version]) -> RuleBook:
    return RuleBook(tuple(versions))
