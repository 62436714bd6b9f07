from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from bihuan.kernel.people.permissions import Role, grant


class ReportsConfig(AppConfig):
    name = "bihuan.reports"
    label = "reports"
    verbose_name = _("Reports")

    def ready(self) -> None:
        from bihuan.kernel.ledger.access import register_stream
        from bihuan.kernel.people.scope import seen_with
        from bihuan.reports import figures
        from bihuan.reports.models import Report

        grant("report.generate", [Role.CITY_OFFICE, Role.COUNTY_OFFICE])
        grant("report.release", [Role.LEADER, Role.CITY_OFFICE])
        grant("report.template", [Role.CITY_OFFICE])
        register_stream("report", seen_with(Report))
        figures.register()
