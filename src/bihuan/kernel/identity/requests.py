"""Who is asking, as far as the network tells."""

from ipaddress import ip_address

from django.conf import settings
from django.http import HttpRequest

from bihuan.kernel.identity import rules

DEVICE_LENGTH = 200


def address_of(request: HttpRequest) -> str | None:
    """The asker's address behind our own proxies; None when it isn't an address at all."""
    found = rules.client_address(
        request.META.get("REMOTE_ADDR", ""),
        request.META.get("HTTP_X_FORWARDED_FOR", ""),
        proxies=settings.BIHUAN_TRUSTED_PROXIES,
    )
    try:
        return str(ip_address(found))
    except ValueError:
        return None


def device_of(request: HttpRequest) -> str:
    said = request.META.get("HTTP_USER_AGENT", "").replace("\x00", "")[:DEVICE_LENGTH]
    return rules.device_name(said) or said
