"""From a genre, values and the office's texts to the paragraphs of one report. Pure.

A rendered paragraph is a list of segments; a segment with a `figure` is what the page underlines.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from bihuan.reports.rules.chapters import Chapter, Genre, Paragraph, Part, parts
from bihuan.reports.rules.numbers import written

ORDINALS = "一二三四五六七八九十"
Segment = dict[str, str]


@dataclass(frozen=True)
class Material:
    """Everything a text may quote: `values` and `units` by figure id, `terms` such as the report's day."""

    values: Mapping[str, Any]
    units: Mapping[str, str]
    terms: Mapping[str, str]
    claims: frozenset[str] = frozenset()
    free_texts: Mapping[str, str] = field(default_factory=dict)


def title(genre: Genre, terms: Mapping[str, str]) -> tuple[str, str]:
    """Title and publisher with the city and the round filled in."""
    return genre.title.format(**terms), genre.publisher.format(**terms)


def chapters(genre: Genre, material: Material) -> list[dict[str, Any]]:
    """Headings are numbered 一、二、三… leaving out the opening, which has none."""
    numbered = 0
    rendered = []
    for chapter in genre.chapters:
        heading = chapter.heading
        if heading:
            heading = f"{ORDINALS[numbered]}、{heading}"
            numbered += 1
        rendered.append({"id": chapter.id, "heading": heading, "paragraphs": _paragraphs(chapter, material)})
    return rendered


def segments(text: str, material: Material) -> list[Segment]:
    return [segment for part in parts(text) if (segment := _segment(part, material))["text"]]


def plain(segments_: list[Segment]) -> str:
    return "".join(segment["text"] for segment in segments_)


def _paragraphs(chapter: Chapter, material: Material) -> list[dict[str, Any]]:
    if chapter.free:
        return _free(chapter.free, material)
    shown = [paragraph for paragraph in chapter.paragraphs if _printable(paragraph, material)]
    rendered = []
    leads = 0
    for paragraph in shown:
        lead = ""
        if paragraph.lead:
            lead = f"{ORDINALS[leads]}是{paragraph.lead}。"
            leads += 1
        text = paragraph.chosen(material.claims)
        rendered.append({"id": paragraph.id, "lead": lead, "segments": segments(text, material)})
    return rendered


def _free(name: str, material: Material) -> list[dict[str, Any]]:
    lines = [line.strip() for line in material.free_texts.get(name, "").splitlines() if line.strip()]
    return [
        {"id": f"{name}.{index}", "lead": "", "segments": segments(line, material)}
        for index, line in enumerate(lines)
    ]


def _printable(paragraph: Paragraph, material: Material) -> bool:
    if not paragraph.optional:
        return True
    wanted = (part for part in parts(paragraph.chosen(material.claims)) if part.figure)
    return all(_known(part, material) for part in wanted if part.style != "clause")


def _known(part: Part, material: Material) -> bool:
    return part.figure in material.terms or material.values.get(part.figure) not in (None, "")


def _segment(part: Part, material: Material) -> Segment:
    if not part.figure:
        return {"text": part.text}
    if part.figure in material.terms:
        return {"text": material.terms[part.figure]}
    if not _known(part, material):
        return {"figure": part.figure, "text": "" if part.style == "clause" else "〔缺〕"}
    value, unit = material.values[part.figure], material.units.get(part.figure, "")
    words = written(value, unit=unit, style=part.style)
    return {"figure": part.figure, "text": f"\uff0c{words}" if part.style == "clause" else words}
