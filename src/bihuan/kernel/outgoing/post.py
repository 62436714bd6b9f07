"""The one way out to another host: named in the settings, resolved once, pinned, never redirected."""

import http.client
import socket
import ssl
import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from ipaddress import ip_network
from typing import TypeAlias
from urllib.parse import urlsplit

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from bihuan.kernel.errors import Unusable
from bihuan.kernel.outgoing.rules import Origin, is_named, may_connect, origin_of

JSON = "application/json; charset=utf-8"
ANSWER_BYTES = 64 * 1024
Pin: TypeAlias = tuple[str, int]


class NotAllowed(Unusable):
    message = _("The address lies at no host that the settings name (BIHUAN_OUTSIDE).")


class ForbiddenNetwork(Unusable):
    message = _("The host %(host)s lies in a network that is not public and that no setting names.")


class NotReached(Unusable):
    """Nothing was handed over, so that trying again can't say anything twice."""

    message = _("The host %(host)s could not be reached.")


class NoAnswer(Unusable):
    """Whether the other side took what we sent is not known."""

    message = _("The host %(host)s did not answer in time or broke off; it may have taken the message.")


@dataclass(frozen=True)
class Answer:
    status: int
    body: bytes


def check(address: str, *, named: Iterable[str] = ()) -> Origin:
    """The origin of an address that may be asked; raises NotAllowed. Nothing is resolved yet.

    `named` are origins, or addresses at them, that a setting of the caller's own names.
    """
    origin = origin_of(address)
    if origin is None or not is_named(address, (*settings.BIHUAN_OUTSIDE, *named)):
        raise NotAllowed
    return origin


def post(address: str, body: bytes, *, named: Iterable[str] = ()) -> Answer:
    """Post a JSON `body` and give back the answer, whatever its status; a redirect is an answer, not a way.

    Raises NotAllowed, ForbiddenNetwork or NotReached when nothing was sent, NoAnswer when it may have been.
    """
    origin = check(address, named=named)
    connection = _connect(origin, _resolve(origin))
    parts = urlsplit(address)
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    headers = {"Content-Type": JSON, "User-Agent": "Bihuan", "Connection": "close"}
    try:
        with _within(settings.BIHUAN_OUTSIDE_SECONDS, connection):
            connection.request("POST", path, body, headers)
            response = connection.getresponse()
            return Answer(response.status, response.read(ANSWER_BYTES))
    except (OSError, http.client.HTTPException) as error:
        raise NoAnswer(host=origin.host) from error
    finally:
        connection.close()


def _resolve(origin: Origin) -> Pin:
    """One look-up, whose result is the place we connect to: a second answer can't lead elsewhere."""
    try:
        found = socket.getaddrinfo(origin.host, origin.port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise NotReached(host=origin.host) from error
    addresses = [str(entry[4][0]) for entry in found]
    networks = [ip_network(text) for text in settings.BIHUAN_OUTSIDE_NETWORKS]
    if not addresses or not all(may_connect(one, networks) for one in addresses):
        raise ForbiddenNetwork(host=origin.host)
    return addresses[0], origin.port


def _connect(origin: Origin, pin: Pin) -> http.client.HTTPConnection:
    seconds = settings.BIHUAN_OUTSIDE_SECONDS
    connection = http.client.HTTPConnection(origin.host, origin.port, timeout=seconds)
    try:
        connection.sock = socket.create_connection(pin, timeout=seconds)
        if origin.scheme == "https":
            context = ssl.create_default_context()
            connection.sock = context.wrap_socket(connection.sock, server_hostname=origin.host)
            connection.default_port = http.client.HTTPS_PORT  # keeps :443 out of the Host header
    except OSError as error:
        connection.close()
        raise NotReached(host=origin.host) from error
    return connection


@contextmanager
def _within(seconds: float, connection: http.client.HTTPConnection) -> Iterator[None]:
    """Cut the connection when the exchange lasts too long: a socket's own limit counts each byte anew."""
    timer = threading.Timer(seconds, _cut, [connection.sock])
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()


def _cut(sock: socket.socket) -> None:
    try:
        sock.shutdown(socket.SHUT_RDWR)
    except OSError:
        return
