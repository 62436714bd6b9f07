"""Words and marks of what was judged, for pages and exports."""

from decimal import Decimal
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from bihuan.kernel.figures.rules import plain
from bihuan.oversight.enterprises.public import OutletLimit
from bihuan.oversight.monitoring.rules.exceedance import Limit as Bounds
from bihuan.oversight.monitoring.rules.letters import INVALID, MISSING, PENDING, STOPPED, VALID, reason_of
from bihuan.oversight.monitoring.rules.validity import Reason
from bihuan.oversight.monitoring.words import shown_unit

DIGITS = 6
STATUS_WORDS: dict[str, Any] = {
    VALID: pgettext_lazy("hour", "valid"),
    INVALID: pgettext_lazy("hour", "invalid"),
    STOPPED: gettext_lazy("stopped"),
    MISSING: gettext_lazy("missing"),
    PENDING: gettext_lazy("not over yet"),
}
STATUS_MARKS = {VALID: "ok", INVALID: "soon", STOPPED: "none", MISSING: "late", PENDING: "none"}
REASON_WORDS: dict[Reason, Any] = {
    Reason.NONE: "",
    Reason.FEW: gettext_lazy("too few data"),
    Reason.MARKED: gettext_lazy("marked as invalid"),
    Reason.FLAGGED: gettext_lazy("flagged by the device"),
    Reason.STOPPED: gettext_lazy("facility stopped"),
    Reason.ABSENT: gettext_lazy("nothing arrived"),
    Reason.OXYGEN: gettext_lazy("oxygen out of range"),
}
FLAG_WORDS: dict[str, Any] = {
    "N": pgettext_lazy("flag", "normal"),
    "F": gettext_lazy("instrument stopped"),
    "M": gettext_lazy("under maintenance"),
    "S": gettext_lazy("set by hand"),
    "D": gettext_lazy("instrument fault"),
    "C": gettext_lazy("calibrating"),
    "T": gettext_lazy("above its range"),
    "B": gettext_lazy("link broken"),
}
METHOD_WORDS: dict[str, Any] = {
    "weighted": gettext_lazy("weighted by flow"),
    "arithmetic": gettext_lazy("mean of the valid hours"),
    "no_discharge": gettext_lazy("no discharge, no mean"),
}


def status_word(letter: str) -> Any:
    return STATUS_WORDS.get(letter, letter)


def reason_word(letter: str) -> Any:
    return REASON_WORDS[reason_of(letter)]


def flag_word(flags: str) -> str:
    """Each letter with its meaning in HJ 212-2017; an unknown one stands for itself."""
    return "、".join(f"{one} {FLAG_WORDS[one]}" if one in FLAG_WORDS else one for one in flags)


def decimal_of(value: float | Decimal | None) -> Decimal | None:
    """What single precision holds, as a number that a page and a sheet write alike."""
    return None if value is None else Decimal(f"{value:.{DIGITS}g}")


def value_text(value: float | Decimal | None, unit: str = "") -> str:
    if value is None:
        return "—"
    return f"{plain(decimal_of(value))} {shown_unit(unit)}".strip()


def limit_text(limit: OutletLimit) -> str:
    """≤ 50 mg/m³, or 6–9 for an interval."""
    unit = shown_unit(limit.unit)
    if limit.upper is not None and limit.lower is not None:
        return f"{plain(limit.lower)}–{plain(limit.upper)} {unit}".strip()
    sign, bound = ("≤", limit.upper) if limit.upper is not None else ("≥", limit.lower)
    return f"{sign} {plain(bound)} {unit}".strip()


def bounds_text(bounds: Bounds) -> str:
    """A limit in our unit, without it."""
    if bounds.upper is not None and bounds.lower is not None:
        return f"{plain(bounds.lower)}–{plain(bounds.upper)}"
    return f"≤ {plain(bounds.upper)}" if bounds.upper is not None else f"≥ {plain(bounds.lower)}"


def limit_label(limit: OutletLimit) -> str:
    words = {"limit": limit_text(limit), "averaging": limit.get_averaging_display()}
    return _("Limit %(limit)s (%(averaging)s)") % words


def moment(at: Any) -> str:
    return f"{timezone.localtime(at):%Y-%m-%d %H:%M}"
