"""How one judged hour or day came about."""

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET

from bihuan.oversight.monitoring import labels, words
from bihuan.oversight.monitoring.models import JudgedDay, Origin
from bihuan.oversight.monitoring.queries import curves, origin
from bihuan.oversight.monitoring.rules.periods import HOURS_A_DAY
from bihuan.oversight.monitoring.store.grains import Grain
from bihuan.oversight.monitoring.tables import DayRow, HourRow
from bihuan.oversight.monitoring.views.asking import visible

GRAINS = {
    Grain.MINUTE: _("minute record"),
    Grain.HOUR: _("hourly record"),
    Grain.DAY: _("daily record"),
    Grain.REALTIME: _("real-time record"),
}
BECAUSE = {"late": _("late data"), "rules": _("other rules"), "marks": _("marks changed")}


@login_required
@require_GET
def judged_page(request: HttpRequest, pk: int, day: int) -> HttpResponse:
    outlet = visible(request, pk)
    judged = get_object_or_404(JudgedDay, pk=day, outlet=outlet)
    hour = _hour(request.GET.get("hour", ""))
    begin, end = origin.period_of(judged, hour)
    converted = curves.converts(outlet, judged.factor_code)
    context: dict[str, Any] = {
        "outlet": outlet,
        "judged": judged,
        "hour": HourRow(judged, hour, converted) if hour is not None else None,
        "hours": [HourRow(judged, one, converted) for one in range(HOURS_A_DAY)],
        "whole": DayRow(judged, converted),
        "begin": begin,
        "end": end,
        "rules": origin.rules_of(judged.rules),
        "sent": origin.records_behind(judged, begin, end),
        "marks": origin.marks_touching(judged, begin, end),
        "versions": list(origin.versions_of(judged)),
        "factor": words.factor_name(judged.factor_code),
        "unit": curves.unit_of(judged.factor_code),
        "origins": {one.value: one.label for one in Origin},
        "grains": GRAINS,
        "because": BECAUSE,
        "labels": labels,
    }
    return render(request, "monitoring/judged.html", context)


def _hour(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and int(text) < HOURS_A_DAY else None
