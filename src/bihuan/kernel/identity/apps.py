from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class IdentityConfig(AppConfig):
    name = "bihuan.kernel.identity"
    label = "identity"
    verbose_name = _("Identity")

    def ready(self) -> None:
        from bihuan.kernel.identity import registers, signals  # noqa: F401
        from bihuan.kernel.people.permissions import Role, grant

        grant("account.read", [Role.ADMINISTRATOR, Role.AUDITOR])
        grant("account.administer", [Role.ADMINISTRATOR])
