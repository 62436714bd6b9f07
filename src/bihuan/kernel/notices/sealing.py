"""Secrets of other services, at rest: sealed under a key made from the instance's own."""

import json
import secrets
from dataclasses import asdict, dataclass

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from bihuan.kernel.errors import Unusable

NONCE_BYTES, KEY_BYTES = 12, 32


class CannotUnseal(Unusable):
    message = _("The robot's secret can't be opened with this instance's key; enter it again.")


@dataclass(frozen=True, repr=False)
class Secrets:
    """Without a repr, so that no traceback or log shows what is in it."""

    address: str
    secret: str = ""


def seal(kept: Secrets, *, owner: str) -> bytes:
    """Seal for one owner: the bytes open nowhere else, also when somebody copies them to another row."""
    nonce = secrets.token_bytes(NONCE_BYTES)
    return nonce + AESGCM(_key()).encrypt(nonce, json.dumps(asdict(kept)).encode(), owner.encode())


def unseal(sealed: bytes | memoryview, *, owner: str) -> Secrets:
    nonce, rest = bytes(sealed)[:NONCE_BYTES], bytes(sealed)[NONCE_BYTES:]
    try:
        opened = AESGCM(_key()).decrypt(nonce, rest, owner.encode())
    except (InvalidTag, ValueError) as error:
        raise CannotUnseal from error
    return Secrets(**json.loads(opened))


def _key() -> bytes:
    made = HKDF(algorithm=SHA256(), length=KEY_BYTES, salt=None, info=b"bihuan notices")
    return made.derive(settings.SECRET_KEY.encode())
