"""Figures which the report quotes and whose areas aren't built: defined here, entered by hand, marked 录.

The identifiers are those of the areas to come. An area that registers one of them takes it over: its
registration comes first, and this module then leaves the figure alone.
"""

from django.db.models import QuerySet
from django.utils import timezone

from bihuan.kernel.figures import registry
from bihuan.kernel.figures.registry import Figure, Scope
from bihuan.kernel.figures.rules import SHANGHAI
from bihuan.reports.definitions import AREAS, QUOTED, QUOTED_EN, QUOTED_ZH, RECORDED
from bihuan.reports.models import Report

REPORT_DAY = Figure(
    id="latest_report_day",
    zh="报告日期",
    en="Day of the latest report",
    definition_zh="截至该日已审定发布的最近一份整改情况报告的数据截止日。",
    definition_en="The day for which the latest released rectification report states its figures.",
    area="reports",
)


def register() -> None:
    """Called once, after every area has registered its own."""
    for area, label in AREAS.items():
        registry.register_area(area, label)
    for figure in recorded():
        if not _taken(figure.id):
            registry.register_recorded(figure)
    registry.register_text_figure(REPORT_DAY, query=_released, text=lambda report: report.as_of.isoformat())


def recorded() -> list[Figure]:
    quoted = ((name, zh, en, "", QUOTED_ZH, QUOTED_EN) for name, zh, en in QUOTED)
    return [_figure(row, order) for order, row in enumerate((*RECORDED, *quoted), 100)]


def _taken(figure_id: str) -> bool:
    try:
        registry.entry(figure_id)
    except registry.UnknownFigure:
        return False
    return True


def _figure(row: tuple[str, str, str, str, str, str], order: int) -> Figure:
    figure_id, zh, en, unit, definition_zh, definition_en = row
    return Figure(
        id=figure_id,
        zh=zh,
        en=en,
        unit=unit,
        definition_zh=definition_zh,
        definition_en=definition_en,
        area=figure_id.partition("_")[0],
        order=order,
    )


def _released(scope: Scope) -> "QuerySet[Report]":
    day = timezone.localdate(scope.as_of, SHANGHAI)
    rows: QuerySet[Report] = (
        Report.objects.released().inside(scope.path).filter(as_of__lte=day).order_by("-as_of", "-pk")
    )
    return rows
