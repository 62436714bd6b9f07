"""What a request asks of a register: its query string, read once for list, export, print and bulk acts."""

from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.http import QueryDict

from bihuan.kernel.registers.columns import Column
from bihuan.kernel.registers.filters import Filter
from bihuan.kernel.registers.register import Register

PAGE = "page"
QUERY = "q"
SORT = "sort"
COLUMNS = "cols"
VIEW = "view"
NO_VIEW = "none"


@dataclass(frozen=True)
class Asked:
    """Filters with their values, search words, sort, place, and the columns to show."""

    register: Register
    data: QueryDict
    values: tuple[tuple[Filter, Any], ...]
    query: str
    sort: str
    columns: tuple[Column, ...]

    @property
    def order(self) -> str:
        """The field to order by, from the column the reader chose."""
        column = self.register.offered.get(self.sort.lstrip("-"))
        if column is None or not column.sort:
            return self.register.default_sort
        return f"-{column.sort}" if self.sort.startswith("-") else column.sort

    @property
    def chosen(self) -> bool:
        """Whether the address itself names the columns."""
        return COLUMNS in self.data

    def narrow(self, rows: "QuerySet[Any]") -> "QuerySet[Any]":
        for one, value in self.values:
            if value is not None:
                rows = one.apply(rows, value)
        if self.query:
            rows = rows.filter(self.register.matching(self.query))
        return self.related(rows)

    def related(self, rows: "QuerySet[Any]") -> "QuerySet[Any]":
        """The rows with what the chosen columns follow."""
        names = {name for column in self.columns for name in column.related}
        return rows.select_related(*names) if names else rows

    def kept(self) -> QueryDict:
        """The question without its place and its view, in one fixed order: what a saved view keeps."""
        kept = QueryDict(mutable=True)
        names = [QUERY, *(name for one, value in self.values if value is not None for name in one.names)]
        for name in [*names, SORT, COLUMNS]:
            said = [text for text in self.data.getlist(name) if text]
            if said:
                kept.setlist(name, said)
        return kept


def read(register: Register, data: QueryDict, *, columns: list[str] | None = None) -> Asked:
    """`columns` are the reader's usual ones; the address may name others."""
    sort = data.get(SORT, "")
    sorted_by = register.offered.get(sort.lstrip("-"))
    return Asked(
        register=register,
        data=data,
        values=tuple((one, one.read(data)) for one in register.filters),
        query=" ".join(data.get(QUERY, "").replace("\x00", "").split())[:100] if register.searchable else "",
        sort=sort if sorted_by is not None and sorted_by.sort else "",
        columns=known(register, data.getlist(COLUMNS)) or known(register, columns or []) or register.columns,
    )


def known(register: Register, names: list[str]) -> tuple[Column, ...]:
    """The columns of these names in their order, each once; names nobody offers are passed over."""
    offered = register.offered
    return tuple(offered[name] for name in dict.fromkeys(names) if name in offered)


def without(data: QueryDict, *names: str) -> QueryDict:
    kept = data.copy()
    for name in names:
        kept.pop(name, None)
    return kept


def address(path: str, data: QueryDict, **changes: Any) -> str:
    asked = data.copy()
    for name, value in changes.items():
        asked[name] = value
    return f"{path}?{asked.urlencode()}" if asked else path
