"""What a hand-over says about one petition, and how it lies in our columns."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from typing import Any

from bihuan.governance.petitions.models import (
    Attribution,
    Finding,
    Handling,
    PetitionBatch,
    PetitionCase,
    PollutionOfCase,
    StrikeOff,
)
from bihuan.governance.petitions.rules import attribution as parts_rules
from bihuan.governance.petitions.rules.number import Number
from bihuan.governance.petitions.rules.vocabulary import Type
from bihuan.kernel.places.models import Jurisdiction
from bihuan.kernel.registers.search import bigrams

TITLE_LENGTH = 60
SEARCH_LIMIT = 4000
TEXTS = ("problem_text", "verification", "rectification", "accountability", "closure_target")


@dataclass(frozen=True)
class NewCase:
    """What a hand-over says about one petition. `printed` is the source's row, kept as it is."""

    key: str
    number: Number
    text: str
    jurisdiction: Jurisdiction
    parts: Mapping[Jurisdiction, Fraction] = field(default_factory=dict)
    types: tuple[Type, ...] = ()
    level: str = ""
    inspection: str = ""
    round: int | None = None
    batch: PetitionBatch | None = None
    batch_no: str = ""
    channel: str = ""
    key_case: bool = False
    received_on: date | None = None
    published_on: date | None = None
    area_printed: str = ""
    finding: str = Finding.UNKNOWN
    handling: str = Handling.UNKNOWN
    strike_off: str = StrikeOff.NONE
    verification: str = ""
    rectification: str = ""
    accountability: str = ""
    closure_target: str = ""
    repeats: tuple[str, ...] = ()
    truncated_fields: tuple[str, ...] = ()
    flags: tuple[str, ...] = ()
    printed: Mapping[str, Any] = field(default_factory=dict)
    complainant: Mapping[str, str] = field(default_factory=dict)


def fields_of(new: NewCase) -> dict[str, Any]:
    leading = new.types[0].type if new.types else ""
    return {
        "title": title_of(new.text),
        "received_on": new.received_on,
        "number_printed": new.number.printed.strip(),
        "pattern": new.number.pattern,
        "channel": new.channel,
        "key_case": new.key_case,
        "batch": new.batch,
        "batch_no": new.batch_no,
        "level": new.level,
        "inspection": new.inspection,
        "round": new.round,
        "area_printed": new.area_printed,
        "published_on": new.published_on,
        "problem_text": new.text,
        "finding": str(new.finding),
        "handling": str(new.handling),
        "strike_off": str(new.strike_off),
        "verification": new.verification,
        "rectification": new.rectification,
        "accountability": new.accountability,
        "closure_target": new.closure_target,
        "primary_pollution": str(leading),
        "repeats": list(new.repeats),
        "truncated_fields": list(new.truncated_fields),
        "flags": sorted(set(new.flags)),
        "printed": dict(new.printed),
    }


def fill(case: PetitionCase, new: NewCase) -> None:
    for name, value in fields_of(new).items():
        setattr(case, name, value)
    fill_search(case)


def fill_search(case: PetitionCase) -> None:
    words = (
        case.number_printed,
        case.area_printed,
        case.inspection,
        *(getattr(case, name) for name in TEXTS),
    )
    case.search_text = " ".join(word for word in words if word)[:SEARCH_LIMIT]
    case.search_terms = bigrams(case.search_text)


def title_of(text: str) -> str:
    """The petition's first sentence, cut to a line."""
    first = text.strip().partition("。")[0]
    return first if len(first) <= TITLE_LENGTH else f"{first[: TITLE_LENGTH - 1]}…"


def set_types(case: PetitionCase, types: tuple[Type, ...]) -> None:
    case.pollutions.all().delete()
    PollutionOfCase.objects.bulk_create(
        PollutionOfCase(case=case, type=str(one.type), word=one.word[:60], primary=place == 0)
        for place, one in enumerate(types)
    )


def set_parts(case: PetitionCase, parts: Mapping[Jurisdiction, Fraction]) -> None:
    parts_rules.check(parts.values())
    case.attributions.all().delete()
    Attribution.objects.bulk_create(
        Attribution(case=case, jurisdiction=place, numerator=part.numerator, denominator=part.denominator)
        for place, part in parts.items()
    )
