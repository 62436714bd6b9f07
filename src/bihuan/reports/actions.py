from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from bihuan.kernel.errors import Refused
from bihuan.kernel.ledger.actions import append
from bihuan.kernel.ledger.actions.sealing import make_checkpoint
from bihuan.kernel.ledger.rules import Actor
from bihuan.kernel.people.access import actor_of, require
from bihuan.kernel.places.models import Jurisdiction
from bihuan.reports import collect, genres, queries
from bihuan.reports.models import Report
from bihuan.reports.rules import chapters
from bihuan.reports.rules.rectification.next_steps import DEFAULTS


class ReportRefused(Refused):
    """The report may not leave the house; `reasons` are full sentences."""

    def __init__(self, reasons: list[str]) -> None:
        self.reasons = reasons
        super().__init__(reason="\n".join(reasons))


def generate(
    kind: str,
    *,
    by: Any,
    jurisdiction: Jurisdiction,
    as_of: date,
    claims: Iterable[str] | None = None,
    issue_date: date | None = None,
) -> Report:
    """Collect, check and keep the report for a day; by=None is the system (command line, demo).

    A refused report is kept as a draft with its failed checks, so that the office sees the margin; ask
    `refuse_unless_checked` before handing it out. A released report with the same content is returned as
    it is, and a report in work for the same day is collected anew.
    """
    actor = _actor(by, jurisdiction)
    made = sorted(chapters.claims_of(genres.GENRES[kind]) if claims is None else claims)
    _known_claims(kind, made)
    with transaction.atomic():
        Jurisdiction.objects.select_for_update().get(pk=jurisdiction.pk)
        report = _in_work(kind, jurisdiction, as_of)
        texts = dict(report.texts) if report.pk else dict(DEFAULTS)
        content = collect.collect(kind, jurisdiction=jurisdiction, as_of=as_of, claims=made, texts=texts)
        released = _released_alike(kind, jurisdiction, content)
        if released is not None and not report.pk:
            return released
        report.claims, report.texts = made, texts
        report.issue_date = issue_date or (report.issue_date if report.pk else as_of)
        report.generated_by, report.generated_at = by, timezone.now()
        _freeze(report, content)
        report.save()
        _log(report, "report.generated", by=actor)
    return report


def edit_texts(
    report: Report, *, by: Any, texts: Mapping[str, str], issue_date: date | None = None
) -> Report:
    """Change the office's own words before release; a `{figure.id}` in them is filled in."""
    actor = require(by, "report.generate", path=report.jurisdiction_path)
    for text in texts.values():
        _readable(text)
    with transaction.atomic():
        report = _lock(report)
        _still_in_work(report)
        report.texts = {**report.texts, **texts}
        report.issue_date = issue_date or report.issue_date
        report.edited_by = by
        content = collect.collect(
            report.kind,
            jurisdiction=report.jurisdiction,
            as_of=report.as_of,
            claims=report.claims,
            texts=report.texts,
        )
        _freeze(report, content)
        report.save()
        _log(report, "report.edited", by=actor)
    return report


def release(report: Report, *, by: Any) -> Report:
    """A second person puts the report out; from here on the database refuses any change to it.

    It carries an anchor of the ledger as it stood just before.
    """
    actor = require(by, "report.release", path=report.jurisdiction_path)
    checkpoint = make_checkpoint()
    with transaction.atomic():
        report = _lock(report)
        _still_in_work(report)
        refuse_unless_checked(report)
        _second_person(report, by)
        _unchanged_since(report)
        report.state, report.released_by = Report.State.RELEASED, by
        report.released_at = timezone.now()
        report.template = queries.current_template(report.kind)
        report.anchor = checkpoint.anchor.line if checkpoint else ""
        report.save(update_fields=["state", "released_by", "released_at", "template", "anchor"])
        _log(report, "report.released", by=actor)
    return report


def withdraw(report: Report, *, by: Any, reason: str) -> Report:
    """Take a released report back; it stays readable in the house, with the reason on it."""
    actor = require(by, "report.release", path=report.jurisdiction_path)
    if not reason.strip():
        raise Refused(reason=_("Say why the report is withdrawn."))
    with transaction.atomic():
        report = _lock(report)
        if report.state != Report.State.RELEASED:
            raise Refused(reason=_("Only a released report can be withdrawn."))
        report.state, report.withdrawn_reason = Report.State.WITHDRAWN, reason.strip()
        report.save(update_fields=["state", "withdrawn_reason"])
        _log(report, "report.withdrawn", by=actor, reason=reason.strip())
    return report


def refuse_unless_checked(report: Report) -> None:
    """Raises ReportRefused with every reason when a check of the snapshot failed."""
    if reasons := queries.refusals(report):
        raise ReportRefused(reasons)


def _actor(by: Any, jurisdiction: Jurisdiction) -> Actor:
    if by is None:
        return actor_of(None)
    return require(by, "report.generate", path=jurisdiction.path)


def _known_claims(kind: str, claims: Iterable[str]) -> None:
    known = chapters.claims_of(genres.GENRES[kind])
    for claim in claims:
        if claim not in known:
            raise Refused(reason=_("A report of this kind can't claim “%(claim)s”.") % {"claim": claim})


def _in_work(kind: str, jurisdiction: Jurisdiction, as_of: date) -> Report:
    found: Report | None = (
        Report.objects.filter(kind=kind, jurisdiction=jurisdiction, as_of=as_of)
        .filter(state__in=[Report.State.DRAFT, Report.State.CHECKED])
        .first()
    )
    return found or Report(kind=kind, as_of=as_of, **Report.where(jurisdiction))


def _released_alike(kind: str, jurisdiction: Jurisdiction, content: Mapping[str, Any]) -> Report | None:
    alike: Report | None = (
        Report.objects.released()
        .filter(kind=kind, jurisdiction=jurisdiction, content_hash=collect.content_hash(content))
        .first()
    )
    return alike


def _freeze(report: Report, content: dict[str, Any]) -> None:
    report.content, report.content_hash = content, collect.content_hash(content)
    report.title, report.publisher = content["title"], content["publisher"]
    passed = all(check["passed"] for check in content["checks"])
    report.state = Report.State.CHECKED if passed else Report.State.DRAFT


def _lock(report: Report) -> Report:
    locked: Report = (
        Report.objects.select_for_update(of=("self",)).select_related("jurisdiction").get(pk=report.pk)
    )
    return locked


def _still_in_work(report: Report) -> None:
    if not report.in_work:
        raise Refused(
            reason=_("The report is %(state)s and can't be changed.") % {"state": report.get_state_display()}
        )


def _second_person(report: Report, by: Any) -> None:
    if report.generated_by_id is None:
        raise Refused(
            reason=_("The report was generated by the system; a person of the office must generate it first.")
        )
    if by.pk in (report.generated_by_id, report.edited_by_id):
        raise Refused(reason=_("Who generated or edited the report can't release it; ask a second person."))


def _unchanged_since(report: Report) -> None:
    """Records that moved after the check would leave the paper behind: collect again before release."""
    fresh = collect.collect(
        report.kind,
        jurisdiction=report.jurisdiction,
        as_of=report.as_of,
        claims=report.claims,
        texts=report.texts,
    )
    if collect.content_hash(fresh) != report.content_hash:
        raise Refused(
            reason=_("Records have changed since the report was generated; generate it again before release.")
        )


def _readable(text: str) -> None:
    try:
        list(chapters.parts(text))
    except chapters.BrokenText as error:
        raise Refused(reason=str(error)) from None


def _log(report: Report, kind: str, *, by: Actor, reason: str = "") -> None:
    payload = {
        "report": report.pk,
        "kind": report.kind,
        "place": report.content.get("place", ""),
        "as_of": report.as_of.isoformat(),
        "state": str(report.state),
        "content_hash": report.content_hash,
        "refused": [check["check"] for check in report.refused_checks],
    }
    append(f"report:{report.pk}", kind, by=by, payload=payload, reason=reason)
