"""How dates, times and numbers are printed; the filters of every template."""

import json
import re
from collections.abc import Iterator
from datetime import date, datetime
from functools import lru_cache
from time import monotonic
from typing import Any

from django.forms import BoundField
from django.template.defaultfilters import filesizeformat
from django.utils import timezone
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _
from markupsafe import Markup, escape

from bihuan.kernel.calendar.queries import load_calendar
from bihuan.kernel.calendar.rules import Calendar, TimeLeft, time_left
from bihuan.kernel.figures.rules import plain
from bihuan.kernel.people.permissions import Role
from bihuan.kernel.registers.search import normal

CHINESE_WEEKDAYS = "一二三四五六日"
SOON_WORKING_DAYS = 3


def day_of(value: date | datetime) -> date:
    return timezone.localdate(value) if isinstance(value, datetime) else value


def cn_date(value: date | datetime | None) -> str:
    """2023-01-20 (周五); the English interface prints the weekday in English."""
    if value is None or value == "":
        return "—"
    day = day_of(value)
    if (get_language() or "zh").startswith("zh"):
        return f"{day.isoformat()} (周{CHINESE_WEEKDAYS[day.weekday()]})"
    return f"{day.isoformat()} ({day:%a})"


def cn_datetime(value: datetime | None) -> str:
    return f"{timezone.localtime(value):%Y-%m-%d %H:%M}" if value else "—"


def days_left(value: date | datetime | None, today: date | None = None) -> str:
    """Working days left, or calendar days overdue, in words."""
    if value is None or value == "":
        return ""
    left = _left(value, today)
    if left.days_late:
        days = left.days_late
        return ngettext("%(days)s day overdue", "%(days)s days overdue", days) % {"days": days}
    if day_of(value) == (today or timezone.localdate()):
        return _("due today")
    days = left.working_days_left
    return ngettext("%(days)s working day left", "%(days)s working days left", days) % {"days": days}


def due_kind(value: date | datetime | None, today: date | None = None) -> str:
    """The mark of a due date: late, soon, ok, none without a date."""
    if value is None or value == "":
        return "none"
    left = _left(value, today)
    return "late" if left.days_late else "soon" if left.working_days_left <= SOON_WORKING_DAYS else "ok"


def _left(value: date | datetime, today: date | None) -> TimeLeft:
    return time_left(day_of(value), today or timezone.localdate(), _calendar(int(monotonic() // 60)))


@lru_cache(maxsize=1)
def _calendar(_minute: int) -> Calendar:
    """A page prints many dates: the calendar is read once a minute, not once a date."""
    return load_calendar()


def number(value: Any) -> str:
    """Grouped by thousands, without an exponent; — for nothing."""
    if value is None or value == "":
        return "—"
    if isinstance(value, int):
        return f"{value:,}"
    return plain(value)


def control(field: BoundField) -> Any:
    """A form field's widget in the shell's look, tied to its help and errors for screen readers."""
    kind = getattr(field.field.widget, "input_type", "textarea")
    several = getattr(field.field.widget, "allow_multiple_selected", False)
    classes = {
        "select": "form-select",
        "checkbox": "form-check-input",
        "radio": "form-check-input",
        "hidden": "",
    }
    attrs: dict[str, Any] = {"class": classes.get(kind, "form-control")}
    if several and kind == "checkbox":
        attrs = {"class": "form-check-input"}
    described = [f"{field.auto_id}_help"] if field.help_text else []
    if field.errors:
        attrs |= {"class": f"{attrs['class']} is-invalid", "aria-invalid": "true"}
        described.append(f"{field.auto_id}_errors")
    if described:
        attrs["aria-describedby"] = " ".join(described)
    return Markup(field.as_widget(attrs=attrs).replace(">---------<", f">{_('please choose')}<"))


def pieces(text: str, query: str) -> Iterator[tuple[str, bool]]:
    """The text cut at the words of the query, each piece with whether it is one of them."""
    words = sorted({word for word in query.split() if word}, key=len, reverse=True)
    if not words:
        yield text, False
        return
    for piece in re.split(f"({'|'.join(map(re.escape, words))})", text, flags=re.IGNORECASE):
        if piece:
            yield piece, normal(piece) in {normal(word) for word in words}


def role_name(role: str) -> str:
    return str(Role(role).label) if role in Role.values else role


def data_json(value: Any) -> Markup:
    """JSON for a data attribute."""
    return escape(json.dumps(value, ensure_ascii=False, default=str, separators=(",", ":")))


def clock_time(value: datetime) -> str:
    return f"{timezone.localtime(value):%H:%M}"


def clock_seconds(value: datetime) -> str:
    return f"{timezone.localtime(value):%H:%M:%S}"


FILTERS = {
    "cn_time": clock_time,
    "cn_seconds": clock_seconds,
    "cn_date": cn_date,
    "cn_datetime": cn_datetime,
    "days_left": days_left,
    "due_kind": due_kind,
    "number": number,
    "control": control,
    "data_json": data_json,
    "pieces": pieces,
    "role_name": role_name,
    "filesizeformat": filesizeformat,
}
