from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from bihuan.kernel.registers.columns import Column
from bihuan.kernel.registers.filters import ChoiceFilter, JurisdictionFilter, TextFilter
from bihuan.kernel.registers.register import Register, register
from bihuan.oversight.enterprises.public import Medium, Outlet, enterprise_url
from bihuan.oversight.monitoring.queries.standing import MARKS, Standing, monitored


@register
class MonitoredOutletRegister(Register):
    id = "monitored-outlets"
    title = _("Monitored outlets")
    description = _("Outlets for which a data logger speaks, as they stand now.")
    model = Outlet
    related = ("enterprise", "jurisdiction")
    columns = (
        Column("code", _("Local code"), sort="code", kind="mono"),
        Column("name", _("Outlet name"), sort="name"),
        Column("enterprise", _("Enterprise"), value="enterprise.name", url=enterprise_url, kind="link"),
        Column("medium", _("Medium"), sort="medium"),
        Column("jurisdiction", _("Jurisdiction"), sort="jurisdiction_path"),
        Column(
            "standing",
            _("State"),
            value=lambda one: Standing(one.standing).label,
            kind="badge",
            badge=lambda one: MARKS[Standing(one.standing)],
            sort="standing",
        ),
    )
    filters = (
        ChoiceFilter("standing", _("State"), field="standing", choices=Standing.choices, multiple=True),
        ChoiceFilter("medium", _("Medium"), field="medium", choices=Medium.choices),
        TextFilter("enterprise", _("Enterprise"), field="enterprise__name"),
        JurisdictionFilter(),
    )
    default_sort = "jurisdiction_path"

    def queryset(self, user: Any, as_of: datetime | None) -> Any:
        del as_of
        return monitored(user)

    def detail_url(self, obj: Any) -> str:
        return reverse("monitoring-outlet", args=[obj.pk])
