"""Find anything: one box over every register that says how it is found, the figures, and the pages."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from django.apps import apps
from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from bihuan.kernel.figures.registry import entries
from bihuan.kernel.people.access import post_for
from bihuan.kernel.registers.columns import cell
from bihuan.kernel.registers.register import REGISTERS, Register
from bihuan.kernel.registers.search import normal
from bihuan.web import navigation

ROWS_PER_GROUP = 8
NOTE_COLUMNS = slice(2, 5)
LONGEST = 80


@dataclass(frozen=True)
class Hit:
    """A record: what it is called, where it leads, and a line that tells it from others of the name."""

    text: str
    url: str
    note: str = ""


@dataclass(frozen=True)
class Group:
    """The hits of one register; `more_url` leads to all of them in the register itself."""

    title: Any
    hits: list[Hit]
    more_url: str = ""


@dataclass
class Results:
    """The numbers that match whole come first, then the words, grouped by area in the order of the house."""

    exact: list[Hit] = field(default_factory=list)
    areas: dict[str, list[Group]] = field(default_factory=dict)

    def __bool__(self) -> bool:
        return bool(self.exact or self.areas)


def find(user: Any, query: str, as_of: datetime | None = None) -> Results:
    """Only what the user may see, by the same query sets as the registers, then or now."""
    query = " ".join(query.replace("\x00", "").split())[:LONGEST]
    results = Results()
    if not query:
        return results
    for register in _readable(user):
        rows = register.rows(user, as_of)
        exact = _numbered(register, rows, query)
        results.exact += exact
        if group := _worded(register, rows, query, without={hit.url for hit in exact}):
            results.areas.setdefault(str(area_of(register)), []).append(group)
    if group := _figures(query):
        results.areas.setdefault(str(_("Figures")), []).append(group)
    if group := _pages(query):
        results.areas.setdefault(str(_("Places to go")), []).append(group)
    return results


def area_of(register: Register) -> Any:
    """The wing a register stands in; outside the wings, the name of its app."""
    wing = navigation.wing(register.__module__.split(".")[1])
    if wing is not None:
        return wing.label
    return apps.get_containing_app_config(register.__module__).verbose_name  # type: ignore[union-attr]


def _readable(user: Any) -> Iterator[Register]:
    for register in REGISTERS.values():
        if register.permission is None or post_for(user, register.permission) is not None:
            yield register


def _numbered(register: Register, rows: "QuerySet[Any]", query: str) -> list[Hit]:
    condition = register.numbered(query)
    if condition is None:
        return []
    return _hits(register, rows.filter(condition)[:ROWS_PER_GROUP])


def _worded(register: Register, rows: "QuerySet[Any]", query: str, *, without: set[str]) -> Group | None:
    if not register.searchable:
        return None
    wanted = rows.filter(register.matching(query)).order_by(register.default_sort)
    found = _hits(register, wanted[: ROWS_PER_GROUP + 1])
    hits = [hit for hit in found[:ROWS_PER_GROUP] if not hit.url or hit.url not in without]
    more = f"{reverse(f'{register.id}-list')}?{urlencode({'q': query})}" if len(found) > 1 else ""
    return Group(register.title, hits, more) if hits else None


def _hits(register: Register, rows: Iterable[Any]) -> list[Hit]:
    return [Hit(str(row), register.detail_url(row), _note(register, row)) for row in rows]


def _note(register: Register, row: Any) -> str:
    texts = [cell(column, row).text for column in register.columns[NOTE_COLUMNS]]
    return " · ".join(text for text in texts if text)


def _figures(query: str) -> Group | None:
    hits = [
        Hit(one.figure.label, reverse("figure", args=[one.figure.id]), one.figure.definition)
        for one in entries()
        if _in(query, one.figure.zh, one.figure.en)
    ]
    return Group(_("Figures"), hits[:ROWS_PER_GROUP]) if hits else None


def _pages(query: str) -> Group | None:
    below = [place for wing in navigation.WINGS for place in wing.places]
    places = (*navigation.WORK, *below, *navigation.OFFICE)
    hits = [Hit(str(one.label), one.url) for one in navigation.built(places) if _in(query, str(one.label))]
    return Group(_("Places to go"), hits[:ROWS_PER_GROUP]) if hits else None


def _in(query: str, *texts: str) -> bool:
    return any(normal(query) in normal(text) for text in texts)
