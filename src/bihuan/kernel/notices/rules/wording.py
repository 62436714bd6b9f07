"""Messages as text: one alone, or several as a digest that fits where it goes. Pure."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

CUT = "…"


@dataclass(frozen=True)
class Message:
    title: str
    body: str = ""
    link: str = ""

    def text(self) -> str:
        return "\n".join(part for part in (self.title, self.body, self.link) if part)


def one_line(text: str) -> str:
    """A text that can stand in a heading: without line breaks and other control characters."""
    return " ".join("".join(sign if sign.isprintable() else " " for sign in text).split())


def cut_to(text: str, size: int) -> str:
    """The text, shortened to at most `size` bytes without splitting a character."""
    if len(text.encode()) <= size:
        return text
    return text.encode()[: size - len(CUT.encode())].decode("utf-8", "ignore") + CUT


def parcels(texts: Sequence[str], *, size: int, between: str = "\n\n") -> Iterator[tuple[int, str]]:
    """Pack texts in their order into as few messages of at most `size` bytes as that order allows.

    Gives how many texts each message holds, with the message; a text that is too long alone is shortened.
    """
    packed: list[str] = []
    for text in (cut_to(one, size) for one in texts):
        if packed and len(between.join([*packed, text]).encode()) > size:
            yield len(packed), between.join(packed)
            packed = []
        packed.append(text)
    if packed:
        yield len(packed), between.join(packed)
