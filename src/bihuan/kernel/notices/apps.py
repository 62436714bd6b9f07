from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from bihuan.kernel.people.permissions import Role, grant


class NoticesConfig(AppConfig):
    name = "bihuan.kernel.notices"
    label = "notices"
    verbose_name = _("Notices")

    def ready(self) -> None:
        from bihuan.kernel.notices import registers  # noqa: F401
        from bihuan.kernel.notices.templates import register_own

        register_own()
        grant("notice.log", [Role.CITY_OFFICE, Role.AUDITOR])
        for permission in ("notice.operate", "notice.robots", "notice.rules"):
            grant(permission, [Role.CITY_OFFICE])
