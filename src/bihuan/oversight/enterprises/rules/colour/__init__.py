"""The colour of an enterprise's code: a pure function of stored facts. No score, no black box."""

from bihuan.oversight.enterprises.rules.colour.facts import Fact, FactKind, Gap, Report, State
from bihuan.oversight.enterprises.rules.colour.numbers import VERSION_1, Numbers, numbers_from
from bihuan.oversight.enterprises.rules.colour.triggers import TRIGGERS, Trigger
from bihuan.oversight.enterprises.rules.colour.verdict import Before, Colour, Standing, Struck, Verdict, judge

__all__ = [
    "TRIGGERS",
    "VERSION_1",
    "Before",
    "Colour",
    "Fact",
    "FactKind",
    "Gap",
    "Numbers",
    "Report",
    "Standing",
    "State",
    "Struck",
    "Trigger",
    "Verdict",
    "judge",
    "numbers_from",
]
