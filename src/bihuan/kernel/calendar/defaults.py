"""The duration rules a new instance starts with. `ours` marks a default for which no official value is known;
"recalled" in a source marks a rule whose text could not be re-opened."""

from datetime import date
from typing import NamedTuple

from bihuan.kernel.calendar.rules import Unit

SINCE = date(2004, 1, 1)
OURS = "our default; no official value was found"


class Rule(NamedTuple):
    rule_id: str
    length: int
    unit: str
    source: str
    ours: bool = False
    start_inclusive: bool = False
    roll: bool = False
    valid_from: date = SINCE


def _ours(rule_id: str, length: int, unit: str = Unit.WORKING_DAY) -> Rule:
    return Rule(rule_id, length, unit, OURS, ours=True)


RULES: tuple[Rule, ...] = (
    Rule("superior_plan_30", 30, Unit.WORKING_DAY, "published: plans due in inspection rounds 1 and 2"),
    Rule("superior_plan_45", 45, Unit.WORKING_DAY, "published: plan due in inspection round 3, batch 2"),
    Rule("superior_result", 6, Unit.MONTH, "published: result report of round 1"),
    Rule("petition_feedback", 10, Unit.CALENDAR_DAY, "published: answer to the inspection team, 2019"),
    Rule("petition_accept", 15, Unit.CALENDAR_DAY, "recalled: petition regulation"),
    Rule("petition_finish", 60, Unit.CALENDAR_DAY, "recalled: petition regulation"),
    Rule("petition_extend", 30, Unit.CALENDAR_DAY, "recalled: petition regulation"),
    Rule("publicity_5wd", 5, Unit.WORKING_DAY, "published: notice of 2017-11-28, first day not counted"),
    Rule(
        "publicity_7d",
        7,
        Unit.CALENDAR_DAY,
        "published: notice of 2019-12-13, first day counted",
        start_inclusive=True,
    ),
    Rule("listed_enterprise", 6, Unit.MONTH, "published: Anhui 2021"),
    Rule("listed_extension_notice", 1, Unit.MONTH, "published: Anhui 2021"),
    Rule("listed_ministry", 1, Unit.YEAR, "published: ministry's rule on listed supervision"),
    Rule("hotline_complaint", 13, Unit.WORKING_DAY, "published: one local hotline rule"),
    Rule("reward_notice", 10, Unit.WORKING_DAY, "published: Zhejiang solid-waste rule 2018"),
    Rule("reward_claim", 60, Unit.CALENDAR_DAY, "published: Zhejiang solid-waste rule 2018"),
    _ours("triage", 5),
    _ours("verify", 5),
    _ours("assign", 2),
    _ours("send_back", 2),
    _ours("plan", 10),
    _ours("plan_reopened", 5),
    _ours("handling", 15),
    _ours("accept", 10),
    _ours("publicise", 5),
    _ours("verify_closure", 2),
    _ours("close", 5),
    _ours("file", 5),
    _ours("yearly_review", 1, Unit.YEAR),
    _ours("archive_quiet", 12, Unit.MONTH),
    _ours("letter_reply", 5),
    _ours("supervision_reply", 10),
    _ours("interview_plan", 20),
    _ours("lookback_30", 30, Unit.CALENDAR_DAY),
    _ours("lookback_90", 90, Unit.CALENDAR_DAY),
    _ours("lookback_180", 180, Unit.CALENDAR_DAY),
    _ours("board_update", 5),
)
