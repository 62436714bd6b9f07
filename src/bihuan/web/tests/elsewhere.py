"""Another database and another home for a test that must commit, or begin with nothing."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import uuid4

from django.conf import settings
from django.db import connection

from bihuan.own_database import a_copy


@contextmanager
def elsewhere(home: Path, *, base_world: bool) -> Iterator[Path]:
    """Django works on a database of this block's own: a copy of the test database, or an empty one."""
    template = connection.settings_dict["NAME"] if base_world else "template0"
    old_home, old_media = os.environ["BIHUAN_HOME"], settings.MEDIA_ROOT
    with a_copy(template, f"elsewhere_{uuid4().hex}"):
        os.environ["BIHUAN_HOME"], settings.MEDIA_ROOT = str(home), home / "evidence"
        home.mkdir(exist_ok=True)
        try:
            yield home
        finally:
            os.environ["BIHUAN_HOME"], settings.MEDIA_ROOT = old_home, old_media
