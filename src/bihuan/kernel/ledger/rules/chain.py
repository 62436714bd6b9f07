"""Hashes of the ledger's chain: canonical bytes, payload hash, entry hash. Pure."""

import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from typing import Any

from django.utils.translation import gettext_lazy as _

from bihuan.kernel.errors import BihuanError, Unusable

DEFAULT_ALGORITHM = "sha256"
# SM3: GB/T 32905-2016. OpenSSL may be built without it, which `known_algorithm` says.
DIGESTS: dict[str, Callable[[bytes], Any]] = {"sha256": hashlib.sha256, "sm3": partial(hashlib.new, "sm3")}
GENESIS = bytes(32)
ENTRY_PREFIX = b"\x02"
BEYOND_FFFF = (b"\xf0", b"\xf1", b"\xf2", b"\xf3", b"\xf4")  # how their UTF-8 begins
_encode = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode


class NotCanonical(BihuanError):
    message = "A ledger payload holds a value of type %(type)s at %(path)s; send text, integers or booleans."


class UnknownAlgorithm(Unusable):
    message = _("“%(algorithm)s” is no hash that the ledger can use here; choose sha256 or sm3.")


@dataclass(frozen=True)
class Actor:
    """Who acted, in the ledger's own words: it keeps names, not keys, so that it outlives accounts."""

    id: str
    name: str
    role: str


SYSTEM = Actor(id="system", name="system", role="system")


def canonical(payload: Mapping[str, Any]) -> bytes:
    """RFC 8785 bytes of a JSON object without floating-point numbers (decimals travel as text).

    Raises NotCanonical for anything that isn't text, an integer, a truth value, null, a list or an object.
    """
    _check(payload, "$")
    return _bytes(payload)


def _check(value: Any, path: str) -> None:
    if isinstance(value, Mapping):
        for key, item in value.items():
            _check(key, f"{path} (key)")
            _check(item, f"{path}.{key}")
    elif isinstance(value, list | tuple):
        for index, item in enumerate(value):
            _check(item, f"{path}[{index}]")
    elif not (value is None or isinstance(value, str | bool | int)):
        raise NotCanonical(type=type(value).__name__, path=path)


def _bytes(payload: Mapping[str, Any]) -> bytes:
    """Python sorts keys by code point, RFC 8785 by UTF-16 unit: they differ only beyond U+FFFF."""
    data = _encode(payload).encode()
    if any(lead in data for lead in BEYOND_FFFF):
        data = json.dumps(_ordered(payload), ensure_ascii=False, separators=(",", ":")).encode()
    return data


def _ordered(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {key: _ordered(value[key]) for key in sorted(value, key=lambda key: key.encode("utf-16-be"))}
    if isinstance(value, list | tuple):
        return [_ordered(item) for item in value]
    return value


def known_algorithm(name: str) -> str:
    """The name itself when this machine can compute it; raises UnknownAlgorithm otherwise."""
    if name not in DIGESTS or name not in hashlib.algorithms_available:
        raise UnknownAlgorithm(algorithm=name)
    return name


def digest(data: bytes, algorithm: str = DEFAULT_ALGORITHM) -> bytes:
    made: bytes = DIGESTS[algorithm](data).digest()
    return made


def payload_hash(payload: Mapping[str, Any], algorithm: str = DEFAULT_ALGORITHM) -> bytes:
    """Hash of the canonical bytes; whether they are canonical is asked when an event is written, not here."""
    return digest(_bytes(payload), algorithm)


def entry_hash(
    previous: bytes, *, seq: int, payload_hash: bytes, algorithm: str = DEFAULT_ALGORITHM
) -> bytes:
    """H(0x02 ‖ previous (32 bytes) ‖ seq as unsigned 64-bit big-endian ‖ payload hash)."""
    return digest(ENTRY_PREFIX + previous + seq.to_bytes(8, "big") + payload_hash, algorithm)


def timestamp(moment: datetime) -> str:
    """UTC with microseconds, the one form in which a moment enters a hash."""
    return moment.astimezone(UTC).replace(tzinfo=None).isoformat(timespec="microseconds") + "Z"
