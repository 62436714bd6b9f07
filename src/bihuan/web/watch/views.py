from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET
from prometheus_client import CONTENT_TYPE_LATEST

from bihuan.web.watch import health, metrics
from bihuan.web.watch.networks import inside


@require_GET
@never_cache
def healthz(request: HttpRequest) -> HttpResponse:  # noqa: ARG001
    """The process lives. It asks nobody: a dead database is no reason to kill a web process."""
    return HttpResponse("ok\n", content_type="text/plain")


@require_GET
@never_cache
def readyz(request: HttpRequest) -> HttpResponse:
    """Whether requests may be sent here; what was found is told to the networks that may look."""
    found = health.findings()
    ready = all(finding.ok for finding in found)
    said: dict[str, object] = {"ready": ready}
    if _may_look(request):
        said["checks"] = [finding._asdict() for finding in found]
    return JsonResponse(said, status=200 if ready else 503, json_dumps_params={"ensure_ascii": False})


@require_GET
@never_cache
def figures(request: HttpRequest) -> HttpResponse:
    if not _may_look(request):
        raise Http404
    return HttpResponse(metrics.text(), content_type=CONTENT_TYPE_LATEST)


def _may_look(request: HttpRequest) -> bool:
    forwarded = request.headers.get("X-Forwarded-For", "")
    addresses = [request.META.get("REMOTE_ADDR", ""), *(part for part in forwarded.split(",") if part)]
    return inside(addresses, settings.BIHUAN_METRICS_NETWORKS)
