"""The grammar of a report: chapters of paragraphs whose numbers are named figures. Pure."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from string import Formatter

from bihuan.kernel.errors import BihuanError

STYLES = ("", "over", "at_least", "change", "bare", "clause")
"""How a figure is written (see `numbers.written`); a `clause` is left out when it has no value."""


class BrokenText(BihuanError):
    message = "The report text near “%(near)s” has a placeholder that can't be read."


@dataclass(frozen=True)
class Part:
    """A piece of a paragraph: plain words, or the place of a figure."""

    text: str = ""
    figure: str = ""
    style: str = ""


@dataclass(frozen=True)
class Paragraph:
    """`lead` is the run-in heading (一是…。). With `claim`, `without` is printed when the claim isn't made.

    An `optional` paragraph is left out when a figure in it has no value; any other missing figure is a
    reason to refuse.
    """

    id: str
    text: str
    lead: str = ""
    claim: str = ""
    without: str = ""
    optional: bool = False

    @property
    def all_texts(self) -> tuple[str, ...]:
        return tuple(text for text in (self.text, self.without) if text)

    def chosen(self, claims: frozenset[str]) -> str:
        return self.without if self.claim and self.claim not in claims else self.text


@dataclass(frozen=True)
class Chapter:
    """`free` names a text which the office writes itself and which stands in place of paragraphs."""

    id: str
    heading: str
    paragraphs: tuple[Paragraph, ...] = ()
    free: str = ""


@dataclass(frozen=True)
class Genre:
    """A kind of report: what its title says and the chapters in their order."""

    id: str
    title: str
    publisher: str
    annex_title: str
    chapters: tuple[Chapter, ...]
    free_texts: Mapping[str, str] = field(default_factory=dict)


def parts(text: str) -> Iterator[Part]:
    """`{figure.id}` or `{figure.id:style}` among plain words."""
    try:
        for words, name, style, _conversion in Formatter().parse(text):
            if words:
                yield Part(text=words)
            if name is not None:
                yield _place(name, style or "", text)
    except ValueError:
        raise BrokenText(near=text[:20]) from None


def required(paragraph: Paragraph, claims: frozenset[str]) -> tuple[str, ...]:
    """The figures without which the paragraph can't be printed."""
    if paragraph.optional:
        return ()
    return tuple(
        part.figure for part in parts(paragraph.chosen(claims)) if part.figure and part.style != "clause"
    )


def figures_of(text: str) -> tuple[str, ...]:
    return tuple(part.figure for part in parts(text) if part.figure)


def required_in(genre: Genre, claims: frozenset[str]) -> tuple[str, ...]:
    """Every figure that must have a value, once each, in reading order."""
    needed = (name for paragraph in paragraphs_of(genre) for name in required(paragraph, claims))
    return tuple(dict.fromkeys(needed))


def quoted_in(genre: Genre) -> tuple[str, ...]:
    """Every figure that any wording of the genre quotes."""
    quoted = (
        name
        for paragraph in paragraphs_of(genre)
        for text in paragraph.all_texts
        for name in figures_of(text)
    )
    return tuple(dict.fromkeys(quoted))


def claims_of(genre: Genre) -> tuple[str, ...]:
    return tuple(paragraph.claim for paragraph in paragraphs_of(genre) if paragraph.claim)


def paragraphs_of(genre: Genre) -> Iterator[Paragraph]:
    for chapter in genre.chapters:
        yield from chapter.paragraphs


def _place(name: str, style: str, text: str) -> Part:
    if not name or style not in STYLES:
        raise BrokenText(near=text[:20])
    return Part(figure=name, style=style)
