"""What the area counts. The petitions of a report are those of the newest central round that had fed back."""

from collections.abc import Callable
from typing import Any

from django.utils.translation import gettext_lazy as _

from bihuan.governance.inspections.public import newest_round
from bihuan.governance.petitions.models import Level, PetitionCase
from bihuan.governance.petitions.queries import CONCLUDED, FOUNDED, MEASURES
from bihuan.governance.petitions.rules.rates import DEFINITIONS, Counts
from bihuan.governance.petitions.rules.vocabulary import CENTRAL_TYPES, central
from bihuan.governance.petitions.rules.vocabulary import Pollution as Type
from bihuan.kernel.figures.registry import Figure, Scope, register_area, register_figure

AREA = "petitions"

TYPES_ZH = {
    Type.AIR: ("大气", "air"),
    Type.WATER: ("水", "water"),
    Type.NOISE: ("噪声", "noise"),
    Type.ECOLOGY: ("生态", "ecology"),
    Type.SOIL: ("土壤", "soil"),
    Type.RADIATION: ("辐射", "radiation"),
    Type.MARINE: ("海洋", "sea"),
    Type.OTHER: ("其他", "other"),
}
RATES_ZH = {
    "hainan": (
        "办结率（海南口径）",
        "Rate concluded (Hainan's definition)",
        "办结与阶段性办结之和，除以全部信访件。",
    ),
    "hebei": ("办结率（河北口径）", "Rate concluded (Hebei's definition)", "属实件中已办结的，除以属实件。"),
    "baiyin": (
        "办结率（白银口径）",
        "Rate concluded (Baiyin's definition)",
        "已办结的（不含阶段性办结），除以全部信访件。",
    ),
    "submitted": (
        "报请销号率",
        "Share submitted for striking off",
        "已报请、公示中或已销号的，除以全部信访件。",
    ),
    "struck_off": ("销号率", "Share struck off", "已销号的，除以全部信访件。"),
}


def cases(scope: Scope) -> Any:
    """Cases of this city that stood with us at the moment, of the newest central round."""
    rows = PetitionCase.objects.inside(scope.path).ours().standing_at(scope.as_of)
    rows = rows.filter(level=Level.CENTRAL).select_related("jurisdiction", "problem")
    newest = scope.once("newest_round", lambda: newest_round(scope.as_of))
    if newest is not None and newest.ordinal is not None:
        rows = rows.filter(round=newest.ordinal)
    return rows


def narrowed(**conditions: Any) -> Callable[[Scope], Any]:
    return lambda scope: cases(scope).filter(**conditions)


def struck_off(scope: Scope) -> Any:
    return cases(scope).filter(strike_off_then="struck_off")


def concluded(scope: Scope) -> Any:
    return cases(scope).filter(CONCLUDED)


def substantiated(scope: Scope) -> Any:
    return cases(scope).filter(FOUNDED)


def key_cases(scope: Scope) -> Any:
    return cases(scope).filter(key_case=True)


COUNTED = (
    (
        "petition_total", "信访件", "Petition cases", cases,
        "截至时点已收到的该轮中央督察转办信访件，以受理编号计，重复件各计一件，不含行政区域不在本市的。",
        "Cases of the round handed over by the as-of moment, by number; repeats count, other cities' don't.",
    ),
    (
        "petition_struck_off", "信访件办结销号", "Petition cases struck off", struck_off,
        "截至时点已办结并销号的信访件。",
        "Cases concluded and struck off the list by the as-of moment.",
    ),
    (
        "petition_concluded", "信访件办结", "Petition cases concluded", concluded,
        "截至时点处理为“办结”的信访件，不含阶段性办结，不论是否销号。",
        "Cases whose handling is concluded, without those in stages, struck off or not.",
    ),
    (
        "petition_substantiated", "属实信访件", "Substantiated petition cases", substantiated,
        "截至时点核查为属实、基本属实或部分属实的信访件。",
        "Cases found true, largely true or partly true.",
    ),
    (
        "petition_key", "重点信访件", "Key petition cases", key_cases,
        "督察组标为重点件的信访件。",
        "Cases the inspection team marked as key.",
    ),
)  # fmt: skip


def register_all() -> None:
    register_area(AREA, _("Petitions"))
    order = 0
    for order, (key, zh, en, query, definition_zh, definition_en) in enumerate(COUNTED, start=1):
        words = {"definition_zh": definition_zh, "definition_en": definition_en}
        register_figure(Figure(key, zh, en, "件", area=AREA, order=order, **words), query=query)
    _register_types(order + 1)
    _register_rates(order + 1 + len(CENTRAL_TYPES))


def _register_types(first: int) -> None:
    for order, kind in enumerate(CENTRAL_TYPES, start=first):
        zh, en = TYPES_ZH[kind]
        finer = [str(one) for one in Type if central(one) == kind]
        figure = Figure(
            f"petition_type_{kind}",
            f"{zh}类信访件",
            f"Petition cases on {en}",
            "件",
            definition_zh=f"主要污染类型为{zh}的信访件；油烟、扬尘计入大气，垃圾固废计入土壤，畜禽养殖计入水（本系统口径）。",
            definition_en=f"Cases whose main type is {en}; finer types count under a central one (ours).",
            area=AREA,
            order=order,
        )
        register_figure(figure, query=narrowed(primary_pollution__in=finer))


def _register_rates(first: int) -> None:
    for order, (name, definition) in enumerate(DEFINITIONS.items(), start=first):
        zh, en, words = RATES_ZH[name]
        figure = Figure(
            f"petition_rate_{name}",
            zh,
            en,
            "%",
            definition_zh=f"{words}见{definition.source}。",
            definition_en=f"By the definition published as: {definition.source}.",
            area=AREA,
            order=order,
        )
        register_figure(figure, query=cases, measure=MEASURES, combine=_share(name))


def _share(name: str) -> Any:
    return lambda measured: DEFINITIONS[name].share(Counts(**measured))


register_all()
