from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class WebConfig(AppConfig):
    name = "bihuan.web"
    label = "web"
    verbose_name = _("Web")

    def ready(self) -> None:
        from bihuan.kernel.people.permissions import Role, grant

        grant("ledger.audit", [Role.AUDITOR, Role.CITY_OFFICE, Role.LEADER])
