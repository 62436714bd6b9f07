"""Who may connect, and how much one connection may bring in a span of time. Pure."""

from collections.abc import Iterable, Sequence
from ipaddress import IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network

from django.utils.translation import gettext_lazy as _

from bihuan.kernel.errors import BihuanError

Network = IPv4Network | IPv6Network


class NotANetwork(BihuanError):
    message = _("“%(text)s” is not a network such as 10.8.0.0/16.")


def networks_of(texts: Iterable[str]) -> list[Network]:
    found: list[Network] = []
    for text in texts:
        try:
            found.append(ip_network(text.strip(), strict=False))
        except ValueError:
            raise NotANetwork(text=text) from None
    return found


def inside(host: str, networks: Sequence[Network]) -> bool:
    address = ip_address(host)
    return any(address in network for network in networks)


def plain_host(text: str) -> str:
    """An address as it is written in a register: one of version 4 that came in the clothes of version 6 is
    written as version 4."""
    address = ip_address(text.partition("%")[0])
    mapped = address.ipv4_mapped if isinstance(address, IPv6Address) else None
    return str(mapped or address)


class Meter:
    """Counts in spans that follow each other; a span begins with the first thing counted in it."""

    __slots__ = ("_begun", "_count", "_limit", "_span")

    def __init__(self, limit: int, span: float) -> None:
        self._limit, self._span = limit, span
        self._begun, self._count = 0.0, 0

    def count(self, now: float) -> None:
        if now - self._begun >= self._span:
            self._begun, self._count = now, 0
        self._count += 1

    def wait(self, now: float) -> float:
        """Seconds until one more may come; 0 when it may come now."""
        if self._count < self._limit or now - self._begun >= self._span:
            return 0.0
        return self._span - (now - self._begun)
