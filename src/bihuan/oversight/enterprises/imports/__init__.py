"""What a clerk sends: one workbook with a sheet for each kind, or a file for each kind.

Each import reads the sheet that has its columns, so the same workbook may be sent for one kind after another.
"""

from bihuan.oversight.enterprises.imports.enterprises import EnterpriseImporter
from bihuan.oversight.enterprises.imports.facilities import FacilityImporter
from bihuan.oversight.enterprises.imports.limits import LimitImporter
from bihuan.oversight.enterprises.imports.loggers import LoggerImporter
from bihuan.oversight.enterprises.imports.outlets import OutletImporter

IMPORTERS = (EnterpriseImporter, OutletImporter, FacilityImporter, LimitImporter, LoggerImporter)

__all__ = [
    "IMPORTERS",
    "EnterpriseImporter",
    "FacilityImporter",
    "LimitImporter",
    "LoggerImporter",
    "OutletImporter",
]
