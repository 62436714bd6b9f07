"""The data behind a curve as a table: the same columns on the page and in the export."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from bihuan.kernel.registers.columns import Column
from bihuan.oversight.monitoring.labels import (
    METHOD_WORDS,
    STATUS_MARKS,
    decimal_of,
    flag_word,
    reason_word,
    status_word,
)
from bihuan.oversight.monitoring.models import JudgedDay, Origin
from bihuan.oversight.monitoring.queries.curves import Asked, hour_values, judged_days
from bihuan.oversight.monitoring.rules.letters import INVALID, MISSING, PENDING, VALID
from bihuan.oversight.monitoring.rules.periods import HOUR, start_of
from bihuan.oversight.monitoring.rules.spans import Points
from bihuan.oversight.monitoring.store import reading
from bihuan.oversight.monitoring.store.grains import Grain

PAGE = 100


@dataclass(frozen=True)
class HourRow:
    """One judged hour as a table line."""

    day: JudgedDay
    hour: int
    converted: bool

    @property
    def at(self) -> datetime:
        return start_of(self.day.day) + self.hour * HOUR

    @property
    def status(self) -> str:
        return self.day.statuses[self.hour]

    @property
    def value(self) -> Any:
        return decimal_of(hour_values(self.day, converted=self.converted)[self.hour])

    def of(self, name: str) -> Any:
        values = getattr(self.day, name)
        return decimal_of(values[self.hour]) if values else None

    @property
    def why(self) -> Any:
        return reason_word(self.day.reasons[self.hour])

    @property
    def url(self) -> str:
        return f"{day_url(self.day)}?hour={self.hour}"


@dataclass(frozen=True)
class DayRow:
    day: JudgedDay
    converted: bool

    @property
    def valid(self) -> list[float]:
        values = zip(self.day.statuses, hour_values(self.day, converted=self.converted), strict=True)
        return [value for letter, value in values if letter == VALID and value is not None]

    @property
    def status(self) -> str:
        letters = {"valid": VALID, "invalid": INVALID, "missing": MISSING}
        return letters.get(self.day.day_status, PENDING if not self.day.day_status else INVALID)

    @property
    def hours(self) -> str:
        return f"{self.day.statuses.count(VALID)}/24"

    @property
    def url(self) -> str:
        return day_url(self.day)


def day_url(day: JudgedDay) -> str:
    return reverse("judged-day", args=[day.outlet_id, day.pk])


def how(_row: Any) -> str:
    return _("how it came about")


def badge(row: Any) -> str:
    return STATUS_MARKS[row.status]


def sent_columns(factor: str) -> tuple[Column, ...]:
    def cell(name: str) -> Callable[[Any], Any]:
        def read(record: reading.Record) -> Any:
            found = record.cells.get(factor)
            return decimal_of(getattr(found, name)) if found else None

        return read

    def flag(record: reading.Record) -> str:
        found = record.cells.get(factor)
        return flag_word(found.flag) if found else ""

    return (
        Column("at", gettext_lazy("Time"), kind="datetime"),
        Column("mean", gettext_lazy("Value"), value=cell("mean"), kind="number"),
        Column("low", gettext_lazy("Lowest"), value=cell("low"), kind="number", minor=True),
        Column("high", gettext_lazy("Highest"), value=cell("high"), kind="number", minor=True),
        Column("converted", gettext_lazy("Converted"), value=cell("converted"), kind="number"),
        Column("flag", gettext_lazy("Flag"), value=flag),
        Column("origin", gettext_lazy("How it came"), value=lambda one: Origin(one.origin).label, minor=True),
        Column("arrived_at", gettext_lazy("Arrived"), kind="datetime", minor=True),
        Column("version", gettext_lazy("Version"), kind="number", minor=True),
    )


HOUR_COLUMNS = (
    Column("at", gettext_lazy("Time"), kind="datetime"),
    Column("value", gettext_lazy("Value"), kind="number"),
    Column(
        "status", gettext_lazy("State"), value=lambda row: status_word(row.status), kind="badge", badge=badge
    ),
    Column("why", gettext_lazy("Why")),
    Column("mean", gettext_lazy("Measured"), value=lambda row: row.of("means"), kind="number", minor=True),
    Column("sent", gettext_lazy("As sent"), value=lambda row: row.of("sent"), kind="number", minor=True),
    Column("quantity", gettext_lazy("Quantity"), value=lambda row: row.of("quantities"), kind="number"),
    Column("how", gettext_lazy("Records"), value=how, kind="link", url=lambda row: row.url),
)
DAY_COLUMNS = (
    Column("day", gettext_lazy("Day"), value=lambda row: row.day.day, kind="date"),
    Column(
        "mean", gettext_lazy("Daily mean"), value=lambda row: decimal_of(row.day.day_mean), kind="number"
    ),
    Column("low", gettext_lazy("Lowest hour"), value=lambda row: decimal_of(min(row.valid, default=None)),
           kind="number", minor=True),
    Column("high", gettext_lazy("Highest hour"), value=lambda row: decimal_of(max(row.valid, default=None)),
           kind="number"),
    Column(
        "status", gettext_lazy("State"), value=lambda row: status_word(row.status), kind="badge", badge=badge
    ),
    Column("hours", gettext_lazy("Valid hours")),
    Column("method", gettext_lazy("Made as"), value=lambda row: METHOD_WORDS.get(row.day.day_method, ""),
           minor=True),
    Column("quantity", gettext_lazy("Quantity"), value=lambda row: decimal_of(row.day.quantity),
           kind="number", minor=True),
    Column("version", gettext_lazy("Version"), value=lambda row: row.day.version, kind="number", minor=True),
    Column("how", gettext_lazy("Records"), value=how, kind="link", url=lambda row: row.url),
)  # fmt: skip


@dataclass(frozen=True)
class Sheet:
    """A table of the span: a page of it to look at, or all of it to take away."""

    columns: Sequence[Column]
    rows: Sequence[Any]
    total: int
    page: int

    @property
    def pages(self) -> int:
        return -(-self.total // PAGE)

    @property
    def said(self) -> str:
        return ngettext("%(count)s line", "%(count)s lines", self.total) % {"count": self.total}


def sheet_of(asked: Asked, page: int) -> Sheet:
    if asked.span.points is Points.SENT:
        return _sent_sheet(asked, page)
    columns, rows = columns_of(asked), list(judged_rows(asked))
    return Sheet(columns, rows[(page - 1) * PAGE : page * PAGE], len(rows), page)


def _sent_sheet(asked: Asked, page: int) -> Sheet:
    found = sent_page(asked, grain_of(asked), page, PAGE)
    return Sheet(columns_of(asked), found.records, found.total, page)


def grain_of(asked: Asked) -> Grain:
    """The grain that the curve is drawn from."""
    window = asked.window
    return reading.drawn(asked.outlet.pk, asked.factor, window.begin, window.end, points=1).grain


def sent_page(asked: Asked, grain: Grain, page: int, size: int) -> reading.Page:
    window = asked.window
    return reading.records(asked.outlet.pk, window.begin, window.end, grain=grain, page=page, size=size)


def columns_of(asked: Asked) -> Sequence[Column]:
    return {Points.SENT: sent_columns(asked.factor), Points.HOURS: HOUR_COLUMNS, Points.DAYS: DAY_COLUMNS}[
        asked.span.points
    ]


def all_rows(asked: Asked) -> Iterable[Any]:
    """Every line of the span, for an export."""
    if asked.span.points is Points.SENT:
        return sent_rows(asked)
    return judged_rows(asked)


def sent_rows(asked: Asked) -> Iterator[Any]:
    grain, page, size = grain_of(asked), 1, 1000
    while records := sent_page(asked, grain, page, size).records:
        yield from records
        page += 1


def judged_rows(asked: Asked) -> Iterator[Any]:
    """The latest first."""
    for day in judged_days(asked):
        if asked.span.points is Points.DAYS:
            yield DayRow(day, asked.converted)
            continue
        hours = (HourRow(day, hour, asked.converted) for hour in reversed(range(24)))
        yield from (one for one in hours if one.status != PENDING and asked.window.holds(one.at))
