"""Pages without a login, in large type and plain words."""

import segno
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import mark_safe
from django.views.decorators.http import require_GET, require_http_methods

from bihuan.governance.petitions.public import HEADERS, TITLE
from bihuan.kernel.errors import Refused
from bihuan.loop.actions import raise_objection
from bihuan.reports.public import public_docx, public_paper, released_report, released_reports
from bihuan.web.public import queries
from bihuan.web.public.forms import ObjectionForm

WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
LATEST = 5


@require_GET
def home(request: HttpRequest) -> HttpResponse:
    context = {"notices": queries.notices()[:LATEST], "reports": released_reports()[:LATEST]}
    return render(request, "public/home.html", context | {"today": timezone.localdate()})


@require_GET
def notices(request: HttpRequest) -> HttpResponse:
    page = Paginator(queries.notices(), queries.ROWS_PER_PAGE).get_page(request.GET.get("page"))
    return render(request, "public/notices.html", {"page": page, "today": timezone.localdate()})


@require_http_methods(["GET", "POST"])
def notice(request: HttpRequest, pk: int) -> HttpResponse:
    """The notice with its period; while it runs, anybody may object."""
    found = get_object_or_404(queries.notices(), pk=pk)
    form = ObjectionForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            raise_objection(found, **form.cleaned_data)
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            return redirect(f"{reverse('public-notice', args=[pk])}?sent=1")
    context = {"notice": found, "form": form, "running": not found.is_over(timezone.localdate())}
    return render(request, "public/notice.html", context | {"sent": "sent" in request.GET})


@require_GET
def boards(request: HttpRequest) -> HttpResponse:
    page = Paginator(queries.boards(), queries.ROWS_PER_PAGE).get_page(request.GET.get("page"))
    return render(request, "public/boards.html", {"page": page})


@require_GET
def board(request: HttpRequest, pk: int) -> HttpResponse:
    """The rectification notice board of one problem, as it stands in the street, with its code."""
    problem = queries.board(pk)
    if problem is None:
        raise Http404
    address = request.build_absolute_uri(reverse("public-board", args=[pk]))
    code = segno.make(address, error="m").svg_inline(scale=4, border=1)
    context = {"problem": problem, "plan": queries.plan_of(problem), "code": mark_safe(code)}
    return render(request, "public/board.html", context)


@require_GET
def petitions(request: HttpRequest) -> HttpResponse:
    asked = request.GET.get("page", "1")
    number = int(asked) if asked.isdecimal() and len(asked) < 7 else 1
    rows, pages = queries.petition_page(number)
    context = {"title": TITLE, "headers": HEADERS, "rows": rows, "number": min(number, pages), "pages": pages}
    return render(request, "public/petitions.html", context)


@require_GET
def reports(request: HttpRequest) -> HttpResponse:
    return render(request, "public/reports.html", {"reports": released_reports()})


@require_GET
def report(request: HttpRequest, pk: int) -> HttpResponse:
    found = released_report(pk)
    if found is None:
        raise Http404
    return render(request, "public/report.html", {"report": found, "paper": public_paper(found)})


@require_GET
def report_docx(request: HttpRequest, pk: int) -> HttpResponse:  # noqa: ARG001
    found = released_report(pk)
    if found is None:
        raise Http404
    answer = HttpResponse(public_docx(found), content_type=WORD)
    answer["Content-Disposition"] = f'attachment; filename="report-{pk}.docx"'
    return answer
