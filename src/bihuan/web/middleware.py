"""What every request passes: the reader's language, the moment looked at, and errors drawn as pages."""

from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from typing import TypeAlias

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.middleware.gzip import GZipMiddleware
from django.urls import Resolver404, resolve
from django.utils import timezone, translation

from bihuan.kernel.errors import BihuanError, Forbidden
from bihuan.web.errors import error_page, told_outage

GetResponse: TypeAlias = Callable[[HttpRequest], HttpResponse]
AS_OF = "as_of"
LANGUAGE = "language"
COMPRESSED = frozenset({"text/html", "application/json", "application/geo+json"})
ALWAYS_WRITABLE = frozenset(
    {
        "login",
        "logout",
        "language",
        "as-of",
        "public-notice",
        "mfa_authenticate",
    }
)
# These pages take ?as_of= as part of the question asked, not as a wish to travel.
ASKED_ON_THE_PAGE = ("/figures/", "/api/")


class HeadersMiddleware:
    """The headers that neither Django nor its extensions set."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        for name, value in settings.OTHER_HEADERS.items():
            response.headers.setdefault(name, value)
        return response


class CompressPages(GZipMiddleware):
    """Pages and data go compressed; files don't, as they are compressed in themselves or streamed.

    Django varies the compressed length at random and masks the form token, so that neither can be guessed.
    """

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        kind = response.headers.get("Content-Type", "").partition(";")[0]
        if response.streaming or kind not in COMPRESSED:
            return response
        return super().process_response(request, response)


class LanguageMiddleware:
    """Chinese unless the user, or an anonymous session, chose otherwise; the browser isn't asked."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        chosen = request.session.get(LANGUAGE) or getattr(request.user, "language", None)
        language = chosen if chosen in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE
        with translation.override(language):
            request.LANGUAGE_CODE = language
            response = self.get_response(request)
        response.headers.setdefault("Content-Language", language)
        return response


class AsOfMiddleware:
    """`request.as_of` is None now, or the end of the past day that the reader looks at.

    A past day lasts for the session until it is set back to now, and nothing can be changed meanwhile.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not request.path.startswith(ASKED_ON_THE_PAGE):
            remember(request, request.GET.get(AS_OF))
        request.as_of = end_of_past_day(request.session.get(AS_OF))  # type: ignore[attr-defined]
        if request.as_of and request.method not in ("GET", "HEAD", "OPTIONS") and not _writable(request):  # type: ignore[attr-defined]
            return error_page(request, "read_only", status=409)
        return self.get_response(request)


class ErrorMiddleware:
    """The one place where a refusal becomes an HTTP answer."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        failure = getattr(request, "upload_failure", None)
        told = told_outage(request, failure) if failure is not None else None
        return told or self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if told := told_outage(request, exception):
            return told
        if isinstance(exception, Forbidden):
            return error_page(request, "forbidden", status=403, reason=str(exception))
        if isinstance(exception, BihuanError):
            return error_page(request, "refused", status=409, reason=str(exception))
        return None


def remember(request: HttpRequest, asked: str | None) -> None:
    """Keep the asked day in the session; “now”, today, a future day or rubbish go back to the present."""
    if asked is None:
        return
    if end_of_past_day(asked):
        request.session[AS_OF] = asked
    else:
        request.session.pop(AS_OF, None)


def end_of_past_day(text: str | None) -> datetime | None:
    try:
        day = date.fromisoformat(text or "")
    except ValueError:
        return None
    if not date(1949, 10, 1) <= day < timezone.localdate():
        return None
    return timezone.make_aware(datetime.combine(day + timedelta(days=1), time.min)) - timedelta(
        microseconds=1
    )


def _writable(request: HttpRequest) -> bool:
    try:
        return resolve(request.path_info).url_name in ALWAYS_WRITABLE
    except Resolver404:
        return True
