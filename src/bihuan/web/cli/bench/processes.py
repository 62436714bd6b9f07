"""How much time of the processors a program and what it started have used (Linux's /proc)."""

import os
from collections.abc import Iterable
from pathlib import Path

TICKS = os.sysconf("SC_CLK_TCK")


def server_of(backend: int) -> int:
    """The database server that one of its processes belongs to; 0 where it runs on another machine."""
    return _parents().get(backend, 0)


def family_of(process: int) -> list[int]:
    """The process and all below it."""
    parents, found = _parents(), [process] if process else []
    for one in found:
        found += [child for child, parent in parents.items() if parent == one]
    return found


def cpu_seconds(processes: Iterable[int]) -> float:
    """Of the processes themselves and of those they have seen end."""
    total = 0
    for process in processes:
        try:
            fields = (Path("/proc") / str(process) / "stat").read_text().rpartition(")")[2].split()
        except OSError:
            continue
        total += sum(map(int, fields[11:15]))
    return total / TICKS


def _parents() -> dict[int, int]:
    found = {}
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            found[int(entry.name)] = int((entry / "stat").read_text().rpartition(")")[2].split()[1])
        except OSError:
            continue
    return found
