"""From where the instance may be looked at. Pure."""

from collections.abc import Iterable
from ipaddress import ip_address, ip_network


def inside(addresses: Iterable[str], networks: Iterable[str]) -> bool:
    """Whether every address of a request lies in one of the networks: the connection's own, and each that a
    proxy wrote down. A proxy adds the true one to what a stranger claims, so all must fit; names never do."""
    known = [ip_network(network.strip(), strict=False) for network in networks if network.strip()]
    try:
        asked = [ip_address(address.strip()) for address in addresses]
    except ValueError:
        return False
    return bool(asked) and all(any(address in network for network in known) for address in asked)
