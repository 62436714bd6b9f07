"""Logs that don't fill the disk: a large one is set aside, and only so many are kept.

The processes keep their files open for appending, so a log is copied and then emptied; what is written
between the two is lost, a line or two in twenty megabytes.
"""

import os
import shutil
from pathlib import Path

LIMIT_BYTES = 20 * 1024 * 1024
KEPT = 5


def rotate(folder: Path) -> None:
    for log in folder.glob("*.log"):
        if log.stat().st_size > LIMIT_BYTES:
            _set_aside(log)


def _set_aside(log: Path) -> None:
    for number in range(KEPT - 1, 0, -1):
        older = log.with_name(f"{log.name}.{number}")
        if older.exists():
            older.replace(log.with_name(f"{log.name}.{number + 1}"))
    newest = log.with_name(f"{log.name}.1")
    shutil.copyfile(log, newest)
    newest.chmod(log.stat().st_mode & 0o777)
    os.truncate(log, 0)
