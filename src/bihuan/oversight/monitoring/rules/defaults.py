"""The rule versions a new instance starts with.

`ours` marks a number for which no official value is known, or none could be read; it is shown as ours on
every page. "Recalled" in a source marks a text that could not be re-opened.
"""

from collections.abc import Mapping
from datetime import date

from django.utils.translation import gettext_noop as _

from bihuan.oversight.monitoring.rules.rulebook import Version

SINCE = date(2004, 1, 1)
HJ_212_2017 = date(2017, 5, 1)
HJ_356_2019 = date(2020, 3, 24)
OURS = _("our default; no official value was found")

GAS_COUNTS = {
    "minute_samples": 12, "hour_minutes": 45, "day_hours": 20, "month_days": 25, "february_days": 23,
    "by_cycle": 0, "cycle_share": 1.0, "cycle_minutes": 60,
}  # fmt: skip
WATER_COUNTS = {**GAS_COUNTS, "day_hours": 18, "by_cycle": 1}
HYSTERESIS = {"clear_share": 0.95, "clear_periods": 2, "reopen_hours": 2}
CAPTURE = {"good_capture": 90, "least_capture": 75, "short_hours": 24, "legacy": 0}


def _official(
    rule: str, parameters: Mapping[str, float], source: str, *, since: date, medium: str = ""
) -> Version:
    return Version(rule, 1, since, parameters, source, ours=False, medium=medium)


def _ours(
    rule: str,
    parameters: Mapping[str, float],
    *,
    medium: str = "",
    factor: str = "",
    since: date = SINCE,
    source: str = OURS,
) -> Version:
    return Version(rule, 1, since, parameters, source, ours=True, medium=medium, factor=factor)


GAS = ("flue_gas", "incineration", "voc")
CONTINUOUS = ("w00000", "w01001", "w01010")

VERSIONS: tuple[Version, ...] = (
    _ours("validity", GAS_COUNTS),
    _ours("validity", WATER_COUNTS, medium="water"),
    *(
        _official(
            "validity", GAS_COUNTS, "HJ 75-2017; HJ 212-2017 附录 D.2.2", since=HJ_212_2017, medium=medium
        )
        for medium in GAS
    ),
    _ours(
        "validity", WATER_COUNTS, medium="water", since=HJ_356_2019,
        source=_("HJ 356-2019, its counts could not be read: every due cycle of an hour, ¾ of the hours"),
    ),
    _official(
        "conversion", {"invalid_from": 21, "high_from": 19},
        _("HJ 212-2017 附录 D.2.3; the mark from 19 % on is ours"), since=SINCE,
    ),
    _ours(
        "transmission", {"check_hours": 1, "target": 75},
        source=_("published platform notes: 23 of 24 hours count as full; the target is recalled"),
    ),
    *(
        _official("substitution", CAPTURE, _("HJ 75-2017 section 12, read through an implementation"),
                  since=SINCE, medium=medium)
        for medium in GAS
    ),
    _official("substitution", {**CAPTURE, "legacy": 1}, "HJ/T 356-2007", since=SINCE, medium="water"),
    _ours("substitution", CAPTURE, medium="water", since=HJ_356_2019, source=_("HJ 356-2019, recalled")),
    _ours("substitution", CAPTURE),
    _ours("escalation", {"first_hours": 2, "second_hours": 24, "third_hours": 72}),
    _ours("closing", {"normal_hours": 72}),
    _ours("E1", HYSTERESIS),
    _ours("E2", {**HYSTERESIS, "raise_after": 3}),
    _ours("E3", {"share": 0.9, "from_hour": 8, "least_hours": 6, "holding": 3}),
    _ours("E4", {"share": 0.9, "hours": 3, "window": 4, **HYSTERESIS}),
    _ours("Q1", {"samples": 6, "minutes": 60}),
    _ours("Q1", {"samples": 6, "minutes": 0}, medium="water"),
    _ours("Q1", {"samples": 4, "minutes": 60}, medium="flue_gas"),
    _ours("Q1", {"samples": 4, "minutes": 60}, medium="incineration"),
    *(_ours("Q1", {"samples": 4, "minutes": 180}, factor=factor) for factor in CONTINUOUS),
    _ours("Q2", {"hours": 2}),
    *(_ours("Q2", {"hours": 1}, factor=factor) for factor in ("w00000", "a00000")),
    _ours("Q3", {"share": 0.02, "records": 3}),
    _ours("Q4", {"mads": 6, "share": 0.5, "within": 2, "least_points": 12}),
    _ours("Q5", {"hours": 6, "share": 0.4, "load_share": 0.2}),
    _ours("Q6", {}),
    _ours("Q7", {"share": 0.05, "hours": 24}),
    _ours("T1", {"intervals": 3, "minutes": 5}),
    _ours("T2", {"minutes": 30, "second_hours": 2, "third_hours": 24}),
    _ours("T3", {"minutes": 70, "factor_hours": 2}),
    _ours("T4", {"messages": 10, "warn_s": 60, "alarm_s": 300, "future_s": 120}),
    _ours("L1", {}),
    _ours("L2", {"share": 0.05, "hours": 1}),
    _ours("L3", {"hours": 2, "nitrogen_share": 0.9}),
    _ours("L4", {"share": 0.02, "least": 1, "hours": 1}),
    _ours("L5", {"share": 0.1, "hours": 1}),
    _ours("L6", {"high": 19, "low": 1, "hours": 1}),
    _ours("M1", {"hours": 2}),
    _ours("M2", {"oxygen": 15, "minutes": 30}),
    _ours("M3", {"share": 0.8}),
    _ours("W1", {"grace_minutes": 5}),
    _ours("W2", {"lead_minutes": 5, "lag_minutes": 10}),
    _ours("W3", {"under": 0.6, "over": 1.3, "minutes": 30}),
)  # fmt: skip
