"""Files waiting between preview and confirmation, in the instance's own directory, for a day at most."""

import re
import secrets
import time
from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _

from bihuan.kernel.errors import Refused

KEPT_SECONDS = 24 * 3600
TOKEN = re.compile(r"[0-9a-f]{32}")


def keep(upload: Any, *, user: Any) -> str:
    """Store an upload for `user`; gives the token under which they find it again."""
    limit = settings.BIHUAN_MAX_UPLOAD_MB
    if upload.size > limit * 1024 * 1024:
        raise Refused(reason=_("The file is larger than %(limit)s MB.") % {"limit": limit})
    _sweep()
    token = secrets.token_hex(16)
    folder = _folder(token, user)
    folder.mkdir(parents=True)
    with (folder / _safe(upload.name)).open("wb") as file:
        for chunk in upload.chunks():
            file.write(chunk)
    return token


def find(token: str, *, user: Any) -> Path | None:
    """The waiting file, if it is this user's and still there."""
    if not TOKEN.fullmatch(token):
        return None
    return next((path for path in _folder(token, user).glob("*") if path.is_file()), None)


def drop(path: Path) -> None:
    path.unlink(missing_ok=True)
    path.parent.rmdir()


def _folder(token: str, user: Any) -> Path:
    return Path(settings.BIHUAN_HOME) / "imports" / f"{user.pk}-{token}"


def _safe(name: str) -> str:
    """The name people know the file by, without anything that could lead out of the folder."""
    return re.sub(r"[^\w.\-()（）【】 ]", "_", Path(name).name).lstrip(".")[-120:] or "file"


def _sweep() -> None:
    oldest = time.time() - KEPT_SECONDS
    for path in (Path(settings.BIHUAN_HOME) / "imports").glob("*-*/*"):
        if path.is_file() and path.stat().st_mtime < oldest:
            drop(path)
