"""What areas tell about an enterprise: facts with the record behind each, and what they should know."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class FactKind(TextChoices):
    """What the fields of a fact mean for each kind."""

    UNLICENSED = "unlicensed", _("discharge without a valid permit")
    """`state` confirmed or cured."""
    FRAUD = "fraud", _("evasion or false data")
    """`day` of the decision, `state` confirmed."""
    EXCEEDANCE = "exceedance", _("exceedance")
    """`day` judged, `amount` = value ÷ limit, `state` open, confirmed or dismissed."""
    CAP_USED = "cap_used", _("annual cap used")
    """`amount` = emitted ÷ cap."""
    CAP_PROJECTED = "cap_projected", _("annual cap as projected")
    """`amount` = projected at year's end ÷ cap."""
    TREATMENT_OFF = "treatment_off", _("production without treatment")
    """`day`, `amount` hours, `since` found, `state` open (not explained), confirmed or explained."""
    RECTIFICATION_LATE = "rectification_late", _("rectification overdue")
    """`day` it was due; gone once done and accepted."""
    REFUSAL = "refusal", _("inspection refused, or serious incident")
    """Stands while it is being handled."""
    RENEWAL_LATE = "renewal_late", _("permit renewal overdue")
    REPORT_LATE = "report_late", _("execution report overdue")
    """`day` it was due."""
    SELF_MONITORING_MISSED = "self_monitoring_missed", _("self-monitoring missed")
    """Stands until it is made up."""
    MONITOR_SILENT = "monitor_silent", _("monitor silent")
    """`since`; `state` open or reported; `amount` working days; `no_substitute` when manual data are due."""
    PENALTY = "penalty", _("penalty decision")
    """`day` of the decision."""
    WASTE_LATE = "waste_late", _("hazardous-waste or activated-carbon duty overdue")


class State(TextChoices):
    OPEN = "open", _("not settled")
    CONFIRMED = "confirmed", _("confirmed")
    DISMISSED = "dismissed", _("dismissed")
    EXPLAINED = "explained", _("explained")
    REPORTED = "reported", _("reported by the enterprise")
    CURED = "cured", _("cured")


SETTLED = frozenset({State.DISMISSED, State.EXPLAINED, State.CURED})


@dataclass(frozen=True)
class Fact:
    """One thing known, with the record (`ref`, `url`) that shows it and a sentence for the reader.

    A fact stays open until its cure has been verified; that is its source's to say.
    """

    kind: FactKind
    ref: str
    text: str
    url: str = ""
    day: date | None = None
    since: datetime | None = None
    amount: Decimal | None = None
    state: State = State.OPEN
    no_substitute: bool = False

    @property
    def counts(self) -> bool:
        return self.state not in SETTLED


@dataclass(frozen=True)
class Gap:
    """A source should know something about the enterprise and doesn't; such a unit is never green."""

    text: str
    since: datetime | None = None
    url: str = ""


@dataclass(frozen=True)
class Report:
    """What one source says of one enterprise; `covered` when it watches over the enterprise with data."""

    facts: tuple[Fact, ...] = ()
    gaps: tuple[Gap, ...] = ()
    covered: bool = False
