"""What other areas, the reports and the public site may use of the petitions."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Q
from django.utils import timezone

from bihuan.governance.petitions.models import PetitionBatch, PetitionCase
from bihuan.governance.petitions.rules import vocabulary
from bihuan.governance.petitions.rules.masking import mask
from bihuan.kernel.figures.registry import Scope

__all__ = [
    "HEADERS",
    "TITLE",
    "PetitionBatch",
    "PetitionCase",
    "TableRow",
    "public_cases",
    "public_table",
    "table_rows",
]

TITLE = "群众信访举报转办和边督边改公开情况一览表"
HEADERS = (
    "序号",
    "受理编号",
    "交办问题基本情况",
    "行政区域",
    "污染类型",
    "调查核实情况",
    "是否属实",
    "处理和整改情况",
    "是否办结",
    "责任人被处理情况",
)
FINDING_WORDS = {
    "true": "属实",
    "largely_true": "基本属实",
    "partly_true": "部分属实",
    "unfounded": "不属实",
}
HANDLING_WORDS = {"concluded": "办结", "stage_concluded": "阶段性办结", "in_progress": "正在办理"}
STRUCK_OFF = "办结销号"


@dataclass(frozen=True)
class TableRow:
    """One row of the public table; the complainant has no column and can't get one."""

    ordinal: int
    number: str
    problem: str
    area: str
    types: str
    verification: str
    finding: str
    rectification: str
    handling: str
    accountability: str
    key: int = 0

    @property
    def cells(self) -> tuple[int | str, ...]:
        return (
            self.ordinal,
            self.number,
            self.problem,
            self.area,
            self.types,
            self.verification,
            self.finding,
            self.rectification,
            self.handling,
            self.accountability,
        )


def public_cases(scope: Scope) -> Any:
    """Cases of this city whose answer has been published by the scope's moment."""
    day = timezone.localdate(scope.as_of)
    rows = PetitionCase.objects.inside(scope.path).ours().standing_at(scope.as_of)
    if scope.user is not None:
        rows = rows.visible_to(scope.user)
    shown = Q(published_on__lte=day) | Q(published_on=None, printed__has_key="published")
    return rows.filter(shown).order_by("-published_on", "number")


def public_table(scope: Scope) -> list[TableRow]:
    """群众信访举报转办和边督边改公开情况一览表, for everybody."""
    return table_rows(public_cases(scope))


def table_rows(cases: Any, *, first: int = 1) -> list[TableRow]:
    found: Iterable[PetitionCase] = cases.select_related("jurisdiction").prefetch_related("pollutions")
    return [_row(case, ordinal) for ordinal, case in enumerate(found, start=first)]


def _row(case: PetitionCase, ordinal: int) -> TableRow:
    finding = getattr(case, "finding_then", case.finding)
    return TableRow(
        ordinal=ordinal,
        number=f"{case.number_printed}{'*' if case.key_case and '*' not in case.number_printed else ''}",
        problem=mask(case.problem_text),
        area=case.jurisdiction.name if not case.is_outside else case.area_printed,
        types="、".join(one.word for one in case.pollutions.all()),
        verification=mask(case.verification),
        finding=_printed_or(case.printed.get("verdict", ""), vocabulary.finding, finding, FINDING_WORDS),
        rectification=mask(case.rectification),
        handling=_handling(case),
        accountability=mask(case.accountability),
        key=case.pk,
    )


def _printed_or(word: str, meaning: Any, value: str, words: dict[str, str]) -> str:
    """The source's own word while it still says what holds; else ours."""
    return word if word and meaning(word) == value else words.get(value, "")


def _handling(case: PetitionCase) -> str:
    handling = getattr(case, "handling_then", case.handling)
    struck_off = getattr(case, "strike_off_then", case.strike_off)
    printed = str(case.printed.get("closure", ""))
    if printed and vocabulary.closure(printed) == (handling, struck_off):
        return printed
    return STRUCK_OFF if struck_off == "struck_off" else HANDLING_WORDS.get(handling, "")
