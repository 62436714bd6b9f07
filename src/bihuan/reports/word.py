"""The report as a Word file: the snapshot poured into a template, byte for byte the same each time."""

import io
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import docx
import jinja2
from django.conf import settings
from django.utils.translation import gettext as _
from docx.shared import Mm
from docxtpl import DocxTemplate
from jinja2.sandbox import ImmutableSandboxedEnvironment

from bihuan.kernel.errors import Refused
from bihuan.kernel.ledger import codes
from bihuan.reports.models import Report
from bihuan.reports.queries import anchor
from bihuan.reports.rules import render
from bihuan.reports.rules.numbers import day, written

SHIPPED = Path(__file__).parent / "templates_docx"
MEDIA_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
CODE_MM = 28
EPOCH = (1980, 1, 1, 0, 0, 0)
KINDS = {"computed": "记录计算", "recorded": "文件引用"}


class BadTemplate(Refused):
    pass


def docx_of(report: Report) -> bytes:
    body = bytes(report.template.body) if report.template else shipped(report.kind)
    document = render_docx(body, context(report.content, issue_date=day(report.issue_date)))
    seal = anchor(report)
    return with_anchor(document, text=seal["text"], line=seal["line"]) if seal else document


def with_anchor(document: bytes, *, text: str, line: str) -> bytes:
    """The document with the anchor under its last line, whatever template it was made from."""
    opened = docx.Document(io.BytesIO(document))
    opened.add_paragraph(text).paragraph_format.keep_with_next = True
    opened.add_picture(io.BytesIO(codes.png(line)), width=Mm(CODE_MM))
    opened.paragraphs[-1].paragraph_format.keep_with_next = True
    opened.add_paragraph(line)
    written_out = io.BytesIO()
    opened.save(written_out)
    return same_bytes(written_out.getvalue())


def shipped(kind: str) -> bytes:
    return (SHIPPED / f"{kind}.docx").read_bytes()


# A template is somebody's program: besides its own faults it may compute what can't be computed.
CAN_FAIL = (
    jinja2.TemplateError,
    zipfile.BadZipFile,
    ArithmeticError,
    AttributeError,
    LookupError,
    TypeError,
    ValueError,
)


def render_docx(body: bytes, values: Mapping[str, Any]) -> bytes:
    """Templates are uploaded, so they run in the sandbox and may not use a name that we don't give."""
    environment = ImmutableSandboxedEnvironment(undefined=jinja2.StrictUndefined, autoescape=True)
    try:
        template = DocxTemplate(io.BytesIO(body))
        template.render(dict(values), jinja_env=environment, autoescape=True)
    except CAN_FAIL as error:
        raise BadTemplate(reason=_("The Word template can't be used: %(why)s") % {"why": error}) from None
    written_out = io.BytesIO()
    template.save(written_out)
    return same_bytes(written_out.getvalue())


def context(content: Mapping[str, Any], *, issue_date: str) -> dict[str, Any]:
    """What a template may use; the names are documented in docs/report-template.md."""
    return {
        "title": content["title"],
        "publisher": content["publisher"],
        "issue_date": issue_date,
        "mark": "演示数据" if settings.BIHUAN_DEMO else "",
        "chapters": [_chapter(chapter) for chapter in content["chapters"]],
        "annex_title": content["annex_title"],
        "annex": [{**row, "progress_text": progress_text(row)} for row in content["annex"]],
        "figures": [_figure(index, figure) for index, figure in enumerate(content["figures"], 1)],
    }


def progress_text(row: Mapping[str, Any]) -> str:
    """Status phrase, numbered measures, result: the order that the annex has everywhere."""
    measures = [f"{index}. {measure}" for index, measure in enumerate(row["measures"], 1)]
    closing = [row["result"]] if row["result"] else []
    return "\n".join([f"{row['progress']}。", *measures, *closing])


def same_bytes(archive: bytes) -> bytes:
    """The zip with one date for all members and without what depends on the machine that wrote it."""
    target = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(archive)) as old, zipfile.ZipFile(target, "w") as new:
        for name in old.namelist():
            member = zipfile.ZipInfo(name, EPOCH)
            member.compress_type = zipfile.ZIP_DEFLATED
            new.writestr(member, old.read(name))
    return target.getvalue()


def words_of(document: bytes) -> str:
    """All text of a Word file, tables too; for checks and tests."""
    opened = docx.Document(io.BytesIO(document))
    cells = (cell.text for table in opened.tables for row in table.rows for cell in row.cells)
    return "\n".join([*(paragraph.text for paragraph in opened.paragraphs), *cells])


def _chapter(chapter: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "id": chapter["id"],
        "heading": chapter["heading"],
        "paragraphs": [
            {"lead": paragraph["lead"], "text": render.plain(paragraph["segments"])}
            for paragraph in chapter["paragraphs"]
        ],
    }


def _figure(number: int, figure: Mapping[str, Any]) -> dict[str, str]:
    source = figure["source"] or f"{figure['records']}条记录"
    return {
        "number": str(number),
        "label": figure["label_zh"],
        "value": written(figure["value"], unit=figure["unit"]) if figure["value"] else "—",
        "kind": KINDS.get(figure["kind"], "—"),
        "definition": figure["definition_zh"],
        "source": source,
    }
