from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from bihuan.kernel.registers.columns import Column
from bihuan.kernel.registers.filters import (
    BooleanFilter,
    ChoiceFilter,
    DateRangeFilter,
    JurisdictionFilter,
    TextFilter,
)
from bihuan.kernel.registers.register import Register, register
from bihuan.oversight.monitoring.models import DataMark
from bihuan.oversight.monitoring.models.marks import MarkKind, MarkLabel, Standing
from bihuan.oversight.monitoring.registers.links import outlet_url

STANDING_MARKS = {
    Standing.STATED: "info",
    Standing.QUESTIONED: "soon",
    Standing.ACCEPTED: "ok",
    Standing.REFUSED: "late",
    Standing.WITHDRAWN: "none",
}


@register
class MarkRegister(Register):
    id = "data-marks"
    title = _("Data marks")
    description = _("Periods of data that were marked, by whom and why; nothing is ever edited.")
    model = DataMark
    related = ("outlet__enterprise", "made_by")
    columns = (
        Column("label", _("Mark"), sort="label"),
        Column("kind", _("Kind"), minor=True),
        Column("enterprise", _("Enterprise"), value="outlet.enterprise.name"),
        Column("outlet", _("Outlet"), value="outlet.code", url=outlet_url, kind="link"),
        Column("start", _("From"), sort="start", kind="datetime"),
        Column("end", _("Until"), sort="end", kind="datetime"),
        Column("made_by", _("Made by"), value=lambda one: one.made_by or _("the device"), minor=True),
        Column(
            "standing",
            _("Standing"),
            kind="badge",
            badge=lambda one: STANDING_MARKS[Standing(one.standing)],
            sort="standing",
        ),
    )
    filters = (
        ChoiceFilter("standing", _("Standing"), field="standing", choices=Standing.choices, multiple=True),
        ChoiceFilter("label", _("Mark"), field="label", choices=MarkLabel.choices, multiple=True),
        ChoiceFilter("kind", _("Kind"), field="kind", choices=MarkKind.choices),
        BooleanFilter("automatic", _("Made by the device"), field="automatic"),
        TextFilter("enterprise", _("Enterprise"), field="outlet__enterprise__name"),
        DateRangeFilter("start", _("Begun"), field="start"),
        JurisdictionFilter(),
    )
    default_sort = "-start"

    def detail_url(self, obj: Any) -> str:
        return reverse("data-mark", args=[obj.pk])
