"""Chinese search: character bigrams under a GIN index find, a LIKE on the stored text confirms."""

import re
import unicodedata
from collections.abc import Iterable

from django.db.models import Q

RUN = re.compile(r"[^\W_]+")


def normal(text: str) -> str:
    """Full-width forms and capitals made equal to what people type."""
    return unicodedata.normalize("NFKC", text.replace("\x00", "")).lower()


def bigrams(*texts: str) -> list[str]:
    """What to store for `texts`: each distinct character and pair of neighbouring characters, sorted.

    Numbers and Latin words are cut the same way, so that a piece of a document's number finds it.
    """
    found: set[str] = set()
    for run in (run for text in texts for run in RUN.findall(normal(text))):
        found.update(run)
        found.update(_pairs(run))
    return sorted(found)


def wanted(word: str) -> list[str]:
    """What a row must hold to contain `word`: its pairs, or the character where it stands alone."""
    runs = RUN.findall(normal(word))
    return sorted({term for run in runs for term in (_pairs(run) or [run])})


def matching(query: str, *, terms: str = "", texts: Iterable[str] = ()) -> Q:
    """Rows that hold every word of `query`: in the array `terms`, confirmed in one of `texts`.

    Without `terms` the texts alone are read, row by row: for registers of some thousand rows.
    """
    condition = Q()
    for word in query.replace("\x00", "").split():
        pairs = wanted(word)
        if pairs and terms:
            condition &= Q(**{f"{terms}__contains": pairs})
        certain = terms and pairs == [normal(word)]
        if pairs and not certain:
            condition &= _confirmed(word, texts)
    return condition


def _confirmed(word: str, texts: Iterable[str]) -> Q:
    """Pairs can't tell 海宁宁海 from 宁海宁, the text can; it may hold either form of a word."""
    condition = Q()
    for text in texts:
        for form in {word, normal(word)}:
            cased = form.upper() != form.lower()
            condition |= Q(**{f"{text}__{'icontains' if cased else 'contains'}": form})
    return condition


def _pairs(run: str) -> list[str]:
    return [run[at : at + 2] for at in range(len(run) - 1)]
