"""A list as it is filed or sent: the rows, order, columns and conditions that the reader saw on screen."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db.models import F, QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _

from bihuan.kernel.registers import pages, queries
from bihuan.kernel.registers.asked import Asked
from bihuan.kernel.registers.columns import Column
from bihuan.kernel.registers.register import Register

CHUNK = 2_000


@dataclass
class Listing:
    """`facts` are pairs of word and text: who filed it, when, under which conditions."""

    title: str
    office: str
    columns: list[Column]
    rows: "QuerySet[Any]"
    facts: list[tuple[str, str]] = field(default_factory=list)

    def records(self) -> Iterable[Any]:
        """Row by row from a cursor of the database, so that memory doesn't grow with the list."""
        return self.rows.iterator(chunk_size=CHUNK)

    def file_name(self, suffix: str) -> str:
        return f"{self.title}-{timezone.localtime():%Y%m%d-%H%M}.{suffix}"


def listing(register: Register, request: HttpRequest, as_of: datetime | None) -> Listing:
    asked = pages.ask(register, request)
    rows = asked.narrow(register.rows(request.user, as_of))
    return Listing(
        title=str(register.title),
        office=queries.letterhead(request.user),
        columns=list(asked.columns),
        rows=ordered(rows, asked.order),
        facts=facts(asked, request, as_of),
    )


def ordered(rows: "QuerySet[Any]", sort: str) -> "QuerySet[Any]":
    """The list's order: empty values last, then by key."""
    key, descending = sort.lstrip("-"), sort.startswith("-")
    first = F(key).desc(nulls_last=True) if descending else F(key).asc(nulls_last=True)
    return rows.order_by(first, "-pk" if descending else "pk")


def facts(asked: Asked, request: HttpRequest, as_of: datetime | None) -> list[tuple[str, str]]:
    conditions = [f"{chip.label}: {chip.text}" for chip in pages.chips(asked, "")]
    if asked.query:
        conditions.insert(0, f"{_('Search')}: {asked.query}")
    made = [
        (_("Conditions"), "；".join(conditions) or _("none: all records within reach")),
        (_("As of"), f"{timezone.localtime(as_of or timezone.now()):%Y-%m-%d %H:%M}"),
    ]
    if request.user.is_authenticated:
        made.append((_("Drawn up by"), f"{request.user.name} {timezone.localtime():%Y-%m-%d %H:%M}"))
    return made
