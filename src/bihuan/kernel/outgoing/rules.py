"""Which addresses we may ask: named origins, and only public networks unless an operator named another."""

from collections.abc import Iterable
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address
from typing import TypeAlias
from urllib.parse import SplitResult, urlsplit

IP: TypeAlias = IPv4Address | IPv6Address
Network: TypeAlias = IPv4Network | IPv6Network

PORTS = {"https": 443, "http": 80}
NAT64 = IPv6Network("64:ff9b::/96")


@dataclass(frozen=True)
class Origin:
    scheme: str
    host: str
    port: int

    def __str__(self) -> str:
        shown = "" if self.port == PORTS[self.scheme] else f":{self.port}"
        return f"{self.scheme}://{self.host}{shown}"


def origin_of(address: str) -> Origin | None:
    """Scheme, host and port of an address; None for one that isn't plain http(s) without a user in it."""
    if address != address.strip() or any(ord(sign) <= 32 or sign == "\\" for sign in address):
        return None
    try:
        parts = urlsplit(address)
        port = parts.port
    except ValueError:
        return None
    if parts.scheme not in PORTS or not parts.hostname or _has_user(parts):
        return None
    return Origin(parts.scheme, parts.hostname.rstrip("."), port or PORTS[parts.scheme])


def _has_user(parts: SplitResult) -> bool:
    return "@" in parts.netloc


def is_named(address: str, allowed: Iterable[str]) -> bool:
    """Whether the address lies at one of the allowed origins, such as `https://host` or `http://host:8080`."""
    origin = origin_of(address)
    return origin is not None and origin in {origin_of(one) for one in allowed}


def may_connect(found: str, networks: Iterable[Network]) -> bool:
    """Whether an address that a name resolved to is public, or lies in a network that was named."""
    address = plain(ip_address(found.partition("%")[0]))
    if any(address in network for network in networks if network.version == address.version):
        return True
    return address.is_global and not address.is_multicast


def plain(address: IP) -> IP:
    """The IPv4 address that an IPv6 address carries (mapped, 6to4, NAT64), or the address itself."""
    if isinstance(address, IPv4Address):
        return address
    if address in NAT64:
        return IPv4Address(int(address) & 0xFFFFFFFF)
    return address.ipv4_mapped or address.sixtofour or address
