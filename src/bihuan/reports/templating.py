"""Uploading an office's own Word template: tried out before it is kept."""

import hashlib
import io
import zipfile
from datetime import date
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from bihuan.kernel.ledger.actions import append
from bihuan.kernel.people.access import require
from bihuan.reports import word
from bihuan.reports.genres import GENRES
from bihuan.reports.models import ReportTemplate
from bihuan.reports.rules import render
from bihuan.reports.rules.numbers import day

LIMIT = 5_000_000
UNPACKED_LIMIT = 50_000_000


def upload(*, by: Any, kind: str, name: str, file: Any) -> ReportTemplate:
    actor = require(by, "report.template")
    if file.size > LIMIT:
        raise word.BadTemplate(reason=_("The Word file is larger than 5 MB."))
    body = file.read()
    _small_when_unpacked(body)
    word.render_docx(body, sample(kind))
    digest = hashlib.sha256(body).hexdigest()
    with transaction.atomic():
        template = ReportTemplate.objects.create(
            kind=kind, name=name, body=body, sha256=digest, uploaded_by=by, uploaded_at=timezone.now()
        )
        payload = {"template": template.pk, "kind": kind, "name": name}
        append("report:templates", "report.template_uploaded", by=actor, payload=payload, evidence=[digest])
    return template


def sample(kind: str) -> dict[str, Any]:
    """A report with nothing in it but one row of everything: a template that renders it renders any."""
    genre = GENRES[kind]
    terms = {"place": "某市", "round": "", "report_day": ""}
    material = render.Material(values={}, units={}, terms=terms, free_texts=dict(genre.free_texts))
    title, publisher = render.title(genre, terms)
    row = dict.fromkeys(
        ("number", "source_number", "text", "goal", "time_limit", "responsible", "acceptance"), "—"
    )
    content = {
        "title": title,
        "publisher": publisher,
        "chapters": render.chapters(genre, material),
        "annex_title": genre.annex_title,
        "annex": [{**row, "progress": "—", "result": "", "measures": ["—"]}],
        "figures": [_sample_figure()],
    }
    return word.context(content, issue_date=day(date(2000, 1, 1)))


def _sample_figure() -> dict[str, Any]:
    texts = dict.fromkeys(("label_zh", "unit", "value", "kind", "definition_zh", "source"), "—")
    return {**texts, "records": 0}


def _small_when_unpacked(body: bytes) -> None:
    try:
        with zipfile.ZipFile(io.BytesIO(body)) as archive:
            size = sum(member.file_size for member in archive.infolist())
    except zipfile.BadZipFile:
        raise word.BadTemplate(reason=_("This isn't a Word file (.docx).")) from None
    if size > UNPACKED_LIMIT:
        raise word.BadTemplate(reason=_("The Word file unpacks to more than 50 MB."))
