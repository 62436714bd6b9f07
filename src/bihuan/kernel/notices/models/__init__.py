from bihuan.kernel.notices.models.notice import Delivery, Notice, Preference
from bihuan.kernel.notices.models.robot import Robot
from bihuan.kernel.notices.models.rules import KindRule, ReminderRun, SendingRule
from bihuan.kernel.notices.rules.timing import Rhythm

__all__ = [
    "Delivery",
    "KindRule",
    "Notice",
    "Preference",
    "ReminderRun",
    "Rhythm",
    "Robot",
    "SendingRule",
]
