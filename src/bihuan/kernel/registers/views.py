"""The views behind a register; `urls.for_register` binds them to one."""

from datetime import datetime
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.cache import patch_vary_headers

from bihuan.kernel.errors import Refused
from bihuan.kernel.people.access import post_for, require
from bihuan.kernel.registers import pages, queries
from bihuan.kernel.registers.asked import address, without
from bihuan.kernel.registers.columns import cell
from bihuan.kernel.registers.export import export_response
from bihuan.kernel.registers.listing import listing
from bihuan.kernel.registers.register import Register
from bihuan.kernel.registers.word import word_response

PRINTED_ROWS = 2_000


def as_of(request: HttpRequest) -> datetime | None:
    return getattr(request, "as_of", None)


def check_reader(register: Register, request: HttpRequest) -> None:
    if register.permission is not None:
        require(request.user, register.permission)


def list_view(request: HttpRequest, register: Register) -> HttpResponse:
    check_reader(register, request)
    habit = queries.habit_of(request.user, register)
    if not request.GET and (opening := queries.opening(habit)):
        return redirect(opening)
    if "print" in request.GET:
        return print_view(request, register)
    partial = "HX-Request" in request.headers and "HX-History-Restore-Request" not in request.headers
    page = pages.list_page(register, request, as_of(request), habit)
    template = "registers/_results.html" if partial else "registers/list.html"
    response = render(request, template, {"page": page, "register": register, "partial": partial})
    patch_vary_headers(response, ["HX-Request"])
    return response


def print_view(request: HttpRequest, register: Register) -> HttpResponse:
    """The list on paper, without the frame; what is too long for a browser's table says so."""
    listed = listing(register, request, as_of(request))
    found = list(listed.rows[: PRINTED_ROWS + 1])
    context = {
        "listed": listed,
        "rows": [[cell(column, record) for column in listed.columns] for record in found[:PRINTED_ROWS]],
        "cut": len(found) > PRINTED_ROWS,
        "list_url": address(request.path, without(request.GET, "print")),
    }
    return render(request, "registers/print.html", context)


def export_view(request: HttpRequest, register: Register) -> HttpResponseBase:
    check_reader(register, request)
    return export_response(listing(register, request, as_of(request)))


def word_view(request: HttpRequest, register: Register) -> HttpResponseBase:
    check_reader(register, request)
    return word_response(listing(register, request, as_of(request)))


def detail_view(request: HttpRequest, register: Register, pk: int) -> HttpResponse:
    check_reader(register, request)
    record = visible_or_404(register, request, pk)
    return render(request, register.detail_template, detail_context(register, request, record))


def detail_context(register: Register, request: HttpRequest, record: Any) -> dict[str, Any]:
    """What the detail page draws; an area's own view may add to it."""
    may_edit = register.form_class is not None and post_for(request.user, register.write_permission)
    return {
        "register": register,
        "object": record,
        "facts": [cell(column, record) for column in register.facts or register.columns],
        "events": register.events(record),
        "list_url": reverse(f"{register.id}-list"),
        "edit_url": reverse(f"{register.id}-edit", args=[record.pk]) if may_edit else "",
    }


def form_view(request: HttpRequest, register: Register, pk: int | None = None) -> HttpResponse:
    """A new record (no pk) or a change of one that the user may see."""
    require(request.user, register.write_permission)
    record = None if pk is None else visible_or_404(register, request, pk)
    form = register.form(
        data=request.POST or None, files=request.FILES or None, obj=record, user=request.user
    )
    if request.method == "POST" and form.is_valid():
        try:
            saved = register.save(form, request.user)
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            return redirect(register.detail_url(saved) or reverse(f"{register.id}-list"))
    context = {
        "register": register,
        "form": form,
        "object": record,
        "list_url": reverse(f"{register.id}-list"),
    }
    return render(request, "registers/form.html", context)


def visible_or_404(register: Register, request: HttpRequest, pk: int) -> Any:
    record = register.rows(request.user, as_of(request)).filter(pk=pk).first()
    if record is None:
        raise Http404
    return record
