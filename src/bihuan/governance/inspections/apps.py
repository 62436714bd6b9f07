from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class InspectionsConfig(AppConfig):
    name = "bihuan.governance.inspections"
    label = "inspections"
    verbose_name = _("Inspections")

    def ready(self) -> None:
        from bihuan.governance.inspections import figures, registers  # noqa: F401
        from bihuan.governance.inspections.actions import PERMISSION
        from bihuan.governance.inspections.guards import tighten_feedback
        from bihuan.kernel.ledger.access import register_stream
        from bihuan.kernel.people.permissions import Role, grant
        from bihuan.loop.rules.procedures import SourceKind, register_source

        grant(PERMISSION, [Role.CITY_OFFICE])
        register_stream("round", lambda user, _key: bool(user.is_authenticated))
        register_source(SourceKind("feedback", _("inspection feedback item"), "feedback"))
        register_source(SourceKind("warning_film", _("warning film"), "feedback"))
        tighten_feedback()
