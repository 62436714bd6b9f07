from typing import Any

from django import forms
from django.contrib.auth.decorators import login_required
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from bihuan.kernel.errors import Refused
from bihuan.kernel.people.access import post_for, posts_of, require
from bihuan.kernel.people.permissions import roles_with
from bihuan.kernel.places.models import Jurisdiction
from bihuan.reports import actions, genres, queries, templating, word
from bihuan.reports.forms import NewReportForm, ReleaseForm, TemplateForm, TextsForm, WithdrawForm
from bihuan.reports.models import Report, ReportTemplate
from bihuan.reports.registers import MARKS
from bihuan.reports.rules.numbers import day


@login_required
@require_http_methods(["GET", "POST"])
def report_new(request: HttpRequest) -> HttpResponse:
    require(request.user, "report.generate")
    places = _places_for(request.user, "report.generate")
    initial = {"jurisdiction": places.first(), "as_of": timezone.localdate()}
    form = NewReportForm(request.POST or None, jurisdictions=places, initial=initial)
    if form.is_valid() and (report := _made(form, request.user)):
        return redirect("report", report.pk)
    return render(request, "reports/new.html", {"form": form})


@login_required
@require_GET
def report_detail(request: HttpRequest, pk: int) -> HttpResponse:
    report = _visible(request, pk)
    return render(request, "reports/detail.html", _page(report, request.user))


@login_required
@require_POST
def report_refresh(request: HttpRequest, pk: int) -> HttpResponse:
    report = _visible(request, pk)
    actions.generate(
        report.kind,
        by=request.user,
        jurisdiction=report.jurisdiction,
        as_of=report.as_of,
        claims=report.claims,
    )
    return redirect("report", report.pk)


@login_required
@require_http_methods(["GET", "POST"])
def report_edit(request: HttpRequest, pk: int) -> HttpResponse:
    report = _visible(request, pk)
    require(request.user, "report.generate", path=report.jurisdiction_path)
    form = TextsForm(request.POST or None, report=report)

    def act() -> None:
        texts = {"next_steps": form.cleaned_data["next_steps"]}
        actions.edit_texts(report, by=request.user, texts=texts, issue_date=form.cleaned_data["issue_date"])

    if form.is_valid() and _done(form, act):
        return redirect("report", report.pk)
    return render(request, "reports/edit.html", {"form": form, "report": report})


@login_required
@require_http_methods(["GET", "POST"])
def report_release(request: HttpRequest, pk: int) -> HttpResponse:
    report = _visible(request, pk)
    require(request.user, "report.release", path=report.jurisdiction_path)
    form = ReleaseForm(request.POST or None)
    if form.is_valid() and _done(form, lambda: actions.release(report, by=request.user)):
        return redirect("report", report.pk)
    return render(request, "reports/release.html", {"form": form, **_page(report, request.user)})


@login_required
@require_http_methods(["GET", "POST"])
def report_withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    report = _visible(request, pk)
    require(request.user, "report.release", path=report.jurisdiction_path)
    form = WithdrawForm(request.POST or None)

    def act() -> None:
        actions.withdraw(report, by=request.user, reason=form.cleaned_data["reason"])

    if form.is_valid() and _done(form, act):
        return redirect("report", report.pk)
    return render(request, "reports/withdraw.html", {"form": form, "report": report})


@login_required
@require_GET
def report_docx(request: HttpRequest, pk: int) -> HttpResponse:
    report = _visible(request, pk)
    actions.refuse_unless_checked(report)
    return _word(word.docx_of(report), f"{report.title}_{report.as_of}.docx")


@login_required
@require_http_methods(["GET", "POST"])
def report_templates(request: HttpRequest) -> HttpResponse:
    require(request.user, "report.template")
    form = TemplateForm(request.POST or None, request.FILES or None)
    if form.is_valid() and _done(form, lambda: templating.upload(by=request.user, **form.cleaned_data)):
        return redirect("report-templates")
    context = {
        "form": form,
        "templates": ReportTemplate.objects.defer("body").select_related("uploaded_by"),
        "kinds": genres.choices(),
    }
    return render(request, "reports/templates.html", context)


@login_required
@require_GET
def report_template_file(request: HttpRequest, which: str) -> HttpResponse:
    """`which` is an uploaded template's key, or the kind whose shipped template is wanted."""
    require(request.user, "report.template")
    if which in genres.GENRES:
        return _word(word.shipped(which), f"{which}.docx")
    if not which.isdigit():
        raise Http404
    template = get_object_or_404(ReportTemplate, pk=which)
    return _word(bytes(template.body), f"{template.name}.docx")


def _visible(request: HttpRequest, pk: int) -> Report:
    found: Report = get_object_or_404(
        Report.objects.visible_to(request.user).select_related(
            "jurisdiction", "generated_by", "edited_by", "released_by", "template"
        ),
        pk=pk,
    )
    return found


def _page(report: Report, user: Any) -> dict[str, Any]:
    may_generate = post_for(user, "report.generate", path=report.jurisdiction_path) is not None
    may_release = post_for(user, "report.release", path=report.jurisdiction_path) is not None
    checks = queries.checks_of(report)
    return {
        "report": report,
        "paper": queries.paper(report),
        "refused": [check for check in checks if not check["passed"]],
        "passed": [check for check in checks if check["passed"]],
        "mark": MARKS[report.state],
        "issue_date": day(report.issue_date),
        "events": queries.events_of(report),
        "may_edit": may_generate and report.in_work,
        "may_release": may_release and report.state == Report.State.CHECKED,
        "may_template": post_for(user, "report.template") is not None,
        "may_withdraw": may_release and report.state == Report.State.RELEASED,
    }


def _made(form: NewReportForm, user: Any) -> Report | None:
    fields = dict(form.cleaned_data)
    try:
        return actions.generate(fields.pop("kind"), by=user, **fields)
    except Refused as refusal:
        form.add_error(None, str(refusal))
        return None


def _done(form: forms.Form, act: Any) -> bool:
    try:
        act()
    except Refused as refusal:
        form.add_error(None, str(refusal))
        return False
    return True


def _places_for(user: Any, permission: str) -> Any:
    inside = Q(pk__in=[])
    for post in posts_of(user):
        if post.role in roles_with(permission) and post.jurisdiction is not None:
            inside |= Q(pk=post.jurisdiction.pk)
    return Jurisdiction.objects.filter(inside)


def _word(body: bytes, name: str) -> HttpResponse:
    return HttpResponse(
        body,
        content_type=word.MEDIA_TYPE,
        headers={"Content-Disposition": content_disposition_header(True, name) or "attachment"},
    )
