from datetime import date
from typing import Any

from bihuan.kernel.calendar.models import DurationRule
from bihuan.kernel.calendar.rules import Unit
from bihuan.oversight.enterprises.actions.by_hand import ANSWER_RULE
from bihuan.oversight.enterprises.actions.colour import load_colour_rule, recolour, recolour_later
from bihuan.oversight.enterprises.actions.factors import load_factors

ANSWER: dict[str, Any] = {
    "rule_id": ANSWER_RULE,
    "length": 5,
    "unit": Unit.WORKING_DAY,
    "valid_from": date(2020, 1, 1),
    "source": "本系统默认：企业对色码提出异议的答复时限，无公开来源规定",
    "ours": True,
}


def load_defaults() -> None:
    """What every city needs of this area from the first day."""
    load_factors()
    load_colour_rule()
    DurationRule.objects.bulk_create([DurationRule(**ANSWER)], ignore_conflicts=True)


__all__ = ["load_colour_rule", "load_defaults", "load_factors", "recolour", "recolour_later"]
