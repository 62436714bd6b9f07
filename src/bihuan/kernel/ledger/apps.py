from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class LedgerConfig(AppConfig):
    name = "bihuan.kernel.ledger"
    label = "ledger"
    verbose_name = _("Ledger")

    def ready(self) -> None:
        from django.conf import settings

        from bihuan.kernel.ledger.rules import known_algorithm

        known_algorithm(settings.BIHUAN_LEDGER_HASH)
