"""BIHUAN_HOME: where one instance keeps its database, evidence, logs and secret."""

import os
import secrets
from pathlib import Path

from bihuan.kernel.errors import Unusable

SHORTEST_SECRET = 43  # 256 bits in the letters of token_urlsafe
CHECKOUT = Path(__file__).resolve().parents[3]


def bihuan_home() -> Path:
    home = Path(os.environ.get("BIHUAN_HOME") or CHECKOUT / "var").expanduser().resolve()
    home.mkdir(parents=True, exist_ok=True)
    return home


def secret_key(home: Path) -> str:
    """The instance's signing key: from the environment, else made once and readable by its owner only."""
    if key := os.environ.get("BIHUAN_SECRET_KEY"):
        if len(key) < SHORTEST_SECRET and os.environ.get("BIHUAN_DEBUG") != "1":
            raise Unusable(
                reason=f"BIHUAN_SECRET_KEY needs {SHORTEST_SECRET} random characters, or unset it."
            )
        return key
    path = home / "secret_key"
    if not path.exists():
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w") as file:
            file.write(secrets.token_urlsafe(50))
    return path.read_text()


def whole_number(name: str, said: str | None, default: int = 0) -> int:
    """The value of an environment variable that counts something; refuses anything else by its name."""
    if not said:
        return default
    if not said.isdecimal():
        raise Unusable(reason=f"{name} must be a whole number, not “{said}”.")
    return int(said)
