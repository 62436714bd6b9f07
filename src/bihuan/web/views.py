from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from bihuan.kernel.figures import queries as figures
from bihuan.kernel.figures.registry import Scope, area_label
from bihuan.kernel.people.access import reach_of
from bihuan.kernel.people.models import User
from bihuan.web import middleware, navigation
from bihuan.web.finding import find
from bihuan.web.requests import came_from


def landing(request: HttpRequest) -> HttpResponse:
    return redirect("desk" if request.user.is_authenticated else "/public/")


@require_POST
def switch_language(request: HttpRequest) -> HttpResponse:
    """Remember the language in the session and, for a user, on the account."""
    language = request.POST.get("language", "")
    if language in dict(settings.LANGUAGES):
        request.session[middleware.LANGUAGE] = language
        if request.user.is_authenticated:
            user: Any = request.user
            User.objects.filter(pk=user.pk).update(language=language)
    return redirect(came_from(request))


@require_POST
def switch_as_of(request: HttpRequest) -> HttpResponse:
    middleware.remember(request, request.POST.get("as_of", ""))
    return redirect(_without_as_of(came_from(request)))


def _without_as_of(address: str) -> str:
    path, _mark, query = address.partition("?")
    kept = [part for part in query.split("&") if part and not part.startswith("as_of=")]
    return f"{path}?{'&'.join(kept)}" if kept else path


@login_required
@require_GET
def wing(request: HttpRequest, key: str) -> HttpResponse:
    """One wing of the house: its registers, and the figures of its areas with their records behind them."""
    found = navigation.wing(key)
    if found is None:
        raise Http404
    reach = reach_of(request.user)
    moment = getattr(request, "as_of", None) or timezone.now()
    scope = Scope(as_of=moment, path=reach[0] if reach else figures.city_path(), user=request.user)
    groups = [(area_label(area), figures.values(scope, area=area)) for area in found.areas]
    return render(
        request,
        "web/wing.html",
        {
            "wing": found,
            "places": list(navigation.built(found.places)),
            "groups": [(label, values) for label, values in groups if values],
        },
    )


@login_required
@require_GET
def find_anything(request: HttpRequest) -> HttpResponse:
    query, as_of = request.GET.get("q", "").strip()[:80], getattr(request, "as_of", None)
    return render(request, "web/find.html", {"query": query, "results": find(request.user, query, as_of)})
