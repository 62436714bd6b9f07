from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from bihuan.kernel.registers.columns import Column
from bihuan.kernel.registers.filters import DateRangeFilter
from bihuan.kernel.registers.register import Register, register
from bihuan.oversight.monitoring.models import Rejudgement
from bihuan.oversight.monitoring.permissions import RULES
from bihuan.oversight.monitoring.queries.rejudgements import visible_runs


def where_of(run: Rejudgement) -> Any:
    """A run over several outlets says so; which ones differ stands in its list."""
    if run.outlet is None:
        return _("several outlets")
    return f"{run.outlet.enterprise.name} {run.outlet.code}"


@register
class RejudgementRegister(Register):
    id = "rejudgements"
    title = _("Recomputations")
    description = _(
        "Past days judged again with the rules in force; what differs is a new version, the old one stays."
    )
    model = Rejudgement
    columns = (
        Column("first", _("First day"), sort="first", kind="date"),
        Column("last", _("Last day"), sort="last", kind="date"),
        Column("outlet", _("Outlets"), value=where_of),
        Column("examined", _("Examined (outlet, factor and day)"), kind="number", sort="examined"),
        Column("changed", _("Different"), kind="number", sort="changed"),
        Column("reason", _("Reason")),
        Column("by", _("By"), value="by.name"),
        Column("at", _("At"), kind="datetime", sort="at"),
    )
    filters = (DateRangeFilter("at", _("At"), field="at"),)
    default_sort = "-pk"
    new_page = "rejudgement-new"
    write_permission = RULES
    new_label = _("Recompute a month")

    def queryset(self, user: Any, as_of: datetime | None) -> Any:
        del as_of
        return visible_runs(user)

    def detail_url(self, obj: Any) -> str:
        return reverse("rejudgement", args=[obj.pk])
