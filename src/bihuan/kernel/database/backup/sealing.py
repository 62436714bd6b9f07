"""A stream sealed with a passphrase: scrypt makes the key, AES-256-GCM seals chunk after chunk.

Layout: MAGIC, then the header, then chunks of CHUNK bytes, each with its 16-byte tag; only the last may be
shorter. A chunk's nonce is the header's 7 random bytes, the chunk's number (4 bytes, big-endian) and a last
byte that is 1 for the final chunk only (the STREAM construction: Hoang, Reyhanitabar, Rogaway, Vizár 2015).
So a chunk that was changed, exchanged, repeated or left out, and a stream that was cut anywhere, is found on
reading.
"""

import os
import struct
from typing import Protocol

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.constant_time import bytes_eq
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

from bihuan.kernel.database.errors import BackupDamaged, PassphraseMissing, PassphraseWrong

MAGIC = b"BIHUAN-SEALED-1\n"
CHUNK = 1024 * 1024
TAG = 16
# scrypt's cost, ours: 128 MiB of memory and about half a second for one try at a passphrase.
COST_LOG2, BLOCK_SIZE, PARALLEL = 17, 8, 1
# log2 of the cost, block size, parallelisation, salt, the nonces' first bytes, what tells a wrong passphrase.
HEADER = struct.Struct(">BBB16s7s16s")
DEAREST = 20


class Source(Protocol):
    def read(self, size: int, /) -> bytes: ...


class Sink(Protocol):
    def write(self, data: bytes, /) -> object: ...


class Sealer:
    """Seals what is written to it; `close` writes the final chunk, without which the stream counts as cut."""

    def __init__(self, sink: Sink, passphrase: str) -> None:
        salt, nonces = os.urandom(16), os.urandom(7)
        key, check = _keys(passphrase, salt, cost=(COST_LOG2, BLOCK_SIZE, PARALLEL))
        self._header = HEADER.pack(COST_LOG2, BLOCK_SIZE, PARALLEL, salt, nonces, check)
        self._sink, self._cipher, self._nonces = sink, AESGCM(key), nonces
        self._waiting, self._number = bytearray(), 0
        sink.write(MAGIC + self._header)

    def write(self, data: bytes) -> int:
        self._waiting += data
        while len(self._waiting) > CHUNK:  # a full last chunk waits: it may be the final one
            self._seal(bytes(self._waiting[:CHUNK]), final=False)
            del self._waiting[:CHUNK]
        return len(data)

    def close(self) -> None:
        self._seal(bytes(self._waiting), final=True)
        self._waiting.clear()

    def _seal(self, chunk: bytes, *, final: bool) -> None:
        nonce = _nonce(self._nonces, self._number, final=final)
        self._sink.write(self._cipher.encrypt(nonce, chunk, self._header))
        self._number += 1


class Opener:
    """Reads back what a Sealer wrote; `BackupDamaged` at the first byte that isn't as it was."""

    def __init__(self, source: Source, passphrase: str | None) -> None:
        """`source` stands behind MAGIC."""
        self._header = source.read(HEADER.size)
        if len(self._header) != HEADER.size:
            raise BackupDamaged
        cost, block, parallel, salt, self._nonces, check = HEADER.unpack(self._header)
        if cost > DEAREST:
            raise BackupDamaged
        if passphrase is None:
            raise PassphraseMissing
        key, expected = _keys(passphrase, salt, cost=(cost, block, parallel))
        if not bytes_eq(check, expected):
            raise PassphraseWrong
        self._source, self._cipher, self._number = source, AESGCM(key), 0
        self._plain, self._ahead = b"", source.read(CHUNK + TAG)

    def read(self, size: int) -> bytes:
        parts, wanted = [], size
        while wanted > 0 and (self._plain or self._open()):
            parts.append(self._plain[:wanted])
            self._plain = self._plain[wanted:]
            wanted -= len(parts[-1])
        return b"".join(parts)

    def _open(self) -> bool:
        """Open the next chunk; False behind the final one."""
        if not self._ahead:
            if self._number == 0:
                raise BackupDamaged
            return False
        sealed, self._ahead = self._ahead, self._source.read(CHUNK + TAG)
        nonce = _nonce(self._nonces, self._number, final=not self._ahead)
        try:
            self._plain = self._cipher.decrypt(nonce, sealed, self._header)
        except InvalidTag:
            raise BackupDamaged from None
        self._number += 1
        return bool(self._plain)


def _keys(passphrase: str, salt: bytes, *, cost: tuple[int, int, int]) -> tuple[bytes, bytes]:
    """The key, and bytes beside it that may be shown and tell whether the passphrase was the same."""
    log2, block, parallel = cost
    made = Scrypt(salt=salt, length=48, n=2**log2, r=block, p=parallel).derive(passphrase.encode())
    return made[:32], made[32:]


def _nonce(first: bytes, number: int, *, final: bool) -> bytes:
    return first + number.to_bytes(4, "big") + bytes([final])
