"""Secrets of devices at rest: enciphered with a key that is derived from the instance's own."""

import base64
import hashlib

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from bihuan.kernel.errors import BihuanError

PURPOSE = b"bihuan/enterprises/device-keys"


class KeyUnreadable(BihuanError):
    message = _("The stored key of a device can't be opened: the instance's secret key is another one now.")


def sealed(key: bytes) -> str:
    """The text to store; empty for an empty key."""
    return _box().encrypt(key).decode() if key else ""


def opened(text: str) -> bytes:
    """What `sealed` made the text from; KeyUnreadable when the instance's secret has changed."""
    if not text:
        return b""
    try:
        return _box().decrypt(text.encode())
    except InvalidToken as error:
        raise KeyUnreadable from error


def _box() -> MultiFernet:
    """Seals with the secret of today and opens with those of before too."""
    return MultiFernet([_fernet(secret) for secret in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)])


def _fernet(secret: str) -> Fernet:
    digest = hashlib.blake2b(PURPOSE, key=secret.encode()[:64], digest_size=32).digest()
    return Fernet(base64.urlsafe_b64encode(digest))
