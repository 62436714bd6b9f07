"""Where the database is: an operator's server by URL, or this instance's own embedded one."""

import secrets
import socket
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from bihuan.kernel.database.errors import WrongAddress

USER = NAME = "bihuan"
PATIENCE_SECONDS = "10"
SCHEMES = ("postgresql", "postgres")


@dataclass(frozen=True)
class Embedded:
    """The small files beside an embedded cluster: its port and password, made once per home."""

    home: Path

    @property
    def folder(self) -> Path:
        return self.home / "postgres"

    @property
    def port(self) -> int:
        return int(self._once("port", lambda: str(free_port())))

    @property
    def password(self) -> str:
        return self._once("password", lambda: secrets.token_urlsafe(24))

    def choose_another_port(self) -> int:
        (self.folder / "port").unlink(missing_ok=True)
        return self.port

    def _once(self, name: str, make: Any) -> str:
        path = self.folder / name
        if not path.exists():
            self.folder.mkdir(parents=True, exist_ok=True)
            path.touch(0o600)
            path.write_text(make())
        return path.read_text().strip()

    @property
    def url(self) -> str:
        return f"postgresql://{USER}:{self.password}@127.0.0.1:{self.port}/{NAME}"


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port


def database_settings(home: Path, url: str | None) -> dict[str, Any]:
    """Django's DATABASES entry, from `url` or from the embedded server of `home`."""
    parts = urlsplit(url or Embedded(home).url)
    if parts.scheme not in SCHEMES:
        raise WrongAddress(scheme=parts.scheme)
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.lstrip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": parts.hostname or "",
        "PORT": str(parts.port or ""),
        "OPTIONS": {"connect_timeout": PATIENCE_SECONDS} | dict(parse_qsl(parts.query)),
        "CONN_MAX_AGE": 60,
        "CONN_HEALTH_CHECKS": True,
    }
