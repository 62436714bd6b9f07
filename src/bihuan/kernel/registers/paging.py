"""Keyset pages: each page starts after a row, not after a count, so inserts neither repeat nor skip rows."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.core import signing
from django.core.exceptions import FieldDoesNotExist
from django.db.models import F, Model, Q, QuerySet
from django.db.models.constants import LOOKUP_SEP

PAGE_SIZE = 50
COUNT_CAP = 10_000
SEARCHED_CAP = 1_000  # a search reads the rows themselves; who finds more of them asks more narrowly
_PARSERS: dict[str, Any] = {
    "datetime": datetime.fromisoformat,
    "date": date.fromisoformat,
    "Decimal": Decimal,
    "int": int,
    "float": float,
    "str": str,
    "bool": lambda text: text == "True",
}


@dataclass(frozen=True)
class Cursor:
    """A place between two rows: before or after the row with this sort value and key."""

    backward: bool
    value: Any
    pk: int


@dataclass(frozen=True)
class Slice:
    items: list[Any]
    next: str | None
    previous: str | None


def page(rows: "QuerySet[Any]", *, sort: str, token: str = "", size: int = PAGE_SIZE) -> Slice:
    """One page of `rows` sorted by the field `sort` ("-" before it for descending), empty values last."""
    cursor = decode(token, sort)
    backward = cursor is not None and cursor.backward
    key, descending = sort.lstrip("-"), sort.startswith("-")
    nullable = _nullable(rows.model, key)
    rows = rows.order_by(*_order(key, descending=descending, nullable=nullable, backward=backward))
    if cursor is not None:
        rows = rows.filter(_beyond(key, cursor, descending=descending != backward, nullable=nullable))
    found = list(rows[: size + 1])
    more, found = len(found) > size, found[:size]
    if backward:
        found.reverse()
    if not found:
        return Slice([], None, None)
    onward = more or backward
    back = more if backward else cursor is not None
    return Slice(
        found,
        encode(found[-1], sort, backward=False) if onward else None,
        encode(found[0], sort, backward=True) if back else None,
    )


def capped_count(rows: "QuerySet[Any]", cap: int = COUNT_CAP) -> tuple[int, bool]:
    """How many rows, up to `cap`, and whether there are more: counting a million rows is no list's job."""
    count = rows.order_by()[: cap + 1].count()
    return min(count, cap), count > cap


def encode(row: Model, sort: str, *, backward: bool) -> str:
    value = _value(row, sort.lstrip("-"))
    kind = type(value).__name__
    if isinstance(value, str):
        kind = "str"
    text = value.isoformat() if isinstance(value, date) else str(value)
    said = None if value is None else [kind, text]
    return signing.dumps([int(backward), said, row.pk], salt=_salt(sort), compress=True)


def decode(token: str, sort: str) -> Cursor | None:
    """The place a token names; None (the first page) for one that we didn't sign for this sort."""
    try:
        backward, said, pk = signing.loads(token, salt=_salt(sort))
    except signing.BadSignature:
        return None
    value = None if said is None else _PARSERS[said[0]](said[1])
    return Cursor(bool(backward), value, pk)


def _salt(sort: str) -> str:
    return f"registers.page.{sort}"


def _order(key: str, *, descending: bool, nullable: bool, backward: bool) -> list[Any]:
    """The sort, turned round for reading backward. A column that can't be empty keeps its plain index."""
    down = descending != backward
    nulls: dict[str, Any] = {"nulls_first": True} if backward else {"nulls_last": True}
    if not nullable:
        nulls = {}
    if key == "pk":
        return ["-pk" if down else "pk"]
    return [F(key).desc(**nulls) if down else F(key).asc(**nulls), "-pk" if down else "pk"]


def _beyond(key: str, cursor: Cursor, *, descending: bool, nullable: bool) -> Q:
    """The rows that follow the cursor in reading direction (`descending`)."""
    side = "lt" if descending else "gt"
    later_key = Q(**{f"pk__{side}": cursor.pk})
    if key == "pk":
        return later_key
    empty = Q(**{f"{key}__isnull": True})
    if cursor.value is None:
        # Empty values come last: going forward only more of them follow, going back everything else does.
        return (empty & later_key) | ~empty if cursor.backward else empty & later_key
    following = Q(**{f"{key}__{side}e": cursor.value}) & (Q(**{f"{key}__{side}": cursor.value}) | later_key)
    return following | empty if nullable and not cursor.backward else following


def _nullable(model: type[Model], key: str) -> bool:
    if key == "pk" or LOOKUP_SEP in key:
        return key != "pk"
    try:
        return bool(model._meta.get_field(key).null)
    except FieldDoesNotExist:
        return True


def _value(row: Any, key: str) -> Any:
    for part in key.split(LOOKUP_SEP):
        row = None if row is None else getattr(row, part)
    return row.pk if isinstance(row, Model) else row
