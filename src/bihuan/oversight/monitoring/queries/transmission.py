"""The valid transmission rate by county and month, and what stands behind each cell."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db.models import F, Q, QuerySet, Sum

from bihuan.kernel.places.models import Jurisdiction
from bihuan.oversight.enterprises.public import Outlet
from bihuan.oversight.monitoring.judgement.plans import load_book
from bihuan.oversight.monitoring.models import JudgedDay, OutletMonth
from bihuan.oversight.monitoring.rules.letters import INVALID, MISSING, STOPPED, VALID
from bihuan.oversight.monitoring.rules.rulebook import Version
from bihuan.oversight.monitoring.rules.transmission import (
    FactorHours,
    total,
    transmission_rate,
    valid_transmission_rate,
    validity_rate,
)

MONTHS = 12
COUNTIES = (Jurisdiction.Level.COUNTY, Jurisdiction.Level.FUNCTIONAL)
SUMS = ("due", "came", "must_be_valid", "valid", "first_came", "first_must_be_valid", "first_valid")


@dataclass(frozen=True)
class Hours:
    """Factor-hours as they stand (`completed`, 补全) and as they stood when the days became final
    (`immediate`, 即时)."""

    completed: FactorHours = field(default_factory=FactorHours)
    immediate: FactorHours = field(default_factory=FactorHours)

    def __add__(self, other: "Hours") -> "Hours":
        return Hours(self.completed + other.completed, self.immediate + other.immediate)

    @property
    def rate(self) -> float | None:
        return valid_transmission_rate(self.completed)

    @property
    def first_rate(self) -> float | None:
        return valid_transmission_rate(self.immediate)

    @property
    def sent(self) -> float | None:
        return transmission_rate(self.completed)

    @property
    def good(self) -> float | None:
        return validity_rate(self.completed)


def hours_of(row: Mapping[str, Any]) -> Hours:
    due = row["due"] or 0
    completed = FactorHours(due, row["came"] or 0, row["must_be_valid"] or 0, row["valid"] or 0)
    first = FactorHours(due, row["first_came"] or 0, row["first_must_be_valid"] or 0, row["first_valid"] or 0)
    return Hours(completed, first)


@dataclass(frozen=True)
class PlaceRow:
    """A county's year: one cell a month, empty where nothing was due, and all of them together."""

    place: Jurisdiction
    cells: Sequence[Hours]

    @property
    def year(self) -> Hours:
        return sum(self.cells, Hours())


@dataclass(frozen=True)
class RateTable:
    months: Sequence[date]
    rows: Sequence[PlaceRow]
    whole: PlaceRow | None


def months_of(year: int) -> list[date]:
    return [date(year, n, 1) for n in range(1, MONTHS + 1)]


def years(user: Any) -> list[int]:
    """Years of which anything was judged, newest first."""
    rows = visible_months(user).order_by().values_list("month__year", flat=True).distinct()
    return sorted(rows, reverse=True)


def visible_months(user: Any) -> "QuerySet[OutletMonth]":
    rows: QuerySet[OutletMonth] = OutletMonth.objects.filter(outlet__in=Outlet.objects.visible_to(user))
    return rows


def rate_table(user: Any, year: int) -> RateTable:
    """Counties by months of the year, in one read, with the place that holds them all below."""
    months = months_of(year)
    rows = visible_months(user).filter(month__range=(months[0], months[-1])).order_by()
    found = rows.values(path=F("outlet__jurisdiction_path"), of=F("month")).annotate(
        **{name: Sum(name) for name in SUMS}
    )
    sums: dict[tuple[str, date], Hours] = {(row["path"], row["of"]): hours_of(row) for row in found}
    paths = {path for path, _month in sums}
    counties = [
        place
        for place in Jurisdiction.objects.filter(level__in=COUNTIES).order_by("path")
        if any(path.startswith(place.path) for path in paths)
    ]
    table = [_row(place, months, sums) for place in counties]
    city = Jurisdiction.objects.filter(level=Jurisdiction.Level.CITY).order_by("path").first()
    whole = _row(city, months, sums) if city is not None and len(table) > 1 else None
    return RateTable(months, table, whole)


def _row(place: Jurisdiction, months: Iterable[date], sums: Mapping[tuple[str, date], Hours]) -> PlaceRow:
    by_month: dict[date, Hours] = defaultdict(Hours)
    for (path, month), hours in sums.items():
        if path.startswith(place.path):
            by_month[month] += hours
    return PlaceRow(place, [by_month[month] for month in months])


@dataclass(frozen=True)
class OutletRow:
    outlet: Outlet
    hours: Hours


def outlet_rows(user: Any, place: Jurisdiction, month: date) -> list[OutletRow]:
    """The outlets behind a cell, the worst first."""
    rows = visible_months(user).filter(month=month, outlet__jurisdiction_path__startswith=place.path)
    rows = rows.select_related("outlet__enterprise")
    found = [OutletRow(row.outlet, hours_of(vars(row))) for row in rows]
    return sorted(found, key=lambda one: (-1.0 if one.hours.rate is None else one.hours.rate, one.outlet.pk))


@dataclass(frozen=True)
class FactorRow:
    factor: str
    hours: FactorHours

    @property
    def rate(self) -> float | None:
        return valid_transmission_rate(self.hours)


def factor_rows(outlet: Outlet, month: date) -> list[FactorRow]:
    """Each factor that was due, with its hours of the month."""
    rows = (
        of_month(outlet, month)
        .values("factor_code")
        .annotate(due_hours=Sum("due"), sent=Sum("came"), must=Sum("must_be_valid"), good=Sum("valid"))
    )
    return [
        FactorRow(row["factor_code"], FactorHours(row["due_hours"], row["sent"], row["must"], row["good"]))
        for row in rows.order_by("factor_code")
        if row["due_hours"]
    ]


def of_month(outlet: Outlet, month: date) -> "QuerySet[JudgedDay]":
    following = date(month.year + month.month // MONTHS, month.month % MONTHS + 1, 1)
    inside = Q(day__gte=month, day__lt=following)
    rows: QuerySet[JudgedDay] = JudgedDay.objects.filter(inside, outlet=outlet, current=True)
    return rows


def totals(rows: Iterable[FactorRow]) -> FactorHours:
    return total(row.hours for row in rows)


def rule_on(day: date) -> Version:
    return load_book().of("transmission", day)


LEGEND = (VALID, INVALID, MISSING, STOPPED)
