"""台账 of the area."""

from bihuan.oversight.monitoring.registers.alarms import AlarmRegister
from bihuan.oversight.monitoring.registers.devices import (
    DeviceRegister,
    GapRegister,
    OrderRegister,
    QuarantineRegister,
)
from bihuan.oversight.monitoring.registers.marks import MarkRegister
from bihuan.oversight.monitoring.registers.outlets import MonitoredOutletRegister
from bihuan.oversight.monitoring.registers.rejudgements import RejudgementRegister

__all__ = [
    "AlarmRegister",
    "DeviceRegister",
    "GapRegister",
    "MarkRegister",
    "MonitoredOutletRegister",
    "OrderRegister",
    "QuarantineRegister",
    "RejudgementRegister",
]
