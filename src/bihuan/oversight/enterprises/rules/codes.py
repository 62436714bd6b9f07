"""The text of a code: key version, 128 random bits, and a signature that strangers can't make. Pure."""

import base64
import hashlib
import hmac
import re
from dataclasses import dataclass

TOKEN_BYTES = 16
SIGNATURE_BYTES = 10
FORM = re.compile(r"(\d{1,4})-([A-Z2-7]{26})([A-Z2-7]{16})")


@dataclass(frozen=True)
class Code:
    version: int
    token: str
    signature: str

    def __str__(self) -> str:
        return f"{self.version}-{self.token}{self.signature}"


def token_of(random: bytes) -> str:
    """Sixteen random bytes as 26 letters and digits that nobody mistakes for each other."""
    return _text(random[:TOKEN_BYTES])


def signed(token: str, *, version: int, key: bytes) -> Code:
    """The code of a token: 80 bits of HMAC-SHA-256 over key version and token."""
    digest = hmac.digest(key, f"bihuan-code|{version}|{token}".encode(), hashlib.sha256)
    return Code(version, token, _text(digest[:SIGNATURE_BYTES]))


def parse(text: str) -> Code | None:
    """What a scanned text says; None when it hasn't the form of a code. Small letters are forgiven."""
    found = FORM.fullmatch(text.strip().upper())
    return Code(int(found[1]), found[2], found[3]) if found else None


def is_genuine(code: Code, key: bytes) -> bool:
    expected = signed(code.token, version=code.version, key=key)
    return hmac.compare_digest(code.signature, expected.signature)


def _text(raw: bytes) -> str:
    return base64.b32encode(raw).decode().rstrip("=")
