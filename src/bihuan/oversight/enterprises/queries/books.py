"""Reading for other areas: whole books for a stream of messages, single answers for a page."""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal

from django.db.models import Count, Max, Q, QuerySet
from django.utils import timezone

from bihuan.oversight.enterprises.keys import opened
from bihuan.oversight.enterprises.models import (
    FacilityLink,
    Factor,
    Logger,
    LoggerFactor,
    LoggerOutlet,
    Outlet,
    OutletLimit,
)
from bihuan.oversight.enterprises.rules.factors import FactorRow, FactorTable, table_of


@dataclass(frozen=True, slots=True)
class BoundOutlet:
    """An outlet as one logger speaks for it; without `only_st` and `channel` all it sends is the outlet's."""

    id: int
    code: str
    medium: str
    site_id: int
    enterprise_id: int
    path: str
    only_st: str = ""
    channel: str = ""


@dataclass(frozen=True, slots=True)
class LoggerView:
    """One period of one logger. `units` are the units it sends where they differ from the factor table,
    `ranges` its upper ranges; `sm4_key` is sixteen bytes, empty where nothing is enciphered."""

    id: int
    mn: str
    edition: str
    valid_from: datetime
    valid_to: datetime | None
    password: str
    sealed_key: str
    networks: tuple[str, ...]
    allow_modbus_crc: bool
    realtime_interval_s: int
    minute_interval_min: int
    outlets: tuple[BoundOutlet, ...]
    units: dict[str, str] = field(default_factory=dict)
    ranges: dict[str, Decimal] = field(default_factory=dict)

    @property
    def sm4_key(self) -> bytes:
        return opened(self.sealed_key)

    def holds(self, moment: datetime) -> bool:
        return self.valid_from <= moment and (self.valid_to is None or moment < self.valid_to)


@dataclass
class LoggerBook:
    """All loggers with all their periods; `at` costs one look-up and a bisection."""

    stamp: str
    _periods: dict[str, list[LoggerView]]

    def at(self, mn: str, moment: datetime) -> LoggerView | None:
        """The logger that carried the number at the moment; None for a number nobody had then."""
        periods = self._periods.get(mn.upper())
        if not periods:
            return None
        place = bisect_right(periods, moment, key=lambda one: one.valid_from)
        found = periods[place - 1] if place else None
        return found if found is not None and found.holds(moment) else None

    def mns(self) -> list[str]:
        """Every number that was ever given, sorted."""
        return sorted(self._periods)

    def in_force(self, moment: datetime) -> Iterator[LoggerView]:
        return (one for periods in self._periods.values() for one in periods if one.holds(moment))

    def __len__(self) -> int:
        return len(self._periods)


@dataclass(frozen=True, slots=True)
class Limit:
    """A limit as it stands in its document; days are included, a value on the limit does not exceed it."""

    id: int
    outlet_id: int
    factor_code: str
    kind: str
    averaging: str
    upper: Decimal | None
    lower: Decimal | None
    unit: str
    decimals: int
    reference_oxygen_pct: Decimal | None
    valid_from: date
    valid_to: date | None
    source: str

    def holds(self, day: date) -> bool:
        return self.valid_from <= day and (self.valid_to is None or day <= self.valid_to)


@dataclass
class LimitBook:
    """All limits that were not withdrawn, by outlet."""

    _by_outlet: dict[int, list[Limit]]

    def of(self, outlet_id: int, day: date) -> list[Limit]:
        """Every limit in force for the outlet on the day, of whatever kind; the strictest one binds."""
        return [one for one in self._by_outlet.get(outlet_id, ()) if one.holds(day)]


@dataclass(frozen=True, slots=True)
class LinkedFacility:
    id: int
    code: str
    name: str
    meter: str
    rated_kw: Decimal | None
    power_on_kw: Decimal | None
    power_off_kw: Decimal | None
    confirm_on_s: int | None
    confirm_off_s: int | None


@dataclass(frozen=True, slots=True)
class LinkView:
    """Production, treatment and outlet as one line of the site's diagram; either facility may be missing."""

    id: int
    production: LinkedFacility | None
    treatment: LinkedFacility | None
    outlet_id: int | None
    mode: str
    needed: int | None
    lead_s: int | None
    lag_s: int | None
    grace_s: int | None
    meters: tuple[str, ...]


def stamp() -> str:
    """Changes whenever a logger, its outlets or its units change; one short query."""
    said = Logger.objects.aggregate(count=Count("pk"), last=Max("changed_at"))
    return f"{said['count']}/{said['last'].isoformat() if said['last'] else ''}"


def logger_book() -> LoggerBook:
    """Every logger with its outlets, in three queries."""
    now = stamp()
    periods: dict[str, list[LoggerView]] = defaultdict(list)
    for view in _views(Logger.objects.all()):
        periods[view.mn].append(view)
    return LoggerBook(now, dict(periods))


def logger_at(mn: str, moment: datetime) -> LoggerView | None:
    """As `LoggerBook.at`, asked of the database for one number."""
    holding = Q(valid_from__lte=moment) & (Q(valid_to=None) | Q(valid_to__gt=moment))
    return next(_views(Logger.objects.filter(holding, mn=mn.upper())), None)


def all_mns() -> list[str]:
    """Every number that was ever given, sorted."""
    return list(Logger.objects.order_by("mn").values_list("mn", flat=True).distinct())


def outlets_of(enterprise_id: int) -> "QuerySet[Outlet]":
    """The outlets of an enterprise, closed ones too."""
    return Outlet.objects.filter(enterprise=enterprise_id).select_related("site").order_by("site", "code")


def limit_book() -> LimitBook:
    """Every limit of the city, in one query."""
    by_outlet: dict[int, list[Limit]] = defaultdict(list)
    for limit in _limits(OutletLimit.objects.all()):
        by_outlet[limit.outlet_id].append(limit)
    return LimitBook(dict(by_outlet))


def limits_of(outlet_id: int, moment: datetime) -> list[Limit]:
    """The limits of an outlet on the day (in Asia/Shanghai) of the moment."""
    day = timezone.localdate(moment)
    return [one for one in _limits(OutletLimit.objects.filter(outlet=outlet_id)) if one.holds(day)]


def facilities_of(outlet_id: int, day: date) -> list[LinkView]:
    """The links that lead to the outlet on the day, and those of the production behind its treatment."""
    valid = Q(valid_from__lte=day) & (Q(valid_to=None) | Q(valid_to__gte=day))
    links = FacilityLink.objects.filter(valid).select_related("production", "treatment")
    ending = list(links.filter(outlet=outlet_id))
    treatments = [link.treatment_id for link in ending if link.treatment_id]
    feeding = links.filter(treatment__in=treatments).exclude(pk__in=[link.pk for link in ending])
    return [_link(link) for link in (*ending, *feeding)]


def factor_table() -> FactorTable:
    """The factor tables of HJ 212 with what the city added, in one query."""
    names = tuple(FactorRow.__dataclass_fields__)
    return table_of(FactorRow(*row) for row in Factor.objects.order_by("pk").values_list(*names))


def _views(loggers: "QuerySet[Logger]") -> Iterator[LoggerView]:
    rows = list(loggers.order_by("mn", "valid_from"))
    keys = [row.pk for row in rows]
    outlets, factors = _outlets(keys), _factors(keys)
    for row in rows:
        said = factors.get(row.pk, [])
        yield LoggerView(
            id=row.pk,
            mn=row.mn,
            edition=row.edition,
            valid_from=row.valid_from,
            valid_to=row.valid_to,
            password=row.password,
            sealed_key=row.sealed_key,
            networks=tuple(row.networks),
            allow_modbus_crc=row.allow_modbus_crc,
            realtime_interval_s=row.realtime_interval_s,
            minute_interval_min=row.minute_interval_min,
            outlets=tuple(outlets.get(row.pk, ())),
            units={one.factor_code: one.unit for one in said if one.unit},
            ranges={one.factor_code: one.range_upper for one in said if one.range_upper is not None},
        )


def _outlets(loggers: Iterable[int]) -> dict[int, list[BoundOutlet]]:
    found: dict[int, list[BoundOutlet]] = defaultdict(list)
    rows = LoggerOutlet.objects.filter(logger__in=list(loggers)).order_by("pk").values_list(
        "logger", "outlet", "outlet__code", "outlet__medium", "outlet__site", "outlet__enterprise",
        "outlet__jurisdiction_path", "system_code", "channel",
    )  # fmt: skip
    for row in rows:
        found[row[0]].append(BoundOutlet(*row[1:]))
    return found


def _factors(loggers: Iterable[int]) -> dict[int, list[LoggerFactor]]:
    found: dict[int, list[LoggerFactor]] = defaultdict(list)
    for row in LoggerFactor.objects.filter(logger__in=list(loggers)):
        found[row.logger_id].append(row)
    return found


def _limits(limits: "QuerySet[OutletLimit]") -> Iterator[Limit]:
    names = ("pk", "outlet", *Limit.__slots__[2:])
    kept = limits.filter(withdrawn_at=None).order_by("outlet", "factor_code", "valid_from")
    return (Limit(*row) for row in kept.values_list(*names).iterator(10_000))


def _link(link: FacilityLink) -> LinkView:
    return LinkView(
        id=link.pk,
        production=_facility(link.production),
        treatment=_facility(link.treatment),
        outlet_id=link.outlet_id,
        mode=link.mode,
        needed=link.needed,
        lead_s=link.lead_s,
        lag_s=link.lag_s,
        grace_s=link.grace_s,
        meters=tuple(link.meters),
    )


def _facility(facility: object) -> LinkedFacility | None:
    if facility is None:
        return None
    said = {name: getattr(facility, "pk" if name == "id" else name) for name in LinkedFacility.__slots__}
    return LinkedFacility(**said)
