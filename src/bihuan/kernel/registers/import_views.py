"""Import in the browser: send a file, look at what would happen, confirm."""

import csv
import io
from pathlib import Path

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from bihuan.kernel.errors import BihuanError, Unusable
from bihuan.kernel.people.access import require
from bihuan.kernel.registers import uploads
from bihuan.kernel.registers.forms import UploadForm
from bihuan.kernel.registers.importing import Importer, refused_rows, run_import
from bihuan.kernel.registers.register import Register

SHOWN_REFUSALS = 200


def import_view(request: HttpRequest, register: Register) -> HttpResponse:
    importer = _importer(register, request)
    form = UploadForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        try:
            token = uploads.keep(form.cleaned_data["file"], user=request.user)
        except BihuanError as error:
            form.add_error("file", str(error))
        else:
            return redirect(f"{register.id}-import-preview", token)
    context = {
        "register": register,
        "importer": importer,
        "form": form,
        "list_url": reverse(f"{register.id}-list"),
    }
    return render(request, "registers/import.html", context)


def preview_view(request: HttpRequest, register: Register, token: str) -> HttpResponse:
    """GET runs the file dry, POST takes it in."""
    importer = _importer(register, request)
    path = _waiting(request, token)
    confirmed = request.method == "POST"
    context = {
        "register": register,
        "token": token,
        "name": path.name,
        "list_url": reverse(f"{register.id}-list"),
    }
    try:
        result = run_import(importer, path, by=request.user, dry_run=not confirmed, write_refused=False)
    except Unusable as error:
        return render(request, "registers/import_preview.html", {**context, "unusable": str(error)})
    if confirmed and not result.refused:
        uploads.drop(path)
    context |= {"result": result, "shown": result.refused[:SHOWN_REFUSALS], "confirmed": confirmed}
    return render(request, "registers/import_preview.html", context)


def refused_view(request: HttpRequest, register: Register, token: str) -> HttpResponse:
    """The rows that can't go in, as a table to correct and send again."""
    importer = _importer(register, request)
    path = _waiting(request, token)
    result = run_import(importer, path, by=request.user, dry_run=True, write_refused=False)
    file = io.StringIO()
    csv.writer(file).writerows(refused_rows(result.refused))
    headers = {"Content-Disposition": 'attachment; filename="refused.csv"'}
    return HttpResponse(
        file.getvalue().encode("utf-8-sig"), content_type="text/csv; charset=utf-8", headers=headers
    )


def _importer(register: Register, request: HttpRequest) -> Importer:
    assert register.importer is not None
    require(request.user, register.importer.permission)
    return register.importer()


def _waiting(request: HttpRequest, token: str) -> Path:
    path = uploads.find(token, user=request.user)
    if path is None:
        raise Http404
    return path
