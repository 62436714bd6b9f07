"""Drawn pages for what went wrong, in the shell for users and in the public frame for others."""

import logging
import re
import sys
from typing import Any

from django.core.exceptions import BadRequest, SuspiciousOperation
from django.http import HttpRequest, HttpResponse, QueryDict
from django.http.request import RawPostDataException, UnreadablePostError
from django.shortcuts import render
from django.template.loader import get_template

from bihuan.web.outages import Outage, outage_of
from bihuan.web.watch.logs import request_id

SHOWN = 2000
NEVER_SHOWN = ("csrfmiddlewaretoken", "next", "once")
CODE = re.compile(r"[\w.:-]*", re.ASCII)
SECRET = ("password", "code")
RETRY_SECONDS = "30"

log = logging.getLogger("bihuan.errors")


def error_page(request: HttpRequest, kind: str, *, status: int, reason: str = "") -> HttpResponse:
    user = getattr(request, "user", None)
    context = {
        "layout": "shell.html" if user is not None and user.is_authenticated else "public.html",
        "reason": reason,
        "typed": _typed(request),
        "status": status,
    }
    return render(request, f"errors/{kind}.html", context, status=status)


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:  # noqa: ARG001
    return error_page(request, "forbidden", status=403)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:  # noqa: ARG001
    return error_page(request, "not_found", status=404)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:  # noqa: ARG001
    return error_page(request, "stale", status=403)


def broken(request: HttpRequest) -> HttpResponse:
    """Without user, session or database: any of them may be what broke."""
    outage = outage_of(sys.exc_info()[1])
    return outage_page(request, outage) if outage else _bare(request, "broken", status=500, context={})


def outage_page(request: HttpRequest, outage: Outage) -> HttpResponse:
    answer = _bare(request, "outage", status=503, context={"outage": outage})
    answer.headers["Retry-After"] = RETRY_SECONDS
    return answer


def told_outage(request: HttpRequest, error: BaseException) -> HttpResponse | None:
    """The page for an outage behind `error`, which is written to the log; None where it is none."""
    outage = outage_of(error)
    if outage is None:
        return None
    log.error("outage", exc_info=error)
    return outage_page(request, outage)


def _bare(request: HttpRequest, kind: str, *, status: int, context: dict[str, Any]) -> HttpResponse:
    words = [text for _name, text in _typed(request) if not CODE.fullmatch(text)]
    context |= {"words": words, "again": _again(request), "files": _has_files(request)}
    context |= {"address": request.get_full_path(), "number": request_id.get(), "status": status}
    return HttpResponse(get_template(f"errors/{kind}.html").render(context), status=status)


def _posted(request: HttpRequest) -> QueryDict:
    """What was sent as a form; nothing where it can't be read any more."""
    try:
        return request.POST
    except (RawPostDataException, UnreadablePostError, OSError, BadRequest, SuspiciousOperation):
        return QueryDict()


def _has_files(request: HttpRequest) -> bool:
    return (
        request.method == "POST"
        and (request.content_type or "").startswith("multipart/")
        and bool(getattr(request, "upload_failure", None) or (_posted(request) and request.FILES))
    )


def _typed(request: HttpRequest) -> list[tuple[str, Any]]:
    """What was typed, so that a refused form costs nobody their words."""
    if request.method != "POST":
        return []
    return [
        (name, value[:SHOWN])
        for name, value in _posted(request).items()
        if name not in NEVER_SHOWN
        and not _is_secret(name)
        and not name.endswith("_FORMS")
        and str(value).strip()
    ]


def _is_secret(name: str) -> bool:
    return any(word in name for word in SECRET)


def _again(request: HttpRequest) -> list[tuple[str, str]]:
    """Every field as it was sent, for a button that sends it again; nothing where a secret or a file is among
    them, because neither may stand in a page."""
    if request.method != "POST" or _has_files(request):
        return []
    posted = _posted(request)
    if any(map(_is_secret, posted)):
        return []
    return [(name, value) for name, values in posted.lists() for value in values]
