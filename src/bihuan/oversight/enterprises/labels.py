"""Words and marks of the area's pages."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from bihuan.kernel.figures.rules import plain
from bihuan.oversight.enterprises.rules.colour import Colour

MARKS = {Colour.GREEN: "ok", Colour.YELLOW: "soon", Colour.RED: "late", Colour.GREY: "none"}
WORDS = {
    Colour.GREEN: _("green · normal"),
    Colour.YELLOW: _("yellow · attention"),
    Colour.RED: _("red · focus"),
    Colour.GREY: _("grey · not rated"),
}
EVENTS: dict[str, Any] = {
    "enterprise.entered": _("Enterprise entered"),
    "enterprise.changed": _("Enterprise changed"),
    "enterprise.code_issued": _("Code issued"),
    "enterprise.code_revoked": _("Code revoked"),
    "enterprise.coloured": _("Colour changed"),
    "enterprise.colour_asked": _("Colour by hand asked for"),
    "enterprise.colour_confirmed": _("Colour by hand confirmed"),
    "enterprise.colour_ended": _("Colour by hand ended"),
    "enterprise.objected": _("Objection filed"),
    "enterprise.objection_answered": _("Objection answered"),
    "enterprise.inspection_begun": _("Inspection begun by reading the code"),
    "enterprise.inspection_justified": _("Emergency inspection justified"),
    "enterprise.merged": _("Entries merged"),
    "enterprise.merger_undone": _("Merger undone"),
    "enterprise.unit_linked": _("Unit of the loop linked"),
    "site.entered": _("Site entered"),
    "site.changed": _("Site changed"),
    "outlet.entered": _("Outlet entered"),
    "outlet.changed": _("Outlet changed"),
    "production.entered": _("Production facility entered"),
    "production.changed": _("Production facility changed"),
    "treatment.entered": _("Treatment facility entered"),
    "treatment.changed": _("Treatment facility changed"),
    "link.entered": _("Facility link entered"),
    "link.changed": _("Facility link changed"),
    "limit.set": _("Limit set"),
    "limit.withdrawn": _("Limit withdrawn"),
    "logger.installed": _("Logger installed"),
    "logger.changed": _("Logger changed"),
    "logger.ended": _("Logger taken away"),
}


def event_label(kind: str) -> Any:
    return EVENTS.get(kind, kind)


def colour_word(colour: str) -> Any:
    return WORDS[Colour(colour)]


def colour_mark(colour: str) -> str:
    return MARKS[Colour(colour)]


NO_CODE = _("The enterprise has no code in force; issue one first.")
NUMBERS = {
    "fraud_months": _("false data stay red for (months)"),
    "window_days": _("exceedances are counted over (days)"),
    "exceedance_ratio": _("one exceedance is red from (times the limit)"),
    "exceedance_days": _("exceedances are red on (days)"),
    "cap_red": _("annual cap red above (share)"),
    "cap_yellow": _("annual cap yellow from (share)"),
    "treatment_off_hours": _("without treatment red from (hours)"),
    "treatment_off_window_days": _("without treatment counted over (days)"),
    "explanation_hours": _("time to explain (hours)"),
    "rectification_red_days": _("rectification overdue red after (days)"),
    "many_triggers": _("yellow triggers that together are red"),
    "many_triggers_days": _("… when open together for more than (days)"),
    "report_days": _("report overdue yellow after (days)"),
    "silent_hours": _("monitor silent yellow after (hours)"),
    "repair_working_days": _("time to repair a reported fault (working days)"),
    "penalty_months": _("penalty stays yellow for (months)"),
    "new_code_days": _("new code not rated for (days)"),
    "yellow_after_red_days": _("yellow after red for (days)"),
    "by_hand_days": _("colour by hand at most (days)"),
}


def limit_text(limit: Any) -> str:
    """“≤ 50 mg/m3 (9 % O2)”, “6～9”: as a person writes it."""
    unit = "" if limit.unit in ("", "1") else f" {limit.unit}"
    oxygen = f"（O₂ {plain(limit.reference_oxygen_pct)}%）" if limit.reference_oxygen_pct is not None else ""
    if limit.lower is not None and limit.upper is not None:
        return f"{plain(limit.lower)}～{plain(limit.upper)}{unit}{oxygen}"
    sign, value = ("≤", limit.upper) if limit.upper is not None else ("≥", limit.lower)
    return f"{sign} {plain(value)}{unit}{oxygen}"
