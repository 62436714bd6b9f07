"""An anchor: one line that fixes every event sealed until then, for whoever keeps a copy outside. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from bihuan.kernel.errors import Unusable
from bihuan.kernel.ledger.rules.chain import DIGESTS, timestamp

MARK = "bihuan"
WORDS = 6
DIGITS = 64


class NoAnchor(Unusable):
    message = _("This is no anchor line: “%(text)s”. It reads “bihuan city hash size root time”.")


@dataclass(frozen=True)
class Anchor:
    """The state of a city's ledger: how many events were sealed, and the root of the tree over them."""

    city: str
    algorithm: str
    size: int
    root: bytes
    sealed_at: datetime

    @property
    def line(self) -> str:
        """As it is printed, mailed and put into a QR code; the root in hexadecimal, the time in UTC."""
        when = timestamp(self.sealed_at)
        return f"{MARK} {self.city} {self.algorithm} {self.size} {self.root.hex()} {when}"

    def as_json(self) -> dict[str, Any]:
        return {
            "city": self.city,
            "algorithm": self.algorithm,
            "size": self.size,
            "root": self.root.hex(),
            "sealed_at": timestamp(self.sealed_at),
        }


def read_line(text: str) -> Anchor:
    """Raises NoAnchor; a line broken by a printer or a mail program may hold any white space."""
    words = text.split()
    if len(words) != WORDS or words[0] != MARK:
        raise NoAnchor(text=text.strip()[:80])
    keys = ("city", "algorithm", "size", "root", "sealed_at")
    return read_json(dict(zip(keys, words[1:], strict=True)))


def read_json(said: Mapping[str, Any]) -> Anchor:
    """The counterpart of `Anchor.as_json`; raises NoAnchor."""
    try:
        moment = datetime.strptime(str(said["sealed_at"]), "%Y-%m-%dT%H:%M:%S.%fZ").replace(tzinfo=UTC)
        root, size = bytes.fromhex(said["root"]), int(said["size"])
        algorithm, city = str(said["algorithm"]), str(said["city"])
    except (KeyError, ValueError, TypeError):
        raise NoAnchor(text=str(said)[:80]) from None
    if algorithm not in DIGESTS or size < 1 or len(said["root"]) != DIGITS:
        raise NoAnchor(text=str(said)[:80])
    return Anchor(city=city, algorithm=algorithm, size=size, root=root, sealed_at=moment)
