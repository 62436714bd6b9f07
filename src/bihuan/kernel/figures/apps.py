from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from bihuan.kernel.people.permissions import OFFICES, grant


class FiguresConfig(AppConfig):
    name = "bihuan.kernel.figures"
    label = "figures"
    verbose_name = _("Figures")

    def ready(self) -> None:
        grant("figure.record", OFFICES)
