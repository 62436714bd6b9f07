"""Names of factors and units as people read them."""

from decimal import Decimal
from functools import lru_cache
from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from bihuan.kernel.figures.rules import plain
from bihuan.oversight.enterprises.public import FactorTable, factor_table
from bihuan.oversight.monitoring.rules.catalogue import ALARMS, BY_ID, Family

SHORT = {
    "w01018": "COD",
    "w21003": "NH₃-N",
    "w21011": "TP",
    "w21001": "TN",
    "w01001": "pH",
    "a21026": "SO₂",
    "a21002": "NOₓ",
    "a34013": "PM",
    "a19001": "O₂",
    "a24088": "NMHC",
    "a21005": "CO",
    "a21024": "HCl",
}
PEAK_IS_A_SHARE = frozenset({"Q5"})
WITHOUT_PEAK = frozenset(rule.id for rule in ALARMS if rule.family is Family.CONTRADICTION)
"""Rules whose peak is a measure of the contradiction itself and tells a reader nothing."""
UNITS = {"mg/m3": "mg/m³", "m3/s": "m³/s", "m3": "m³", "Cel": "°C", "1": "", "ug/L": "µg/L", "ug/m3": "µg/m³"}


@lru_cache(maxsize=1)
def table() -> FactorTable:
    """The factor table, read once per process: it changes with an edition of the standard."""
    return factor_table()


def factor_name(code: str) -> str:
    """The factor's name in the reader's language; the code itself when the table doesn't know it."""
    row = table().find(code)
    if row is None:
        return code
    return row.name_zh if (get_language() or "zh").startswith("zh") else row.name_en


def unit_of(code: str) -> str:
    row = table().find(code)
    return shown_unit(row.unit_2017) if row else ""


def shown_unit(unit: str) -> str:
    return UNITS.get(unit, unit)


def rule_label(rule: str) -> str:
    return str(BY_ID[rule].label) if rule in BY_ID else rule


def episode_title(alarm: Any) -> str:
    """One line that tells an alarm: where, what, how much."""
    parts = {
        "enterprise": alarm.outlet.enterprise.name,
        "outlet": alarm.outlet.code,
        "factor": factor_name(alarm.factor_code) if alarm.factor_code else "",
        "rule": rule_label(alarm.rule),
    }
    if alarm.multiple:
        parts["multiple"] = f"{alarm.multiple:.2f}"
        return _("%(enterprise)s %(outlet)s: %(factor)s %(rule)s by %(multiple)s times") % parts
    return " ".join((_("%(enterprise)s %(outlet)s: %(factor)s %(rule)s") % parts).split())


def plain_number(value: Any) -> str:
    """A measured value as people write it: three decimals are more than most analysers give."""
    return "" if value is None else plain(round(Decimal(str(value)), 3))


def bounds_said(alarm: Any) -> str:
    """The limit of an episode: 50, or an interval as 6–9; empty where the rule knows none."""
    return "–".join(plain(one) for one in (alarm.lower_limit, alarm.limit) if one is not None)


def peak_said(alarm: Any, *, with_limit: bool = True) -> str:
    """Peak and limit of an episode: 92 / 50 mg/m³; a step as the share by which it moved."""
    if alarm.peak is None or alarm.rule in WITHOUT_PEAK:
        return ""
    if alarm.rule in PEAK_IS_A_SHARE:
        return f"{alarm.peak:+.0%}"
    said = " / ".join(filter(None, (plain_number(alarm.peak), bounds_said(alarm) if with_limit else "")))
    return f"{said} {shown_unit(alarm.unit)}".strip()


def basis(source: str) -> str:
    """The basis of a number; those delivered with the program in the reader's language, others as typed."""
    return _(source) if source else ""
