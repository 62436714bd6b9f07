"""The numbers of the colour rule, one set per version. All are ours; no public source prescribes any."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from decimal import Decimal
from typing import Any


@dataclass(frozen=True)
class Numbers:
    fraud_months: int
    window_days: int
    exceedance_ratio: Decimal
    exceedance_days: int
    cap_red: Decimal
    cap_yellow: Decimal
    treatment_off_hours: Decimal
    treatment_off_window_days: int
    explanation_hours: int
    rectification_red_days: int
    many_triggers: int
    many_triggers_days: int
    report_days: int
    silent_hours: int
    repair_working_days: int
    penalty_months: int
    new_code_days: int
    yellow_after_red_days: int
    by_hand_days: int

    def as_json(self) -> dict[str, str]:
        return {name: str(value) for name, value in asdict(self).items()}


VERSION_1 = Numbers(
    fraud_months=12,
    window_days=30,
    exceedance_ratio=Decimal("2.0"),
    exceedance_days=3,
    cap_red=Decimal(1),
    cap_yellow=Decimal("0.9"),
    treatment_off_hours=Decimal(24),
    treatment_off_window_days=7,
    explanation_hours=24,
    rectification_red_days=30,
    many_triggers=3,
    many_triggers_days=30,
    report_days=30,
    silent_hours=12,
    repair_working_days=5,
    penalty_months=6,
    new_code_days=7,
    yellow_after_red_days=7,
    by_hand_days=30,
)


def numbers_from(said: Mapping[str, Any]) -> Numbers:
    """The numbers as a row of the rule table keeps them; KeyError when one is missing."""
    return Numbers(**{one.name: one.type(said[one.name]) for one in fields(Numbers)})  # type: ignore[operator]
