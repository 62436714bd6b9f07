"""Where this home's instance answers while it runs, so that a second command finds it."""

import json
import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bihuan.web.cli.supervisor import HOST
from bihuan.web.home import bihuan_home


@contextmanager
def noted(port: int, *, gateway: int = 0) -> Iterator[None]:
    _note().write_text(json.dumps({"port": port, "gateway": gateway, "process": os.getpid()}))
    try:
        yield
    finally:
        _note().unlink(missing_ok=True)


def running_port() -> int | None:
    """The port in use by this home; None when nothing runs, or a killed instance left its note behind."""
    if not _note().exists():
        return None
    said = json.loads(_note().read_text())
    alive = _is_alive(said["process"]) and not port_is_free(said["port"])
    return int(said["port"]) if alive else None


def running_gateway() -> int:
    """The port on which the running instance takes what devices send; 0 where it takes nothing."""
    return int(json.loads(_note().read_text()).get("gateway", 0)) if _note().exists() else 0


def port_is_free(port: int, host: str = HOST) -> bool:
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            return False
    return True


def _note() -> Path:
    return bihuan_home() / "running.json"


def _is_alive(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
