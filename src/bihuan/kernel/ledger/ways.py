"""Ways by which an anchor leaves the house. A way is named by the scheme of the address it serves."""

import json
from collections.abc import Mapping
from typing import Any, Protocol
from urllib.parse import urlsplit

from django.core.mail import EmailMessage
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from bihuan.kernel.errors import Unusable
from bihuan.kernel.outgoing.mail import sends_mail
from bihuan.kernel.outgoing.post import post

TAKEN = range(200, 300)


class NoWay(Unusable):
    message = _("Anchors can't be sent to “%(address)s”; use a mailto: or https: address.")


class Way(Protocol):
    def send(self, address: str, letter: Mapping[str, Any]) -> None:
        """Raises OSError when it did not arrive; the posting keeps the error and is tried again."""


class Mail:
    def send(self, address: str, letter: Mapping[str, Any]) -> None:
        """The line in the text, the whole letter as an attachment."""
        if not sends_mail():
            raise OSError(gettext("No mail server is set up (BIHUAN_SMTP)."))
        text = (
            gettext("Keep this line. It fixes every event that the ledger had sealed by then:")
            + f"\n\n{letter['line']}\n"
        )
        message = EmailMessage(gettext("Anchor of the ledger"), text, to=[address.removeprefix("mailto:")])
        message.attach("anchor.json", json.dumps(letter, ensure_ascii=False), "application/json")
        message.send()


class Post:
    def send(self, address: str, letter: Mapping[str, Any]) -> None:
        """The operator named the address; a redirection is a failure, since nobody named where it leads."""
        try:
            answer = post(address, json.dumps(letter, ensure_ascii=False).encode(), named=[address])
        except Unusable as error:
            raise OSError(str(error)) from error
        if answer.status not in TAKEN:
            raise OSError(f"HTTP {answer.status}")


WAYS: dict[str, Way] = {"mailto": Mail(), "https": Post(), "http": Post()}


def way_to(address: str) -> Way:
    """Raises NoWay."""
    way = WAYS.get(urlsplit(address).scheme)
    if way is None:
        raise NoWay(address=address)
    return way
