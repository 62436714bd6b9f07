"""Around each request: its number in and out, one line in the log, one count in the metrics."""

import logging
import re
import time
from collections.abc import Callable
from typing import TypeAlias
from uuid import uuid4

from django.http import HttpRequest, HttpResponse

from bihuan.web.watch.logs import request_id, user_id
from bihuan.web.watch.metrics import DURATION, REQUESTS

GetResponse: TypeAlias = Callable[[HttpRequest], HttpResponse]
HEADER = "X-Request-ID"
USABLE = re.compile(r"[A-Za-z0-9-]{8,64}")
UNCOUNTED = ("/static/",)
NOWHERE = "unknown"

log = logging.getLogger("bihuan.requests")


class WatchMiddleware:
    """Outermost, so that nothing goes by unseen. The page is named by its address's name: the address itself,
    its question and its form may hold what a person wrote."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        number = request.headers.get(HEADER, "")
        number = number if USABLE.fullmatch(number) else uuid4().hex
        tokens = request_id.set(number), user_id.set(None)
        start = time.perf_counter()
        try:
            answer = self.get_response(request)
            answer.headers[HEADER] = number
            if not request.path_info.startswith(UNCOUNTED):
                _note(request, answer, seconds=time.perf_counter() - start)
        finally:
            request_id.reset(tokens[0])
            user_id.reset(tokens[1])
        return answer


class WhoMiddleware:
    """Directly behind the authentication: who asks, for the lines that are logged from here on."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        user_id.set(request.user.pk)
        return self.get_response(request)


def _note(request: HttpRequest, answer: HttpResponse, *, seconds: float) -> None:
    match = request.resolver_match
    page = (match.url_name if match else None) or NOWHERE
    method = request.method if request.method in ("GET", "HEAD", "POST") else "other"
    REQUESTS.labels(page, method, answer.status_code).inc()
    DURATION.labels(page).observe(seconds)
    log.info(
        "request",
        extra={
            "page": page,
            "method": method,
            "status": answer.status_code,
            "ms": round(seconds * 1000, 1),
        },
    )
