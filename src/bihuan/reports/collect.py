"""Reads everything a report says, as of one day, into the content that is then frozen."""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import asdict
from datetime import date
from typing import Any

from bihuan.kernel.figures import queries
from bihuan.kernel.figures.registry import Scope, UnknownFigure
from bihuan.kernel.figures.rules import end_of_day
from bihuan.kernel.ledger.rules import canonical
from bihuan.kernel.places.models import Jurisdiction
from bihuan.reports import sources
from bihuan.reports.genres import GENRES
from bihuan.reports.rules import chapters, consistency, render
from bihuan.reports.rules.chapters import Genre
from bihuan.reports.rules.numbers import day as in_words
from bihuan.reports.rules.redact import redact

RECORD_KEYS_KEPT = 1_000
TERMS = ("place", "round", "report_day")
ANNEX_TEXTS = ("text", "goal", "time_limit", "responsible", "acceptance", "progress", "result")


def collect(
    kind: str, *, jurisdiction: Jurisdiction, as_of: date, claims: Iterable[str], texts: Mapping[str, str]
) -> dict[str, Any]:
    """The content: plain JSON, the same for the same records and the same day."""
    genre, made = GENRES[kind], frozenset(claims)
    scope = Scope(as_of=end_of_day(as_of), path=jurisdiction.path)
    figures = figures_for(names_for(genre, made, texts), scope)
    terms = _terms(jurisdiction, scope, as_of)
    annex = annex_for(scope)
    material = render.Material(
        values={name: figure["value"] for name, figure in figures.items()},
        units={name: figure["unit"] for name, figure in figures.items()},
        terms=terms,
        claims=made,
        free_texts={**genre.free_texts, **texts},
    )
    title, publisher = render.title(genre, terms)
    publisher = sources.publisher(scope) or publisher
    return {
        "kind": kind,
        "as_of": as_of.isoformat(),
        "place": jurisdiction.code,
        "title": title,
        "publisher": publisher,
        "claims": sorted(made),
        "texts": dict(texts),
        "figures": list(figures.values()),
        "chapters": render.chapters(genre, material),
        "annex_title": genre.annex_title,
        "annex": annex,
        "checks": [asdict(outcome) for outcome in outcomes(genre, material, annex=annex, day=as_of)],
    }


def content_hash(content: Mapping[str, Any]) -> str:
    return hashlib.sha256(canonical(_listed(content))).hexdigest()


def names_for(genre: Genre, claims: frozenset[str], texts: Mapping[str, str]) -> list[str]:
    """Quoted, checked and free-text figures, once each; the report's own terms aren't figures."""
    free = (name for text in texts.values() for name in chapters.figures_of(text))
    names = (*chapters.quoted_in(genre), *consistency.figures_checked(claims), *free)
    return [name for name in dict.fromkeys(names) if name not in TERMS]


def figures_for(names: Iterable[str], scope: Scope) -> dict[str, dict[str, Any]]:
    return {name: _figure(name, scope) for name in names}


def annex_for(scope: Scope) -> list[dict[str, Any]]:
    """The annex rows with persons, telephones and coordinates taken out."""
    return [_redacted(row) for row in sources.specific_rows(scope)]


def outcomes(
    genre: Genre, material: render.Material, *, annex: list[Any], day: date
) -> list[consistency.Outcome]:
    """Missing figures first, those in the office's own words too; then the sums, then the annex."""
    values = material.values
    needed = [name for name in chapters.required_in(genre, material.claims) if name not in material.terms]
    checked = consistency.figures_checked(material.claims)
    free = (name for text in material.free_texts.values() for name in chapters.figures_of(text))
    said = (name for name in free if name not in material.terms)
    names = dict.fromkeys((*needed, *checked, *said))
    return [
        *consistency.missing(names, values=values, day=day.isoformat()),
        *consistency.judge(values, claims=material.claims),
        consistency.annex_complete(len(annex), values.get("feedback_specific")),
    ]


def _figure(name: str, scope: Scope) -> dict[str, Any]:
    """One figure as the snapshot keeps it: the value as text, so that no float enters the hash."""
    try:
        found = queries.value(name, scope)
    except UnknownFigure:
        return _unknown(name)
    keys = [str(key) for key in queries.records(name, scope).order_by("pk").values_list("pk", flat=True)]
    return {
        "id": name,
        "label_zh": found.figure.zh,
        "label_en": found.figure.en,
        "unit": found.figure.unit,
        "value": "" if found.value is None else str(found.text),
        "kind": found.kind,
        "definition_zh": found.figure.definition_zh,
        "definition_en": found.figure.definition_en,
        "source": found.source,
        "records": found.records,
        "record_keys": keys[:RECORD_KEYS_KEPT],
        "records_hash": hashlib.sha256(",".join(keys).encode()).hexdigest(),
    }


def _unknown(name: str) -> dict[str, Any]:
    blank = dict.fromkeys(("unit", "value", "definition_zh", "definition_en", "source", "records_hash"), "")
    return {
        **blank,
        "id": name,
        "label_zh": name,
        "label_en": name,
        "kind": "unknown",
        "records": 0,
        "record_keys": [],
    }


def _terms(jurisdiction: Jurisdiction, scope: Scope, as_of: date) -> dict[str, str]:
    return {
        "place": jurisdiction.name,
        "round": sources.round_name(scope),
        "report_day": in_words(as_of),
    }


def _redacted(row: Mapping[str, Any]) -> dict[str, Any]:
    cleaned = {name: redact(str(row.get(name, ""))).text for name in ANNEX_TEXTS}
    measures = [redact(str(measure)).text for measure in row.get("measures", ())]
    return {
        "number": str(row.get("number", "")),
        "source_number": str(row.get("source_number", "")),
        "record": str(row.get("record", "")),
        **cleaned,
        "measures": measures,
    }


def _listed(content: Any) -> Any:
    """Tuples as lists, as they come back from the database, so that a hash survives the round trip."""
    if isinstance(content, Mapping):
        return {key: _listed(value) for key, value in content.items()}
    if isinstance(content, list | tuple):
        return [_listed(value) for value in content]
    return content
