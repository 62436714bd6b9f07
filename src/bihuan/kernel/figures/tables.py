"""How records are shown below a figure. Registers stand above figures, so they hand their table in."""

from collections.abc import Callable
from datetime import datetime
from typing import Any, TypeAlias

from django.db.models import QuerySet
from django.http import HttpRequest

Maker: TypeAlias = Callable[["QuerySet[Any]", HttpRequest, datetime], Any]
_maker: Maker | None = None


def show_records_with(maker: Maker) -> None:
    """`maker(rows, request, as_of)` gives a page for the table component, None for an unknown model."""
    global _maker
    _maker = maker


def table_for(rows: "QuerySet[Any]", request: HttpRequest, as_of: datetime) -> Any:
    return _maker(rows, request, as_of) if _maker else None
