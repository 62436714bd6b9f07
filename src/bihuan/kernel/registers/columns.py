"""Columns of a register and the cells they make of a record, the same for table, page and export."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from functools import cache
from typing import Any

from django.core.exceptions import FieldDoesNotExist
from django.utils import timezone
from django.utils.translation import gettext as _

from bihuan.kernel.figures.rules import plain


@dataclass(frozen=True)
class Column:
    """One column. `value` is a path of attributes ("lead_unit.name") or a function of the record.

    `kind` is text, mono, number, date, datetime, badge or link; `badge` gives the mark of a badge
    (ok, soon, late, none, info) and `url` the address of a link. `sort` is the field to order by. A `minor`
    column is left out on a phone. `related` names the relations that only this column follows.
    """

    name: str
    label: Any
    value: str | Callable[[Any], Any] | None = None
    sort: str | None = None
    kind: str = "text"
    badge: Callable[[Any], str] | None = None
    url: Callable[[Any], str] | None = None
    minor: bool = False
    related: tuple[str, ...] = ()

    def raw(self, record: Any) -> Any:
        if callable(self.value):
            return self.value(record)
        return attribute(record, self.value or self.name)


@dataclass(frozen=True)
class Cell:
    name: str
    label: Any
    text: str
    kind: str
    url: str = ""
    badge: str = ""
    minor: bool = False


@dataclass(frozen=True)
class Row:
    obj: Any
    url: str
    cells: list[Cell]


def cell(column: Column, record: Any, *, fallback_url: str = "") -> Cell:
    return Cell(
        name=column.name,
        label=column.label,
        text=printed(column.raw(record)),
        kind=column.kind,
        url=column.url(record) if column.url else fallback_url,
        badge=(column.badge(record) if column.badge else "none") if column.kind == "badge" else "",
        minor=column.minor,
    )


def attribute(record: Any, path: str) -> Any:
    """Follow a path of attributes; a choice field gives its label, a missing link gives None."""
    for name in path.replace("__", ".").split("."):
        if record is None:
            return None
        labels = labels_of(record.__class__, name)
        record = getattr(record, name)
        if labels is not None:
            record = labels.get(record, record)
        elif callable(record):
            record = record()
    return record


@cache
def labels_of(model: type, name: str) -> dict[Any, Any] | None:
    """The labels of a choice field by value, still to be translated; None for what is no such field.

    Kept, because `get_…_display` makes this table anew, and translates all of it, for every cell.
    """
    try:
        choices = model._meta.get_field(name).flatchoices  # type: ignore[attr-defined]
    except (AttributeError, FieldDoesNotExist):
        return None
    return dict(choices) or None


def printed(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, datetime):
        return f"{timezone.localtime(value) if timezone.is_aware(value) else value:%Y-%m-%d %H:%M}"
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return plain(value)
    if isinstance(value, list | tuple | set):
        return "、".join(printed(one) for one in value)
    return str(value)
