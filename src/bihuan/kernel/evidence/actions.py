"""Taking a file in: streamed, hashed, judged by content, stored before the row that names it."""

import zipfile
from collections.abc import Iterable
from hashlib import sha256
from pathlib import Path
from typing import Any

import puremagic
from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils import timezone
from django.utils.text import get_valid_filename
from django.utils.translation import gettext_lazy as _

from bihuan.kernel.errors import Refused
from bihuan.kernel.evidence import rules
from bihuan.kernel.evidence.images import PhotoFacts, inspect
from bihuan.kernel.evidence.models import EvidenceFile
from bihuan.kernel.evidence.prints import fingerprint
from bihuan.kernel.evidence.storage import store as contents
from bihuan.kernel.evidence.twins import keep_print
from bihuan.kernel.ledger.actions import append
from bihuan.kernel.people.access import actor_of

MEGABYTE = 1024 * 1024
OFFICE = {
    "word/": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xl/": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


def store(uploaded: UploadedFile, *, by: Any) -> EvidenceFile:
    """Keep the original byte for byte; the same content given twice is one file."""
    with contents().arriving() as arrived:
        digest, size = _receive(uploaded.chunks(), arrived)
        known = EvidenceFile.objects.filter(sha256=digest).first()
        if known is None:
            return _keep(arrived, digest, size=size, name=uploaded.name or "", by=by)
        contents().keep(arrived, digest)  # heals a content that was lost
        return known


def _receive(chunks: Iterable[bytes], target: Path) -> tuple[str, int]:
    digest, size = sha256(), 0
    limit = settings.BIHUAN_MAX_UPLOAD_MB * MEGABYTE
    with target.open("wb") as file:
        for chunk in chunks:
            size += len(chunk)
            if size > limit:
                raise Refused(
                    reason=_("The file is larger than %(limit)s MB.")
                    % {"limit": settings.BIHUAN_MAX_UPLOAD_MB}
                )
            digest.update(chunk)
            file.write(chunk)
    return digest.hexdigest(), size


def _keep(arrived: Path, digest: str, *, size: int, name: str, by: Any) -> EvidenceFile:
    media_type = type_by_content(arrived)
    facts, display, looks = PhotoFacts(None, None, None), "", None
    if media_type in rules.IMAGES:
        facts, shown = inspect(arrived)
        display = sha256(shown).hexdigest()
        _place(shown, display)
        looks = fingerprint(shown)
    contents().keep(arrived, digest)
    with transaction.atomic():
        file, made = EvidenceFile.objects.get_or_create(
            sha256=digest,
            defaults={
                "name": get_valid_filename(Path(name).name or "file")[-200:],
                "media_type": media_type,
                "size": size,
                "display_sha256": display,
                "exif_taken_at": facts.taken_at,
                "exif_lon": facts.lon,
                "exif_lat": facts.lat,
                "uploaded_by": by,
                "uploaded_at": timezone.now(),
            },
        )
        if made and looks is not None:
            keep_print(file, looks)
        if made:
            payload = {"name": file.name, "media_type": media_type, "size": size}
            append("evidence", "evidence.stored", by=actor_of(by), payload=payload, evidence=[digest])
    return file


def type_by_content(path: Path) -> str:
    """The media type by the file's first bytes; the name given by the sender counts for nothing."""
    try:
        found = puremagic.from_file(str(path), mime=True)
    except (puremagic.PureError, ValueError):
        found = ""
    if found.startswith("application/") and path.open("rb").read(4) == b"PK\x03\x04":
        found = _office_type(path)
    if found not in rules.TYPES:
        allowed = "、".join(sorted(rules.TYPES.values()))
        raise Refused(
            reason=_("This kind of file is not accepted; send one of: %(allowed)s.") % {"allowed": allowed}
        )
    return found


def _office_type(path: Path) -> str:

    try:
        with zipfile.ZipFile(path) as archive:
            names = archive.namelist()
    except zipfile.BadZipFile:
        return ""
    return next((kind for prefix, kind in OFFICE.items() if any(n.startswith(prefix) for n in names)), "")


def _place(content: bytes, digest: str) -> None:
    with contents().arriving() as draft:
        draft.write_bytes(content)
        contents().keep(draft, digest)
