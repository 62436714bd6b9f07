from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PetitionsConfig(AppConfig):
    name = "bihuan.governance.petitions"
    label = "petitions"
    verbose_name = _("Petition cases")

    def ready(self) -> None:
        from bihuan.governance.petitions import figures, registers  # noqa: F401
        from bihuan.governance.petitions.models import PetitionCase
        from bihuan.governance.petitions.permissions import PERMISSIONS
        from bihuan.kernel.ledger.access import register_stream
        from bihuan.kernel.people.permissions import grant
        from bihuan.kernel.people.scope import seen_with
        from bihuan.loop.rules.procedures import SourceKind, register_source

        for permission, roles in PERMISSIONS.items():
            grant(permission, roles)
        register_stream("petition", seen_with(PetitionCase))
        register_source(SourceKind("petition", _("petition case of an inspection"), "petition"))
