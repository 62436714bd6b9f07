from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class MonitoringConfig(AppConfig):
    name = "bihuan.oversight.monitoring"
    label = "monitoring"
    verbose_name = _("Automatic monitoring")

    def ready(self) -> None:
        from bihuan.oversight.monitoring import registration

        registration.judgement()
        registration.pages()
