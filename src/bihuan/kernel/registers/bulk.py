"""One act on many rows: rehearsed for the preview, then each row through its own action, none by halves."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from django import forms
from django.db import transaction
from django.db.models import Count, QuerySet

from bihuan.kernel.errors import BihuanError
from bihuan.kernel.people.access import Reader, post_for
from bihuan.kernel.registers.columns import Column

# Ours: what one request can rehearse and do while its sender waits. More than that wants a narrower filter.
MOST_ROWS = 500


@dataclass(frozen=True)
class BulkAct:
    """Declared by a register. `form` asks what all rows share (it is given the user).

    `perform(record, by=user, **what the form says)` calls the area's action and says in one sentence what
    came of it; a BihuanError says why not. The preview runs it too and takes everything back, so it can't
    promise what the action would refuse.
    """

    id: str
    label: Any
    permission: str
    perform: Callable[..., str]
    form: Callable[..., forms.Form] | None = None
    help: Any = ""

    def may(self, user: Reader) -> bool:
        return post_for(user, self.permission) is not None


@dataclass(frozen=True)
class BulkExport:
    """Declared by a register: a list of what hangs on the chosen rows, to take along as a file.

    `rows(records)` are the things, `owner` the field by which each names its record.
    """

    id: str
    label: Any
    rows: "Callable[[QuerySet[Any]], QuerySet[Any]]"
    owner: str
    columns: tuple[Column, ...]
    said: Callable[[int], str]
    permission: str = ""
    help: Any = ""

    def may(self, user: Reader) -> bool:
        return user.is_authenticated and (not self.permission or post_for(user, self.permission) is not None)

    def counts(self, records: "QuerySet[Any]") -> dict[int, int]:
        counted = self.rows(records).order_by().values(self.owner).annotate(count=Count("pk"))
        return {row[self.owner]: row["count"] for row in counted}


@dataclass(frozen=True)
class Outcome:
    """What would come, or came, of one row; `text` is a full sentence either way."""

    record: Any
    done: bool
    text: str


def rehearse(act: BulkAct, records: Iterable[Any], *, by: Any, said: dict[str, Any]) -> list[Outcome]:
    """What `act` would do to each record; nothing of it stays."""
    return [_one(act, record, by=by, said=said, rehearsal=True) for record in records]


def carry_out(
    act: BulkAct, records: Iterable[Any], *, by: Any, said: dict[str, Any], ready: set[int]
) -> list[Outcome]:
    """Do it to the records that the preview showed as possible; the others are only asked again why not."""
    return [_one(act, record, by=by, said=said, rehearsal=record.pk not in ready) for record in records]


def _one(act: BulkAct, record: Any, *, by: Any, said: dict[str, Any], rehearsal: bool) -> Outcome:
    try:
        with transaction.atomic():
            text = act.perform(record, by=by, **said)
            if rehearsal:
                transaction.set_rollback(True)
    except BihuanError as reason:
        return Outcome(record, False, str(reason))
    return Outcome(record, True, str(text))
