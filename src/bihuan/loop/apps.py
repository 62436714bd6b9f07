from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class LoopConfig(AppConfig):
    name = "bihuan.loop"
    label = "loop"
    verbose_name = _("Loop")

    def ready(self) -> None:
        from bihuan.kernel.evidence.access import register_holder
        from bihuan.kernel.ledger.access import register_stream
        from bihuan.kernel.notices.reminders import register_dues
        from bihuan.kernel.notices.templates import register_template
        from bihuan.kernel.people.permissions import grant
        from bihuan.kernel.people.scope import seen_with
        from bihuan.loop.models import Problem
        from bihuan.loop.permissions import PERMISSIONS
        from bihuan.loop.queries.dues import running_clocks
        from bihuan.loop.queries.evidence import shown_to

        for permission, roles in PERMISSIONS.items():
            grant(permission, roles)
        register_holder(shown_to)
        register_stream("problem", seen_with(Problem))
        register_dues(running_clocks)
        register_template(
            "problem.turn",
            title=_("%(number)s is waiting for you"),
            body=_("It is your turn with “%(title)s”."),
        )
        register_template(
            "problem.reminded",
            title=_("%(number)s: please get on with it"),
            body=_("%(by)s reminds you that “%(title)s” is waiting for you. %(text)s"),
        )
