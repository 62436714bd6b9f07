from bihuan.oversight.monitoring.models.alarms import Alarm, AlarmSource
from bihuan.oversight.monitoring.models.devices import DeviceNote, DeviceState, Gap, Order, SplitMessage
from bihuan.oversight.monitoring.models.frames import Keeping, PackedDay, QuarantinedFrame, RawFrame
from bihuan.oversight.monitoring.models.judged import JudgedDay, OutletMonth, Progress, Rejudgement
from bihuan.oversight.monitoring.models.marks import DataMark, MarkNote
from bihuan.oversight.monitoring.models.messages import (
    LayoutColumn,
    Message,
    MessageLayout,
    MinuteMessage,
    Origin,
    PeriodMessage,
    RealtimeMessage,
)
from bihuan.oversight.monitoring.models.rules import RuleVersion

__all__ = [
    "Alarm",
    "AlarmSource",
    "DataMark",
    "DeviceNote",
    "DeviceState",
    "Gap",
    "JudgedDay",
    "Keeping",
    "LayoutColumn",
    "MarkNote",
    "Message",
    "MessageLayout",
    "MinuteMessage",
    "Order",
    "Origin",
    "OutletMonth",
    "PackedDay",
    "PeriodMessage",
    "Progress",
    "QuarantinedFrame",
    "RawFrame",
    "RealtimeMessage",
    "Rejudgement",
    "RuleVersion",
    "SplitMessage",
]
