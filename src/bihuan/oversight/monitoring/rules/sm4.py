"""SM4 of HJ 212-2025 §6.4: ECB in blocks of 16 bytes, no padding; what is left under 16 bytes stays plain."""

import re

from cryptography.hazmat.primitives.ciphers import Cipher, modes
from cryptography.hazmat.primitives.ciphers.algorithms import SM4

BLOCK = 16
PRINTED = re.compile(rb"\{((?:0[xX][0-9A-Fa-f]{2},)*0[xX][0-9A-Fa-f]{2}),?\}(.*)", re.DOTALL)
ENCRYPTED_COMMANDS = (*range(2000, 3000), 1014, 3020)


def encrypt(plain: bytes, key: bytes) -> bytes:
    whole = len(plain) // BLOCK * BLOCK
    run = Cipher(SM4(key), modes.ECB()).encryptor()
    return run.update(plain[:whole]) + run.finalize() + plain[whole:]


def decrypt(sent: bytes, key: bytes) -> bytes:
    whole = len(sent) // BLOCK * BLOCK
    run = Cipher(SM4(key), modes.ECB()).decryptor()
    return run.update(sent[:whole]) + run.finalize() + sent[whole:]


def from_printed(text: bytes) -> bytes | None:
    """The bytes of `{0xE4,0x3E,…}`, the standard's way to print them, which some senders really send."""
    found = PRINTED.fullmatch(text)
    if found is None:
        return None
    listed, tail = found.groups()
    return bytes(int(byte, 16) for byte in listed.split(b",")) + tail
