from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class RegistersConfig(AppConfig):
    name = "bihuan.kernel.registers"
    label = "registers"
    verbose_name = _("Registers")

    def ready(self) -> None:
        from bihuan.kernel.figures.tables import show_records_with
        from bihuan.kernel.registers.pages import table_for_figure

        show_records_with(table_for_figure)
