"""What the report takes from the areas beside registered figures: one place, through their `public`."""

from typing import Any

from bihuan.governance.inspections.public import (
    FeedbackItem,
    annex_rows,
    newest_round,
)
from bihuan.kernel.figures.registry import Scope
from bihuan.reports.rules.numbers import dated

ROUNDS = "零一二三四五六七八九十"


def round_name(scope: Scope) -> str:
    """第二轮, or nothing where the round has no ordinal."""
    found = newest_round(scope.as_of)
    if found is None or found.ordinal is None:
        return ""
    return f"第{ROUNDS[found.ordinal]}轮" if found.ordinal < len(ROUNDS) else f"第{found.ordinal}轮"


def publisher(scope: Scope) -> str:
    found = newest_round(scope.as_of)
    return found.publisher if found else ""


def specific_rows(scope: Scope) -> list[dict[str, Any]]:
    """The annex: one row for each specific item of the round."""
    found = newest_round(scope.as_of)
    if found is None:
        return []
    rows = annex_rows(found, scope.as_of, items=FeedbackItem.objects.inside(scope.path))
    return [
        {
            "number": index,
            "source_number": row.number,
            "record": row.problem_number,
            "text": row.text,
            "goal": row.goal,
            "time_limit": dated(row.time_limit),
            "responsible": row.responsible,
            "acceptance": row.acceptance,
            "progress": row.phrase,
            "measures": row.measures,
            "result": _result(row.result, row.months_early),
        }
        for index, row in enumerate(rows, 1)
    ]


def _result(text: str, months_early: int | None) -> str:
    early = f"比整改时限提前{months_early}个月。" if months_early else ""
    return f"{text}{early}"
