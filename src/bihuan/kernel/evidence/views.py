from typing import IO

from django.contrib.auth.decorators import login_required
from django.http import FileResponse, Http404, HttpRequest, HttpResponseBase
from django.views.decorators.http import require_GET

from bihuan.kernel.evidence.access import may_open
from bihuan.kernel.evidence.models import EvidenceFile

A_DAY = 24 * 3600


@require_GET
@login_required
def original(request: HttpRequest, sha256: str) -> HttpResponseBase:
    """The file as it was given; always a download, so that nothing in it runs in our origin."""
    file = _visible(request, sha256)
    return _send(file.open(), media_type=file.media_type, name=file.name, attachment=True)


@require_GET
@login_required
def display(request: HttpRequest, sha256: str) -> HttpResponseBase:
    """The re-encoded picture without metadata."""
    file = _visible(request, sha256)
    if not file.display_sha256:
        raise Http404
    return _send(file.open_display(), media_type="image/jpeg", name=f"{sha256[:8]}.jpg", attachment=False)


def _visible(request: HttpRequest, sha256: str) -> EvidenceFile:
    file = EvidenceFile.objects.filter(sha256=sha256).first()
    if file is None or not may_open(request.user, file):
        raise Http404
    return file


def _send(content: IO[bytes], *, media_type: str, name: str, attachment: bool) -> FileResponse:
    answer = FileResponse(content, content_type=media_type, filename=name, as_attachment=attachment)
    answer["Cache-Control"] = f"private, max-age={A_DAY}, immutable"
    answer["X-Content-Type-Options"] = "nosniff"
    return answer
