"""From a scanned text to an enterprise, without telling strangers more than the card."""

import hashlib
import hmac
from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from bihuan.kernel.errors import BihuanError
from bihuan.oversight.enterprises import keys
from bihuan.oversight.enterprises.models import CardCall, CodeKey, EnterpriseCode
from bihuan.oversight.enterprises.rules import codes as rules

# Ours: a person at a gate reads a few plates a minute, a program reads thousands.
CALLS_A_MINUTE = 30


class TooManyCalls(BihuanError):
    message = _("Too many codes were read from this address within a minute. Try again in a minute.")


class CodeRevoked(BihuanError):
    message = _("This plate is no longer in use.")


def text_of(code: EnterpriseCode) -> str:
    """What the plate carries: the token with the signature of its key."""
    key = CodeKey.objects.get(version=code.key_version)
    return str(rules.signed(code.token, version=code.key_version, key=keys.opened(key.sealed)))


def code_behind(text: str) -> EnterpriseCode | None:
    """The code that was scanned; None for a text that no key of ours signed; no token is looked for then.

    Raises CodeRevoked for a plate that once was genuine.
    """
    said = rules.parse(text)
    key = CodeKey.objects.filter(version=said.version).first() if said else None
    if said is None or key is None or not rules.is_genuine(said, keys.opened(key.sealed)):
        return None
    code = EnterpriseCode.objects.select_related("enterprise").filter(token=said.token).first()
    if code is None:
        return None
    if code.revoked_at or key.retired_at:
        raise CodeRevoked
    return code


def count_call(address: str) -> None:
    """Count one call from an address; raises TooManyCalls above what a person needs."""
    minute = timezone.now().replace(second=0, microsecond=0)
    row, made = CardCall.objects.get_or_create(caller=_caller(address, minute), minute=minute)
    if made:
        return
    CardCall.objects.filter(pk=row.pk).update(calls=F("calls") + 1)
    if row.calls >= CALLS_A_MINUTE:
        raise TooManyCalls


def _caller(address: str, minute: datetime) -> bytes:
    """A hash that can't be followed from one day to the next."""
    day = (minute + timedelta(hours=8)).date().isoformat()
    return hmac.digest(settings.SECRET_KEY.encode(), f"{day}|{address}".encode(), hashlib.sha256)[:16]
