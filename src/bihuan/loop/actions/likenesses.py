"""Noting, when a photo is attached, which other photos it looks like."""

from collections.abc import Iterator

from django.db.models import Q

from bihuan.kernel.evidence.prints import LIKENESS_RULE
from bihuan.kernel.evidence.twins import Twin, twins
from bihuan.loop.models import Attachment, Likeness

MOST = 20


def note_likenesses(attachment: Attachment) -> list[Likeness]:
    """Write down the nearest photos of other problems, and of this problem's other side, that look alike."""
    found = [Twin(attachment.file_id, Likeness.Kind.SAME, 0), *twins(attachment.file)]
    nearest = sorted(_pairs(attachment, found), key=lambda pair: pair.distance)[:MOST]
    return Likeness.objects.bulk_create(nearest)


def _pairs(attachment: Attachment, found: list[Twin]) -> Iterator[Likeness]:
    by_file = {twin.file_id: twin for twin in found}
    for other in _others(attachment, by_file):
        twin = by_file[other.file_id]
        if other.problem_id != attachment.problem_id or twin.distance <= LIKENESS_RULE.same_problem:
            yield Likeness(
                attachment=attachment,
                other=other,
                kind=twin.kind,
                distance=twin.distance,
                rule_version=LIKENESS_RULE.version,
            )


def _others(attachment: Attachment, files: dict[int, Twin]) -> list[Attachment]:
    """The newest uses of each file: the same photo twice on one side of one problem is no matter."""
    uses = Attachment.objects.filter(file_id__in=files, file__media_type__startswith="image/")
    here = Q(problem_id=attachment.problem_id)
    return list(uses.exclude(here & Q(side=attachment.side)).order_by("-pk")[: MOST * 5])
