from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class WorkcalendarConfig(AppConfig):
    name = "bihuan.kernel.calendar"
    label = "workcalendar"
    verbose_name = _("Calendar")
