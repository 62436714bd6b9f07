"""Photos that look alike, found among a million: kept quarters of hashes, then the exact distance."""

from typing import NamedTuple

from django.db.models import Q, QuerySet

from bihuan.kernel.database.planning import by_index
from bihuan.kernel.evidence import prints
from bihuan.kernel.evidence.models import EvidenceFile, PhotoPrint
from bihuan.kernel.evidence.prints import LIKENESS_RULE, LikenessRule, Print
from bihuan.kernel.evidence.storage import store

MOST = 50


class Twin(NamedTuple):
    """Another file that looks like this one as a `whole`, or one like a `part` of the other."""

    file_id: int
    kind: str
    distance: int


def keep_print(file: EvidenceFile, made: Print) -> None:
    fields = {"whole": made.whole, "parts": list(made.parts)}
    fields["whole_bands"] = [] if made.whole is None else prints.bands(made.whole)
    fields["part_bands"] = prints.all_bands(made.parts)
    PhotoPrint.objects.update_or_create(file=file, defaults=fields)


def twins(file: EvidenceFile, rule: LikenessRule = LIKENESS_RULE) -> list[Twin]:
    """Other files like this one, nearest first; empty for what is no photo or shows too little."""
    mine = PhotoPrint.objects.filter(file=file).first()
    if mine is None or mine.whole is None:
        return []
    found = alike(Print(mine.whole, tuple(mine.parts)), rule)
    return [twin for twin in found if twin.file_id != file.pk]


def alike(own: Print, rule: LikenessRule = LIKENESS_RULE) -> list[Twin]:
    """Kept photos like this print, nearest first; wholes before parts."""
    found = []
    with by_index():
        candidates = list(_candidates(own).values_list("file_id", "whole", "parts"))
    for other, whole, parts in candidates:
        like = prints.likeness(own, Print(whole, tuple(parts)), rule)
        if like is not None:
            found.append(Twin(other, *like))
    return sorted(found, key=lambda twin: (twin.kind != "whole", twin.distance, twin.file_id))[:MOST]


def _candidates(own: Print) -> QuerySet[PhotoPrint]:
    """Those that share a quarter: whole with whole within one bit of it, whole with part exactly."""
    whole = own.whole or 0
    return PhotoPrint.objects.filter(
        Q(whole_bands__overlap=prints.near_bands(whole))
        | Q(part_bands__overlap=prints.bands(whole))
        | Q(whole_bands__overlap=prints.all_bands(own.parts))
    )


def fingerprint_missing(limit: int) -> int:
    """Make the prints of photos that came before prints were made; returns how many it made."""
    waiting = EvidenceFile.objects.exclude(display_sha256="").filter(photo_print=None).order_by("-pk")[:limit]
    for file in waiting:
        with store().read(file.display_sha256) as content:
            keep_print(file, prints.fingerprint(content.read()))
    return len(waiting)
