from bihuan.kernel.people.access import Reader
from bihuan.loop.models import Attachment, Problem


def shown_to(user: Reader, sha256: str) -> bool:
    """Whether a problem that `user` may read shows this file."""
    seen = Attachment.objects.filter(file__sha256=sha256)
    return Problem.objects.visible_to(user).filter(attachments__in=seen).exists()
