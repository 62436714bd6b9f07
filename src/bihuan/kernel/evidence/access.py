"""Which files a user may open: their own, and those that something they may read shows."""

from collections.abc import Callable

from bihuan.kernel.evidence.models import EvidenceFile
from bihuan.kernel.people.access import Reader

Holder = Callable[[Reader, str], bool]
_holders: list[Holder] = []


def register_holder(shown_to: Holder) -> None:
    """An area says for (user, sha256) whether something it holds shows the file to the user."""
    _holders.append(shown_to)


def may_open(user: Reader, file: EvidenceFile) -> bool:
    if not user.is_authenticated:
        return False
    return file.uploaded_by_id == user.pk or any(shown(user, file.sha256) for shown in _holders)
