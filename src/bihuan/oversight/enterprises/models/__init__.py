from bihuan.oversight.enterprises.models.codes import CardCall, CodeKey, EnterpriseCode, Scan
from bihuan.oversight.enterprises.models.colours import ColourObjection, ColourRule, ColourSpan, ManualColour
from bihuan.oversight.enterprises.models.enterprise import Enterprise, Site
from bihuan.oversight.enterprises.models.facilities import FacilityLink, ProductionFacility, TreatmentFacility
from bihuan.oversight.enterprises.models.factors import Factor
from bihuan.oversight.enterprises.models.loggers import Logger, LoggerFactor, LoggerOutlet
from bihuan.oversight.enterprises.models.mergers import Merger
from bihuan.oversight.enterprises.models.outlets import Outlet, OutletLimit

__all__ = [
    "CardCall",
    "CodeKey",
    "ColourObjection",
    "ColourRule",
    "ColourSpan",
    "Enterprise",
    "EnterpriseCode",
    "FacilityLink",
    "Factor",
    "Logger",
    "LoggerFactor",
    "LoggerOutlet",
    "ManualColour",
    "Merger",
    "Outlet",
    "OutletLimit",
    "ProductionFacility",
    "Scan",
    "Site",
    "TreatmentFacility",
]
