"""Released reports for readers without an account: what the paper says and what each figure means.

Keys of records, failed and passed checks, and who acted in the house stay inside.
"""

from typing import Any

from django.db.models import QuerySet

from bihuan.reports import word
from bihuan.reports.models import Report
from bihuan.reports.queries import paper

FIGURE_FIELDS = ("id", "label", "definition", "unit", "value", "kind", "source")
ANNEX_FIELDS = (
    "number",
    "text",
    "goal",
    "time_limit",
    "responsible",
    "acceptance",
    "progress",
    "measures",
    "result",
)


def released_reports() -> "QuerySet[Report]":
    rows: QuerySet[Report] = Report.objects.released().select_related("jurisdiction").defer("content")
    return rows


def released_report(pk: int) -> Report | None:
    found: Report | None = Report.objects.released().select_related("jurisdiction").filter(pk=pk).first()
    return found


def public_paper(report: Report) -> dict[str, Any]:
    """For `reports/_paper.html`, without links into the house."""
    whole = paper(report)
    return {
        "title": whole["title"],
        "publisher": whole["publisher"],
        "annex_title": whole["annex_title"],
        "chapters": whole["chapters"],
        "anchor": whole["anchor"],
        "annex": [{name: row[name] for name in ANNEX_FIELDS} for row in whole["annex"]],
        "figures": {
            name: {field: figure[field] for field in FIGURE_FIELDS} | {"url": ""}
            for name, figure in whole["figures"].items()
        },
    }


def public_docx(report: Report) -> bytes:
    """Only for a released report: `released_report` found it."""
    return word.docx_of(report)
