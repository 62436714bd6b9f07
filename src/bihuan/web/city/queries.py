"""The city on one screen: a few grouped reads, never one per county."""

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime
from hashlib import sha256
from typing import Any

from django.core.cache import cache
from django.db.models import Count, F, QuerySet
from django.db.models.functions import TruncMonth
from django.utils import timezone

from bihuan.kernel.ledger.models import Event
from bihuan.kernel.people.access import party_tokens, reach_of
from bihuan.kernel.places.models import Jurisdiction
from bihuan.loop.models import Problem, StateSpan
from bihuan.loop.registers import standing
from bihuan.loop.rules.states import CLOSED, COMPLETED, OPEN

MONTHS = 12
KEPT_SECONDS = 600
LATE_ROWS = 8
EVENT_ROWS = 12
POINTS = 2000
LEVELS = (Jurisdiction.Level.COUNTY, Jurisdiction.Level.FUNCTIONAL)


@dataclass(frozen=True)
class CountyRow:
    """`overdue` and `week` are None as of a past moment, which the clocks of today can't answer."""

    place: Jurisdiction
    open: int
    closed: int
    overdue: int | None = None
    week: int | None = None


class Counts:
    """How many problems stand how, in every place at once: two grouped reads for the whole screen."""

    def __init__(self, user: Any, as_of: datetime | None) -> None:
        self.as_of = as_of
        if as_of is None:
            self.by_place = self._counted(user)
        else:
            self.by_place = _kept(f"city-then:{as_of:%Y%m%d}", user, lambda: self._counted(user))

    def of(self, standing: str, path: str = "") -> int:
        places = self.by_place.items()
        return sum(n for (place, name), n in places if name == standing and place.startswith(path))

    def totals(self) -> dict[str, int]:
        """Counts by standing; as of a past moment only those that the state spans can answer."""
        names = ("open", "closed") if self.as_of else ("open", "overdue", "week", "completed", "closed")
        return {name: self.of(name) for name in names}

    def counties(self) -> list[CountyRow]:
        """One row for each county and functional area."""
        found = Jurisdiction.objects.filter(level__in=LEVELS).order_by("path")
        return [self._row(place) for place in found]

    def _row(self, place: Jurisdiction) -> CountyRow:
        row = CountyRow(place, self.of("open", place.path), self.of("closed", place.path))
        if self.as_of is not None:
            return row
        return replace(row, overdue=self.of("overdue", place.path), week=self.of("week", place.path))

    def _counted(self, user: Any) -> Counter[tuple[str, str]]:
        found: Counter[tuple[str, str]] = Counter()
        for rows in Problem.objects.all().visible_parts(user):
            if self.as_of is None:
                found += _by_standing(_grouped(rows, "state"))
                for name in ("overdue", "week"):
                    found += Counter({(path, name): n for path, n in _grouped(rows.filter(standing(name)))})
            else:
                found += _by_standing(_grouped(rows.standing_at(self.as_of), "state_then"))
        return found


def _by_standing(counted: Iterable[tuple[str, str, int]]) -> Counter[tuple[str, str]]:
    found: Counter[tuple[str, str]] = Counter()
    for path, state, number in counted:
        for name, states in (("open", OPEN), ("closed", CLOSED), ("completed", COMPLETED)):
            if state in states:
                found[path, name] += number
    return found


def _grouped(rows: Any, *also: str) -> Any:
    """The number of rows in each place. Counting a column would read the rows, not only an index."""
    return rows.values_list("jurisdiction_path", *also).annotate(n=Count("*")).order_by()


def trend(user: Any, upto: datetime) -> dict[str, list[Any]]:
    """Problems found and closed in each of the last twelve months."""
    return dict(_kept(f"city-trend:{upto:%Y%m%d}", user, lambda: _trend(user, upto)))


def _kept(key: str, user: Any, find: Callable[[], Any]) -> Any:
    """What was found over the same reach at most ten minutes ago: the past hardly changes."""
    reach = ",".join([*reach_of(user), *party_tokens(user)])
    return cache.get_or_set(f"{key}:{sha256(reach.encode()).hexdigest()}", find, KEPT_SECONDS)


def _trend(user: Any, upto: datetime) -> dict[str, list[Any]]:
    first = _months_back(timezone.localdate(upto), MONTHS - 1)
    months = [_months_back(timezone.localdate(upto), back) for back in range(MONTHS - 1, -1, -1)]
    visible = Problem.objects.visible_to(user)
    found = visible.filter(reported_at__date__gte=first, reported_at__lte=upto)
    closed = StateSpan.objects.filter(
        problem__in=visible, state="closed", entered_at__date__gte=first, entered_at__lte=upto
    )
    return {
        "months": [month.strftime("%Y-%m") for month in months],
        "found": _by_month(found, "reported_at", months),
        "closed": _by_month(closed, "entered_at", months),
    }


def _by_month(rows: QuerySet[Any], field: str, months: list[date]) -> list[int]:
    grouped = rows.annotate(month=TruncMonth(field)).values("month").annotate(n=Count("*")).order_by()
    counts = {timezone.localdate(row["month"]): row["n"] for row in grouped}
    return [counts.get(month, 0) for month in months]


def _months_back(day: date, back: int) -> date:
    index = day.year * 12 + day.month - 1 - back
    return date(index // 12, index % 12 + 1, 1)


def late(user: Any) -> list[Problem]:
    """What is most overdue, and whose move it is."""
    rows = Problem.objects.visible_to(user).overdue(timezone.localdate())
    ordered = rows.select_related("jurisdiction", "lead_unit", "turn_unit").order_by("due_on", "pk")
    return list(ordered[:LATE_ROWS])


def events_of_the_day(user: Any, upto: datetime) -> list[tuple[Event, Problem]]:
    """The latest acts of the day on problems the user may read."""
    start = timezone.localtime(upto).replace(hour=0, minute=0, second=0, microsecond=0)
    rows = Event.objects.filter(
        stream__startswith="problem:", occurred_at__gte=start, occurred_at__lte=upto
    ).order_by("-occurred_at")[: EVENT_ROWS * 4]
    events = list(rows)
    keys = {int(event.stream.partition(":")[2]) for event in events}
    seen = {problem.pk: problem for problem in Problem.objects.visible_to(user).filter(pk__in=keys)}
    named = [(event, seen.get(int(event.stream.partition(":")[2]))) for event in events]
    return [(event, problem) for event, problem in named if problem is not None][:EVENT_ROWS]


def points(user: Any, as_of: datetime | None) -> list[Problem]:
    """Problems open at that moment with a position, most urgent first."""
    rows = Problem.objects.visible_to(user).in_states(OPEN, as_of)
    placed = rows.filter(lon__isnull=False, lat__isnull=False)
    return list(placed.order_by(F("due_on").asc(nulls_last=True))[:POINTS])
