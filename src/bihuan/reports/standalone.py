"""The report as one HTML file that opens without a server; figures link to the given address."""

from html import escape
from pathlib import Path

from django.template.loader import render_to_string

from bihuan.reports.models import Report
from bihuan.reports.queries import paper
from bihuan.reports.rules.numbers import day

STYLE = Path(__file__).parent / "static/reports/report.css"


def html_of(report: Report, *, address: str = "") -> str:
    """`address` is put before the links of the figures, such as http://127.0.0.1:8000."""
    sheet = paper(report)
    for figure in sheet["figures"].values():
        figure["url"] = f"{address}{figure['url']}" if figure["url"] else ""
    body = render_to_string("reports/_paper.html", {"paper": sheet, "issue_date": day(report.issue_date)})
    head = f'<meta charset="utf-8"><title>{escape(report.title)}</title><style>{STYLE.read_text()}</style>'
    return f'<!doctype html><html lang="zh-Hans"><head>{head}</head><body>{body}</body></html>'
