"""A form does its work once, however often it is sent: after a double click, a lost answer, a restart.

Each form carries a random token beside its CSRF token. Token and content together are the key of a row that
is written in the same transaction as the form's work; who sends the same again meets that row and is led to
where the first sending led. The same token with other content is a form that was changed and sent anew.
"""

import json
from collections.abc import Callable
from datetime import timedelta
from hashlib import sha256
from typing import Any, TypeAlias
from uuid import UUID, uuid4

from django.contrib import messages
from django.db import connection, transaction
from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import get_token
from django.shortcuts import redirect
from django.urls import Resolver404, resolve
from django.utils import timezone
from django.utils.functional import lazy
from django.utils.html import format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from bihuan.web.models import Submission

GetResponse: TypeAlias = Callable[[HttpRequest], HttpResponse]
FIELD = "once"
KEPT = timedelta(days=7)
# They change nothing that could be there twice, and the session is not part of a transaction's work.
NOT_COUNTED = frozenset(
    {"login", "logout", "account_login", "account_logout", "mfa_authenticate", "language", "as-of"}
)
REDIRECTS = range(300, 400)
SERVER_FAULT = 500


def form_tokens(request: HttpRequest) -> dict[str, Any]:
    """A context processor: `csrf_input` with the form's own token beside the session's."""
    return {"csrf_input": lazy(_inputs, SafeString, str)(request)}


class OnceMiddleware:
    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        key = key_of(request)
        if not key:
            return self.get_response(request)
        with transaction.atomic():
            if not _claim(key, request):
                return _already_done(key, request)
            answer = self.get_response(request)
            _settle(key, answer)
        return answer


def key_of(request: HttpRequest) -> str:
    """Token, sender, address and content as one hash; empty where a form is not counted."""
    if request.method != "POST" or _name(request) in NOT_COUNTED:
        return ""
    try:
        token = UUID(request.POST.get(FIELD, ""))
    except ValueError:
        return ""
    fields = {name: values for name, values in request.POST.lists() if name != "csrfmiddlewaretoken"}
    files = [(name, file.name, file.size) for name, held in request.FILES.lists() for file in held]
    said = [str(token), request.user.pk, request.path, sorted(fields.items()), sorted(files, key=str)]
    return sha256(json.dumps(said).encode()).hexdigest()


def forget_old() -> int:
    """Drop what no browser will send again."""
    gone, _by_table = Submission.objects.filter(at__lt=timezone.now() - KEPT).delete()
    return gone


def _claim(key: str, request: HttpRequest) -> bool:
    """Whether the key is ours now. A second sending waits here until the first is decided."""
    row = Submission(key=key, user_id=request.user.pk, at=timezone.now())
    Submission.objects.bulk_create([row], ignore_conflicts=True)
    return not Submission.objects.filter(key=key).exclude(location="").exists()


def _settle(key: str, answer: HttpResponse) -> None:
    """Keep the key with work that was done: a redirect. Anything else asks for another sending."""
    if answer.status_code >= SERVER_FAULT or connection.needs_rollback:
        transaction.set_rollback(True)
    elif answer.status_code in REDIRECTS:
        Submission.objects.filter(key=key).update(location=answer.headers["Location"])
    else:
        Submission.objects.filter(key=key).delete()


def _already_done(key: str, request: HttpRequest) -> HttpResponse:
    messages.info(request, _("This form had already been taken in; it was not carried out a second time."))
    return redirect(Submission.objects.get(key=key).location)


def _name(request: HttpRequest) -> str:
    try:
        return resolve(request.path_info).url_name or ""
    except Resolver404:
        return ""


def _inputs(request: HttpRequest) -> SafeString:
    fields = (("csrfmiddlewaretoken", get_token(request)), (FIELD, uuid4().hex))
    return format_html_join("", '<input type="hidden" name="{}" value="{}">', fields)
