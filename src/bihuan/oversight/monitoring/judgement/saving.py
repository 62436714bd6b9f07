"""Keeping judged days: a running day grows, a final one is only ever followed by a new version."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.db import transaction

from bihuan.oversight.monitoring.judgement.hours import DayResult, fields_of
from bihuan.oversight.monitoring.models import JudgedDay, Rejudgement

COMPARED = ("statuses", "means", "converted", "day_mean", "day_status", "quantity", "due", "came", "valid")
WRITTEN = (
    *("statuses", "reasons", "means", "converted", "sent", "sent_converted", "quantities"),
    *("day_mean", "day_status", "day_method", "day_sent", "quantity"),
    *("due", "came", "must_be_valid", "valid", "rules", "read_at"),
)
TOLERANCE = 1e-5


@dataclass
class Saved:
    """What a run did: rows seen, and those that came to another result."""

    examined: int = 0
    changed: list[JudgedDay] = field(default_factory=list)


@transaction.atomic
def save(
    results: Sequence[DayResult],
    *,
    read_at: datetime,
    because: str = "",
    rejudgement: Rejudgement | None = None,
) -> Saved:
    """Store results. A changed running day is overwritten, a changed final one gets a new version."""
    known = _known(results)
    saved, fresh, grown = Saved(examined=len(results)), [], []
    for result in results:
        old = known.get((result.outlet_id, result.factor_code, result.day))
        fields = {**fields_of(result), "read_at": read_at}
        if old is None:
            fresh.append(JudgedDay(**fields, because=because, rejudgement=rejudgement))
        elif differs(old, fields):
            if old.final:
                fresh.append(_next(old, fields, because=because, rejudgement=rejudgement))
            else:
                grown.append(_grown(old, fields))
    saved.changed = [*fresh, *grown]
    replaced = {(row.outlet_id, row.factor_code, row.day) for row in fresh}
    superseded = [row.pk for key, row in known.items() if key in replaced]
    JudgedDay.objects.filter(pk__in=superseded).update(current=False)
    JudgedDay.objects.bulk_create(fresh, batch_size=2000)
    _overwrite(grown)
    return saved


def _known(results: Iterable[DayResult]) -> dict[tuple[int, str, date], JudgedDay]:
    outlets, days = {one.outlet_id for one in results}, {one.day for one in results}
    rows = JudgedDay.objects.select_for_update().filter(outlet__in=outlets, day__in=days, current=True)
    return {(row.outlet_id, row.factor_code, row.day): row for row in rows}


def _next(
    old: JudgedDay, fields: dict[str, Any], *, because: str, rejudgement: Rejudgement | None
) -> JudgedDay:
    return JudgedDay(
        **fields, version=old.version + 1, final=True, because=because or "late", rejudgement=rejudgement
    )


def _grown(old: JudgedDay, fields: dict[str, Any]) -> JudgedDay:
    for name in WRITTEN:
        setattr(old, name, fields[name])
    return old


def _overwrite(rows: Sequence[JudgedDay]) -> None:
    JudgedDay.objects.bulk_update(rows, WRITTEN, batch_size=200)


def differs_from(old: JudgedDay, result: DayResult) -> bool:
    """Whether the result says something else than the row that is kept."""
    return differs(old, fields_of(result))


def differs(old: JudgedDay, fields: dict[str, Any]) -> bool:
    return any(not _same(getattr(old, name), fields[name]) for name in COMPARED)


def _same(first: Any, second: Any) -> bool:
    """Equal but for single precision."""
    if isinstance(first, list) and isinstance(second, list):
        return len(first) == len(second) and all(map(_same, first, second))
    if isinstance(first, float) and isinstance(second, float | int):
        return abs(first - second) <= TOLERANCE * max(1.0, abs(first), abs(second))
    return bool(first == second)


def finish(day: date, outlets: Sequence[int] | None = None) -> int:
    """Make the current rows of a day final; gives how many."""
    rows = JudgedDay.objects.filter(day=day, current=True, final=False)
    if outlets is not None:
        rows = rows.filter(outlet__in=outlets)
    return int(rows.update(final=True))
