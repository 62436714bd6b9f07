"""Finding the header in a sheet that people made: below a title, in two rows, with stray blanks. Pure."""

import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

SEARCHED_ROWS = 20
Grid: TypeAlias = Sequence[Sequence[str]]


@dataclass(frozen=True)
class Header:
    """`names` by column; the data begin at row `first` (counted from 0)."""

    names: list[str]
    first: int
    score: int


def plain(text: str) -> str:
    """A header without blanks, line breaks, stars and width differences."""
    folded = unicodedata.normalize("NFKC", text)
    return "".join(folded.split()).strip("*:").lower()


def lookup(headers: Mapping[str, Iterable[str]]) -> dict[str, str]:
    """Accepted spelling → canonical name; the canonical name itself is always accepted."""
    return {plain(name): canonical for canonical, names in headers.items() for name in (canonical, *names)}


def find(grid: Grid, known: Mapping[str, str]) -> Header | None:
    """The row (or two rows) among the first that name most known columns; None where none names any."""
    best: Header | None = None
    for at in range(min(len(grid), SEARCHED_ROWS)):
        for depth in (1, 2):
            if at + depth > len(grid):
                continue
            names = combined(grid[at : at + depth], known)
            score = len({known[plain(name)] for name in names if plain(name) in known})
            if score and (best is None or score > best.score):
                best = Header(names, at + depth, score)
    return best


def combined(rows: Grid, known: Mapping[str, str]) -> list[str]:
    """One name per column from one or two header rows: the known one, else "group/name"."""
    names = []
    for column in range(max(len(row) for row in rows)):
        texts = [row[column].strip() for row in rows if column < len(row) and row[column].strip()]
        parts = list(dict.fromkeys(texts))
        whole = "/".join(parts)
        names.append(next((one for one in (whole, *reversed(parts)) if plain(one) in known), whole))
    return names


def doubles(names: Iterable[str], known: Mapping[str, str]) -> list[str]:
    """Names that stand over two columns, once spelling is set aside."""
    seen: set[str] = set()
    twice: list[str] = []
    for name in names:
        key = known.get(plain(name), plain(name))
        if key and key in seen:
            twice.append(name)
        seen.add(key)
    return twice
