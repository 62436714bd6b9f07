"""Every rule of judgement with its parameters and their meaning. Pure: the numbers in force are versions."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from django.utils.translation import gettext_lazy as _


class Family(StrEnum):
    STATISTICS = "statistics"
    EXCEEDANCE = "exceedance"
    QUALITY = "quality"
    TRANSPORT = "transport"
    CONTRADICTION = "contradiction"
    CONDITION = "condition"


FAMILY_LABELS: dict[Family, Any] = {
    Family.STATISTICS: _("validity and statistics"),
    Family.EXCEEDANCE: _("exceedance"),
    Family.QUALITY: _("data quality"),
    Family.TRANSPORT: _("transmission"),
    Family.CONTRADICTION: _("contradiction"),
    Family.CONDITION: _("working condition"),
}

INFORMATION, ENTERPRISE, COUNTY, CITY = 4, 3, 2, 1
LEVEL_LABELS: dict[int, Any] = {
    INFORMATION: _("information level"),
    ENTERPRISE: _("enterprise level"),
    COUNTY: _("county level"),
    CITY: _("city level"),
}


@dataclass(frozen=True, slots=True)
class Parameter:
    """`unit` is one of the words of UNIT_LABELS; `least` the smallest value that makes sense."""

    key: str
    label: Any
    unit: str = "count"
    least: float = 0.0


UNIT_LABELS: dict[str, Any] = {
    "count": _("how many"),
    "share": _("share of one"),
    "minutes": _("minutes"),
    "hours": _("hours"),
    "seconds": _("seconds"),
    "percent": _("per cent"),
    "times": _("times"),
    "mg": _("mg/m³"),
    "clock": _("o'clock"),
    "switch": _("1 is yes, 0 is no"),
}


@dataclass(frozen=True, slots=True)
class Rule:
    """`clue` says that an alarm of this rule, once it stands, enters the loop."""

    id: str
    label: Any
    family: Family
    parameters: tuple[Parameter, ...]
    level: int = INFORMATION
    clue: bool = False


SHARE = Parameter("share", _("from this share on"), "share")
HOURS = Parameter("hours", _("lasting"), "hours")
MINUTES = Parameter("minutes", _("lasting"), "minutes")
CLEAR_SHARE = Parameter("clear_share", _("over below this share of the limit"), "share")
CLEAR_PERIODS = Parameter("clear_periods", _("periods in a row until it is over"), "count", 1)
REOPEN = Parameter("reopen_hours", _("the same alarm when it returns within"), "hours")
HYSTERESIS = (CLEAR_SHARE, CLEAR_PERIODS, REOPEN)
RECORDS = Parameter("records", _("records in a row"), "count", 1)

RULES: tuple[Rule, ...] = (
    Rule("validity", _("valid hours and days"), Family.STATISTICS, (
        Parameter("minute_samples", _("samples of a valid minute"), "count", 1),
        Parameter("hour_minutes", _("valid minutes of a valid hour"), "minutes", 1),
        Parameter("day_hours", _("valid hours of a valid day"), "hours", 1),
        Parameter("month_days", _("valid days of a valid month"), "count", 1),
        Parameter("february_days", _("valid days of a valid February"), "count", 1),
        Parameter("by_cycle", _("count analyser cycles where sample times are known"), "switch"),
        Parameter("cycle_share", _("share of the due cycles"), "share"),
        Parameter("cycle_minutes", _("length of an analyser cycle"), "minutes", 1),
    )),
    Rule("conversion", _("conversion to reference oxygen"), Family.STATISTICS, (
        Parameter("invalid_from", _("no conversion from this oxygen on"), "percent"),
        Parameter("high_from", _("flagged from this oxygen on"), "percent"),
    )),
    Rule("transmission", _("valid transmission rate"), Family.STATISTICS, (
        Parameter("check_hours", _("hours a day an analyser may check itself"), "hours"),
        Parameter("target", _("target rate"), "percent"),
    )),
    Rule("substitution", _("substitution of mass"), Family.STATISTICS, (
        Parameter("good_capture", _("good capture rate from"), "percent"),
        Parameter("least_capture", _("manual monitoring below"), "percent"),
        Parameter("short_hours", _("short gap up to"), "hours"),
        Parameter("legacy", _("by the rule set of 2007"), "switch"),
    )),
    Rule("escalation", _("escalation without an answer"), Family.STATISTICS, (
        Parameter("first_hours", _("to the enterprise after"), "hours"),
        Parameter("second_hours", _("to the county after"), "hours"),
        Parameter("third_hours", _("to the city after"), "hours"),
    )),
    Rule("closing", _("closing an alarm problem"), Family.STATISTICS, (
        Parameter("normal_hours", _("hours of normal data before closing"), "hours"),
    )),
    Rule("E1", _("exceedance"), Family.EXCEEDANCE, HYSTERESIS, COUNTY, clue=True),
    Rule("E2", _("hourly warning"), Family.EXCEEDANCE, (
        *HYSTERESIS, Parameter("raise_after", _("one level up after consecutive hours"), "hours", 1),
    ), ENTERPRISE),
    Rule("E3", _("daily forecast"), Family.EXCEEDANCE, (
        SHARE,
        Parameter("from_hour", _("not before"), "clock"),
        Parameter("least_hours", _("valid hours at least"), "hours", 1),
        Parameter("holding", _("project the mean of the last"), "hours", 1),
    ), ENTERPRISE),
    Rule("E4", _("near the limit"), Family.EXCEEDANCE, (
        SHARE, HOURS, Parameter("window", _("within"), "hours", 1), *HYSTERESIS,
    ), ENTERPRISE),
    Rule("Q1", _("constant value"), Family.QUALITY, (
        Parameter("samples", _("distinct samples"), "count", 2), MINUTES,
    ), COUNTY),
    Rule("Q2", _("zero value"), Family.QUALITY, (HOURS,), ENTERPRISE),
    Rule("Q3", _("negative value"), Family.QUALITY, (SHARE, RECORDS), ENTERPRISE),
    Rule("Q4", _("spike"), Family.QUALITY, (
        Parameter("mads", _("deviations from the median"), "times"),
        SHARE,
        Parameter("within", _("back within records"), "count", 1),
        Parameter("least_points", _("hours to compare with at least"), "hours", 1),
    )),
    Rule("Q5", _("step"), Family.QUALITY, (
        HOURS, SHARE, Parameter("load_share", _("a load moved by this share explains it"), "share"),
    ), ENTERPRISE),
    Rule("Q6", _("out of range"), Family.QUALITY, (), ENTERPRISE),
    Rule("Q7", _("low plateau"), Family.QUALITY, (SHARE, HOURS), ENTERPRISE),
    Rule("T1", _("late"), Family.TRANSPORT, (
        Parameter("intervals", _("real-time intervals without a record"), "count", 1), MINUTES,
    )),
    Rule("T2", _("offline"), Family.TRANSPORT, (
        MINUTES,
        Parameter("second_hours", _("second stage after"), "hours"),
        Parameter("third_hours", _("third stage after"), "hours"),
    ), ENTERPRISE),
    Rule("T3", _("missing hours"), Family.TRANSPORT, (
        Parameter("minutes", _("missing after the hour began"), "minutes"),
        Parameter("factor_hours", _("one factor alone missing for"), "hours", 1),
    ), ENTERPRISE),
    Rule("T4", _("clock error"), Family.TRANSPORT, (
        Parameter("messages", _("median of messages"), "count", 1),
        Parameter("warn_s", _("warning beyond"), "seconds"),
        Parameter("alarm_s", _("alarm beyond"), "seconds"),
        Parameter("future_s", _("from the future beyond"), "seconds"),
    )),
    Rule("L1", _("least, mean and greatest out of order"), Family.CONTRADICTION, (), ENTERPRISE),
    Rule("L2", _("sums disagree"), Family.CONTRADICTION, (SHARE, HOURS), ENTERPRISE),
    Rule("L3", _("a part greater than its whole"), Family.CONTRADICTION, (
        HOURS, Parameter("nitrogen_share", _("share of ammonia that must be nitrogen"), "share"),
    ), ENTERPRISE),
    Rule("L4", _("converted value disagrees"), Family.CONTRADICTION, (
        SHARE, Parameter("least", _("but at least"), "mg"), HOURS,
    ), ENTERPRISE),
    Rule("L5", _("flow and velocity disagree"), Family.CONTRADICTION, (SHARE, HOURS), ENTERPRISE),
    Rule("L6", _("implausible oxygen"), Family.CONTRADICTION, (
        Parameter("high", _("not above while running"), "percent"),
        Parameter("low", _("not below"), "percent"),
        HOURS,
    ), ENTERPRISE),
    Rule("M1", _("flag contradicts the values"), Family.CONTRADICTION, (HOURS,), COUNTY),
    Rule("M2", _("mark contradicts the plant"), Family.CONTRADICTION, (
        Parameter("oxygen", _("burning below oxygen"), "percent"), MINUTES,
    ), COUNTY, clue=True),
    Rule("M3", _("allowance of marks nearly used"), Family.CONTRADICTION, (SHARE,), ENTERPRISE),
    Rule("W1", _("production without treatment"), Family.CONDITION, (
        Parameter("grace_minutes", _("grace of a start-up"), "minutes"),
    ), COUNTY, clue=True),
    Rule("W2", _("wrong order of starting and stopping"), Family.CONDITION, (
        Parameter("lead_minutes", _("treatment starts earlier by"), "minutes"),
        Parameter("lag_minutes", _("treatment stops later by"), "minutes"),
    )),
    Rule("W3", _("treatment under or over its load"), Family.CONDITION, (
        Parameter("under", _("below this share of its usual power"), "share"),
        Parameter("over", _("above this share of its usual power"), "share"),
        MINUTES,
    ), ENTERPRISE),
)  # fmt: skip
BY_ID: dict[str, Rule] = {rule.id: rule for rule in RULES}
ALARMS: tuple[Rule, ...] = tuple(rule for rule in RULES if rule.family is not Family.STATISTICS)
CLUES = frozenset(rule.id for rule in ALARMS if rule.clue)
EXCEEDING, NEARING = ("E1",), ("E2", "E3", "E4")
"""Rules that say that a limit is exceeded, and that it soon may be."""
