from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.urls import reverse
from django.utils.safestring import mark_safe
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from bihuan.kernel.ledger import codes
from bihuan.kernel.ledger.models import Event
from bihuan.kernel.ledger.rules.anchors import read_line
from bihuan.kernel.places.models import Jurisdiction
from bihuan.reports.models import Report, ReportTemplate

# Part of the paper, which is Chinese whoever reads it.
ANCHOR_TEXT = "存证链锚点：发布时已封印的 {events} 条事件由下行锁定，可凭此核验记录此后未被改动。"


def sentence(check: dict[str, Any], report: Report) -> str:
    """The check in the reader's language, with figures by their names."""
    params = dict(check["params"])
    if "figure" in params:
        params["figure"] = label(figures_of(report).get(params["figure"]), params["figure"])
    said: str = check["message"]
    return _(said) % params


def checks_of(report: Report) -> list[dict[str, Any]]:
    """The margin: refused first, each with its sentence."""
    checks = [{**check, "sentence": sentence(check, report)} for check in report.content.get("checks", [])]
    return sorted(checks, key=lambda check: check["passed"])


def refusals(report: Report) -> list[str]:
    return [sentence(check, report) for check in report.refused_checks]


def figures_of(report: Report) -> dict[str, dict[str, Any]]:
    """The figures of the snapshot by their identifiers."""
    return {figure["id"]: figure for figure in report.content.get("figures", [])}


def label(figure: dict[str, Any] | None, name: str = "") -> str:
    if figure is None:
        return name
    return str(figure["label_zh"] if _chinese() else figure["label_en"])


def figure_url(figure: dict[str, Any], report: Report) -> str:
    """Where the figure's definition and records are, as of the report's day; empty for an unknown one."""
    if figure["kind"] == "unknown":
        return ""
    asked = {"as_of": report.as_of.isoformat(), "scope": report.content["place"]}
    return f"{reverse('figure', args=[figure['id']])}?{urlencode(asked)}"


def paper(report: Report) -> dict[str, Any]:
    """The snapshot as the page shows it: each segment that is a figure carries its definition and link."""
    figures = {
        name: {
            **figure,
            "label": label(figure),
            "definition": definition(figure),
            "url": figure_url(figure, report),
        }
        for name, figure in figures_of(report).items()
    }
    return {**report.content, "figures": figures, "anchor": anchor(report)}


def anchor(report: Report) -> dict[str, str] | None:
    """What stands under a released report so that its readers hold an anchor of the ledger."""
    if not report.anchor:
        return None
    said = ANCHOR_TEXT.format(events=f"{read_line(report.anchor).size:,}")
    return {"text": said, "line": report.anchor, "code": mark_safe(codes.svg(report.anchor))}


def definition(figure: dict[str, Any]) -> str:
    return str(figure["definition_zh"] if _chinese() else figure["definition_en"])


def current_template(kind: str) -> ReportTemplate | None:
    """The newest uploaded template; None stands for the one that ships."""
    return ReportTemplate.objects.filter(kind=kind).first()


def events_of(report: Report) -> list[Event]:
    return list(Event.objects.filter(stream=f"report:{report.pk}").order_by("seq"))


def this_city() -> Jurisdiction | None:
    return Jurisdiction.objects.filter(code=settings.BIHUAN_CITY).first()


def _chinese() -> bool:
    return (get_language() or "zh").startswith("zh")
