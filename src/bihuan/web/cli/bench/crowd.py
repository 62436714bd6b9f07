"""Many readers at once, through the real web server."""

import multiprocessing
import os
import threading
import time
from dataclasses import dataclass
from http.client import HTTPConnection
from pathlib import Path
from typing import Any
from urllib.parse import quote

from bihuan.kernel.database.connection import free_port
from bihuan.web.cli.bench.results import percentile

HEAD_START = 1.0
OK = 200


@dataclass(frozen=True)
class Crowd:
    """`clients` readers with one login who ask for page after page during `seconds`."""

    cookies: str
    clients: int
    seconds: float

    def read(self, what: str, paths: list[str]) -> dict[str, Any]:
        """Pages a second and what they took, with the memory of the web processes before and after."""
        from django.db import connections

        from bihuan.web.cli.supervisor import Supervisor

        connections.close_all()
        port = free_port()
        with Supervisor(port=port) as children:
            children.start()
            web = next(child.process for child in children.children if child.name == "web")
            assert web is not None
            self._ask(port, paths, seconds=min(5.0, self.seconds))
            before = memory_mb(web.pid)
            taken, failed = self._ask(port, paths, seconds=self.seconds)
            after = memory_mb(web.pid)
        return {
            "what": what,
            "pages": len(taken),
            "failed": failed,
            "pages a second": len(taken) / self.seconds,
            "p50 ms": percentile(taken, 0.5),
            "p95 ms": percentile(taken, 0.95),
            "p99 ms": percentile(taken, 0.99),
            "memory before MB": before,
            "memory after MB": after,
        }

    def _ask(self, port: int, paths: list[str], *, seconds: float) -> tuple[list[float], int]:
        """Half of the readers in each of two processes, so that asking isn't what is measured."""
        start = time.time() + HEAD_START
        jobs = [
            (port, paths[at:] + paths[:at], self.cookies, (self.clients + side) // 2, start, seconds)
            for side, at in ((0, 0), (1, len(paths) // 2))
        ]
        with multiprocessing.get_context("fork").Pool(2) as pool:
            answers = pool.starmap(_readers, jobs)
        return [one for taken, _failed in answers for one in taken], sum(failed for _taken, failed in answers)


def _readers(
    port: int, paths: list[str], cookies: str, clients: int, start: float, seconds: float
) -> tuple[list[float], int]:
    taken: list[float] = []
    failed: list[int] = []

    def reader(number: int) -> None:
        connection = HTTPConnection("127.0.0.1", port, timeout=60)
        time.sleep(max(0.0, start - time.time()))
        until, turn = time.monotonic() + seconds, number
        while (begun := time.monotonic()) < until:
            path = quote(paths[turn % len(paths)], safe="/?&=%")
            connection.request("GET", path, headers={"Cookie": cookies})
            answer = connection.getresponse()
            answer.read()
            taken.append((time.monotonic() - begun) * 1000)
            if answer.status != OK:
                failed.append(answer.status)
            turn += 1

    threads = [threading.Thread(target=reader, args=(number,)) for number in range(clients)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return taken, len(failed)


def memory_mb(pid: int) -> float:
    """Resident memory of a process and all its descendants, in MB; Linux only."""
    total, page = 0, os.sysconf("SC_PAGE_SIZE")
    family, found = {pid}, True
    while found:
        found = False
        for folder in Path("/proc").iterdir():
            if folder.name.isdigit() and int(folder.name) not in family and _parent(folder) in family:
                family.add(int(folder.name))
                found = True
    for member in family:
        statm = Path(f"/proc/{member}/statm")
        if statm.exists():
            total += int(statm.read_text().split()[1]) * page
    return total / 2**20


def _parent(folder: Path) -> int:
    try:
        return int((folder / "stat").read_text().rpartition(")")[2].split()[1])
    except (OSError, IndexError):
        return 0
