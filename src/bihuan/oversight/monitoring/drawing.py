"""A curve as the page's script draws it: numbers, moments and words, no looks."""

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from bihuan.oversight.monitoring.labels import flag_word, limit_label, status_word
from bihuan.oversight.monitoring.models import Alarm
from bihuan.oversight.monitoring.queries.curves import Curve, HeldLimit, Point
from bihuan.oversight.monitoring.rules.catalogue import EXCEEDING, NEARING
from bihuan.oversight.monitoring.rules.letters import VALID
from bihuan.oversight.monitoring.rules.periods import SHANGHAI
from bihuan.oversight.monitoring.rules.spans import Points
from bihuan.oversight.monitoring.words import factor_name, shown_unit

NORMAL_FLAG = "N"


def drawing_of(curve: Curve) -> dict[str, Any]:
    window = curve.asked.window
    sent = curve.asked.span.points is Points.SENT
    return {
        "name": factor_name(curve.asked.factor),
        "unit": shown_unit(curve.unit),
        "window": [clock(window.begin), clock(window.end)],
        "step": curve.step.total_seconds() * 1000,
        "points": [_point(one, sent=sent) for one in curve.points],
        "gaps": [[clock(low), clock(high)] for low, high in curve.gaps],
        "limits": [_limit(one) for one in curve.limits],
        "marks": [
            _stretch(one.start, one.end, str(one.get_label_display()), url=address_of_mark(one.pk))
            for one in curve.marks
        ],
        "alarms": [_alarm(one, window.end) for one in curve.alarms],
        "words": {
            "mean": _("mean"),
            "range": _("lowest to highest"),
            "limit": _("limit"),
            "doubtful": _("not valid"),
            "gap": _("no data"),
            "empty": _("Nothing was measured in this time."),
        },
    }


def clock(at: datetime) -> int:
    """Milliseconds of Beijing time as if it were UTC, so that every browser shows the plant's clock."""
    return round(at.astimezone(SHANGHAI).replace(tzinfo=UTC).timestamp() * 1000)


def address_of_mark(mark: int) -> str:
    return reverse("data-mark", args=[mark])


def _point(point: Point, *, sent: bool) -> list[Any]:
    """Moment, mean, low, high, and in words what is wrong with it; empty for nothing."""
    wrong = _wrong_flags(point.status) if sent else _wrong_status(point.status)
    return [clock(point.at), _short(point.mean), _short(point.low), _short(point.high), wrong]


def _short(value: float | None) -> float | None:
    return None if value is None else float(f"{value:.6g}")


def _wrong_flags(flags: str) -> str:
    return flag_word(flags) if flags.strip(NORMAL_FLAG) else ""


def _wrong_status(letter: str) -> str:
    return "" if letter == VALID else str(status_word(letter))


def _limit(held: HeldLimit) -> dict[str, Any]:
    bounds = held.bounds
    values = [float(one) for one in (bounds.upper, bounds.lower) if one is not None]
    return {
        "from": clock(held.begin),
        "to": clock(held.end),
        "values": values,
        "label": limit_label(held.row),
    }


def _alarm(alarm: Alarm, end: datetime) -> dict[str, Any]:
    until = max(alarm.ended_at or end, alarm.started_at)
    kind = "late" if alarm.rule in EXCEEDING else "soon" if alarm.rule in NEARING else "none"
    return _stretch(alarm.started_at, until, str(alarm.label), kind=kind)


def _stretch(begin: datetime, end: datetime, label: str, **more: Any) -> dict[str, Any]:
    return {"from": clock(begin), "to": clock(end), "label": label, **more}


def worst(points: Iterable[Point]) -> Point | None:
    """The highest point, for the words that stand in for the curve."""
    return max((one for one in points if one.high is not None), key=lambda one: one.high or 0, default=None)
