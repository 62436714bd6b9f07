"""What other areas may use of the enterprises.

Whoever reads a stream loads `logger_book()`, `limit_book()` and `factor_table()` once, each one to three
queries whatever the size of the city, keeps them, and loads again when `stamp()` has changed.
"""

from bihuan.oversight.enterprises.actions.colour import recolour, recolour_later
from bihuan.oversight.enterprises.actions.records import unit_of
from bihuan.oversight.enterprises.facts import FactSource, register_facts
from bihuan.oversight.enterprises.keys import KeyUnreadable
from bihuan.oversight.enterprises.models import Enterprise, Logger, Outlet, OutletLimit
from bihuan.oversight.enterprises.models.scope import EnterpriseScoped, EnterpriseScopeQuerySet
from bihuan.oversight.enterprises.panels import Panel, enterprise_url, register_outlet_page, register_panel
from bihuan.oversight.enterprises.queries.books import (
    BoundOutlet,
    Limit,
    LimitBook,
    LinkedFacility,
    LinkView,
    LoggerBook,
    LoggerView,
    all_mns,
    facilities_of,
    factor_table,
    limit_book,
    limits_of,
    logger_at,
    logger_book,
    outlets_of,
    stamp,
)
from bihuan.oversight.enterprises.rules.colour import Colour, Fact, FactKind, Gap, Report, State
from bihuan.oversight.enterprises.rules.factors import FactorRow, FactorTable
from bihuan.oversight.enterprises.rules.vocabulary import (
    SYSTEM_CODES,
    Averaging,
    Edition,
    LimitKind,
    LinkMode,
    Medium,
)
from bihuan.oversight.enterprises.tasks import register_task_check

__all__ = [
    "SYSTEM_CODES",
    "Averaging",
    "BoundOutlet",
    "Colour",
    "Edition",
    "Enterprise",
    "EnterpriseScopeQuerySet",
    "EnterpriseScoped",
    "Fact",
    "FactKind",
    "FactSource",
    "FactorRow",
    "FactorTable",
    "Gap",
    "KeyUnreadable",
    "Limit",
    "LimitBook",
    "LimitKind",
    "LinkMode",
    "LinkView",
    "LinkedFacility",
    "Logger",
    "LoggerBook",
    "LoggerView",
    "Medium",
    "Outlet",
    "OutletLimit",
    "Panel",
    "Report",
    "State",
    "all_mns",
    "enterprise_url",
    "facilities_of",
    "factor_table",
    "limit_book",
    "limits_of",
    "logger_at",
    "logger_book",
    "outlets_of",
    "recolour",
    "recolour_later",
    "register_facts",
    "register_outlet_page",
    "register_panel",
    "register_task_check",
    "stamp",
    "unit_of",
]
