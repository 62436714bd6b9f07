from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class EnterprisesConfig(AppConfig):
    name = "bihuan.oversight.enterprises"
    label = "enterprises"
    verbose_name = _("Enterprises")

    def ready(self) -> None:
        from bihuan.kernel.ledger.access import register_stream
        from bihuan.kernel.people.permissions import Role, grant
        from bihuan.kernel.people.scope import seen_with
        from bihuan.oversight.enterprises import figures, permissions, rectification, registers  # noqa: F401
        from bihuan.oversight.enterprises.facts import FactSource, register_facts
        from bihuan.oversight.enterprises.models import Enterprise
        from bihuan.oversight.enterprises.rules.colour import FactKind

        offices = [Role.CITY_OFFICE, Role.COUNTY_OFFICE]
        grant(permissions.MANAGE, offices)
        grant(permissions.MERGE, offices)
        grant(permissions.CODES, offices)
        grant(permissions.COLOUR, offices)
        grant(permissions.INSPECT, [*offices, Role.GRID_WORKER])
        grant(permissions.OBJECT, [Role.ENTERPRISE_CLERK])
        loop = FactSource(
            "loop", _("Problem loop"), frozenset({FactKind.RECTIFICATION_LATE}), rectification.overdue
        )
        register_facts(loop)
        register_stream("enterprises", seen_with(Enterprise))
