"""Whose events a reader may open: whatever owns a stream says so, by the first word of the stream's name."""

from collections.abc import Callable
from typing import Any

Owner = Callable[[Any, str], bool]
_owners: dict[str, Owner] = {}


def register_stream(word: str, shown_to: Owner) -> None:
    """An area says for (user, rest of the name) whether the user may read what the stream is about."""
    _owners[word] = shown_to


def may_read(user: Any, stream: str) -> bool:
    word, _colon, rest = stream.partition(":")
    owner = _owners.get(word)
    return owner is not None and owner(user, rest)
