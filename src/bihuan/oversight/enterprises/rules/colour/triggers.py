"""The trigger table: each row names the facts that set it off."""

import calendar
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any, TypeAlias

from django.utils.translation import gettext_lazy as _

from bihuan.oversight.enterprises.rules.colour.facts import Fact, FactKind, State
from bihuan.oversight.enterprises.rules.colour.numbers import Numbers


@dataclass(frozen=True)
class Asked:
    """The facts of the trigger's kinds that still count, the local moment, and the numbers of the version."""

    facts: tuple[Fact, ...]
    at: datetime
    numbers: Numbers

    @property
    def today(self) -> date:
        return self.at.date()

    def within(self, days: int) -> list[Fact]:
        """Facts of the last `days` days, today included."""
        first = self.today - timedelta(days=days - 1)
        return [fact for fact in self.facts if fact.day and first <= fact.day <= self.today]

    def late_by(self, first: int, last: int | None = None) -> list[Fact]:
        """Facts whose due day lies from `first` to `last` days back."""
        ages = [(fact, (self.today - fact.day).days) for fact in self.facts if fact.day]
        return [fact for fact, age in ages if first <= age and (last is None or age <= last)]

    def since_months(self, months: int) -> list[Fact]:
        return [fact for fact in self.facts if fact.day and self.today < months_after(fact.day, months)]


Found: TypeAlias = Iterable[Fact]


@dataclass(frozen=True)
class Trigger:
    id: str
    red: bool
    label: Any
    kinds: frozenset[FactKind]
    finds: Callable[[Asked], Found]


def months_after(day: date, months: int) -> date:
    """The same day so many months later, or the last of that month."""
    years, month = divmod(day.month - 1 + months, 12)
    year, month = day.year + years, month + 1
    return date(year, month, min(day.day, calendar.monthrange(year, month)[1]))


def _all(asked: Asked) -> Found:
    return asked.facts


def _confirmed(asked: Asked) -> list[Fact]:
    return [fact for fact in asked.facts if fact.state == State.CONFIRMED]


def _fraud(asked: Asked) -> Found:
    return [one for one in asked.since_months(asked.numbers.fraud_months) if one.state == State.CONFIRMED]


def _exceedances(asked: Asked) -> list[Fact]:
    return [one for one in asked.within(asked.numbers.window_days) if one.state == State.CONFIRMED]


def _heavy_exceedance(asked: Asked) -> Found:
    """A high ratio at once, or many days together."""
    found = _exceedances(asked)
    if len({one.day for one in found}) >= asked.numbers.exceedance_days:
        return found
    return [one for one in found if _amount(one) >= asked.numbers.exceedance_ratio]


def _cap_exceeded(asked: Asked) -> Found:
    return [one for one in asked.facts if _amount(one) > asked.numbers.cap_red]


def _cap_near(asked: Asked) -> Found:
    reached = {FactKind.CAP_USED: asked.numbers.cap_yellow}
    return [
        one
        for one in asked.facts
        if (
            _amount(one) >= reached[one.kind] if one.kind in reached else _amount(one) > asked.numbers.cap_red
        )
    ]


def _treatment_long_off(asked: Asked) -> Found:
    """Confirmed hours, and those that nobody explained in time."""
    patience = timedelta(hours=asked.numbers.explanation_hours)
    found = [
        one
        for one in asked.within(asked.numbers.treatment_off_window_days)
        if one.state == State.CONFIRMED or (one.since and one.since + patience <= asked.at)
    ]
    return found if sum(map(_amount, found), Decimal(0)) >= asked.numbers.treatment_off_hours else []


def _treatment_off(asked: Asked) -> Found:
    return asked.within(asked.numbers.treatment_off_window_days)


def _rectification_very_late(asked: Asked) -> Found:
    return asked.late_by(asked.numbers.rectification_red_days + 1)


def _rectification_late(asked: Asked) -> Found:
    return asked.late_by(1, asked.numbers.rectification_red_days)


def _report_late(asked: Asked) -> Found:
    return asked.late_by(asked.numbers.report_days + 1)


def _silent(asked: Asked) -> Found:
    patience = timedelta(hours=asked.numbers.silent_hours)
    return [
        one
        for one in asked.facts
        if one.no_substitute
        or _amount(one) > asked.numbers.repair_working_days
        or (one.state == State.OPEN and one.since and asked.at - one.since > patience)
    ]


def _penalty(asked: Asked) -> Found:
    return asked.since_months(asked.numbers.penalty_months)


def _amount(fact: Fact) -> Decimal:
    return fact.amount if fact.amount is not None else Decimal(0)


def _row(id_: str, label: Any, finds: Callable[[Asked], Found], *kinds: FactKind) -> Trigger:
    return Trigger(id_, id_.startswith("R"), label, frozenset(kinds), finds)


TRIGGERS = (
    _row(
        "R1", _("Discharges without a valid permit, confirmed and not cured"), _confirmed, FactKind.UNLICENSED
    ),
    _row("R2", _("Evasion or false data confirmed in the last 12 months"), _fraud, FactKind.FRAUD),
    _row(
        "R3",
        _("Confirmed exceedance by a multiple, or on several days"),
        _heavy_exceedance,
        FactKind.EXCEEDANCE,
    ),
    _row("R4", _("More than the annual cap emitted"), _cap_exceeded, FactKind.CAP_USED),
    _row(
        "R5", _("Produced for a day or more without treatment"), _treatment_long_off, FactKind.TREATMENT_OFF
    ),
    _row(
        "R6",
        _("Rectification overdue by more than 30 days"),
        _rectification_very_late,
        FactKind.RECTIFICATION_LATE,
    ),
    _row("R7", _("Inspection refused, or a serious incident being handled"), _all, FactKind.REFUSAL),
    _row("Y1", _("Confirmed exceedance in the last 30 days"), _exceedances, FactKind.EXCEEDANCE),
    _row("Y2", _("Permit renewal not applied for in time"), _all, FactKind.RENEWAL_LATE),
    _row("Y3", _("Execution report overdue by more than 30 days"), _report_late, FactKind.REPORT_LATE),
    _row("Y4", _("Self-monitoring missed and not made up"), _all, FactKind.SELF_MONITORING_MISSED),
    _row(
        "Y5", _("Monitor silent without a report, or not repaired in time"), _silent, FactKind.MONITOR_SILENT
    ),
    _row("Y6", _("Annual cap nearly used, or will be"), _cap_near, FactKind.CAP_USED, FactKind.CAP_PROJECTED),
    _row("Y7", _("Penalty decided in the last 6 months"), _penalty, FactKind.PENALTY),
    _row("Y8", _("Rectification overdue"), _rectification_late, FactKind.RECTIFICATION_LATE),
    _row("Y9", _("Produced without treatment, not explained"), _treatment_off, FactKind.TREATMENT_OFF),
    _row("Y10", _("Hazardous-waste or activated-carbon duty overdue"), _all, FactKind.WASTE_LATE),
)
