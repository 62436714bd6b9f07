"""How a judged value came about: the rules with their numbers, the records, the marks, earlier results."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from bihuan.oversight.monitoring.models import DataMark, JudgedDay, RuleVersion
from bihuan.oversight.monitoring.rules.catalogue import BY_ID, UNIT_LABELS, Parameter
from bihuan.oversight.monitoring.rules.periods import DAY, HOUR, start_of
from bihuan.oversight.monitoring.store import reading
from bihuan.oversight.monitoring.store.grains import Grain

RECORDS = 200
OXYGEN = "a19001"


@dataclass(frozen=True)
class RuleUsed:
    """A rule version by the name that the result remembers; `row` is None for one that was never stored."""

    name: str
    row: RuleVersion | None

    @property
    def numbers(self) -> list[tuple[Any, Any, Any]]:
        """Label, number and unit of each parameter."""
        if self.row is None:
            return []
        known = {one.key: one for one in BY_ID[self.row.rule].parameters}
        pairs = ((known.get(key), value) for key, value in self.row.parameters.items())
        return [(one.label, value, _unit(one)) for one, value in pairs if one is not None]


def _unit(parameter: Parameter) -> Any:
    return "" if parameter.unit == "count" else UNIT_LABELS[parameter.unit]


def rules_of(names: str) -> list[RuleUsed]:
    """The versions named like "validity@2017-05-01#3", separated by blanks."""
    wanted = names.split()
    rows = RuleVersion.objects.filter(rule__in={name.partition("@")[0] for name in wanted})
    by_name = {row.version.name: row for row in rows}
    return [RuleUsed(name, by_name.get(name)) for name in wanted]


@dataclass(frozen=True)
class Sent:
    """A record that stood behind the value, with what it said of the factor and of the oxygen."""

    record: reading.Record
    grain: Grain
    cell: Any
    oxygen: Any


def records_behind(day: JudgedDay, begin: datetime, end: datetime) -> list[Sent]:
    """All versions of the minute and hour records in [begin, end), as they lie in the store."""
    grains = (Grain.HOUR, Grain.MINUTE) if end - begin <= HOUR else (Grain.DAY, Grain.HOUR)
    return [one for grain in grains for one in _sent(day, begin, end, grain)]


def _sent(day: JudgedDay, begin: datetime, end: datetime, grain: Grain) -> Iterable[Sent]:
    found = reading.records(day.outlet_id, begin, end, grain=grain, size=RECORDS, versions=True)
    for record in found.records:
        cell = record.cells.get(day.factor_code)
        if cell is not None:
            yield Sent(record, grain, cell, record.cells.get(OXYGEN))


def period_of(day: JudgedDay, hour: int | None) -> tuple[datetime, datetime]:
    begin = start_of(day.day)
    return (begin, begin + DAY) if hour is None else (begin + hour * HOUR, begin + (hour + 1) * HOUR)


def marks_touching(day: JudgedDay, begin: datetime, end: datetime) -> Any:
    """Every mark, also those that no longer hold."""
    rows = DataMark.objects.filter(outlet=day.outlet_id, start__lt=end, end__gt=begin)
    return rows.select_related("made_by").order_by("start")


def versions_of(day: JudgedDay) -> Any:
    rows = JudgedDay.objects.filter(outlet=day.outlet_id, factor_code=day.factor_code, day=day.day)
    return rows.select_related("rejudgement__by").order_by("-version")
