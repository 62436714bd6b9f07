"""The words that sources print, and what we take them to mean. A word we don't know is kept and flagged."""

import re
from dataclasses import dataclass
from enum import StrEnum


class Finding(StrEnum):
    TRUE = "true"
    LARGELY_TRUE = "largely_true"
    PARTLY_TRUE = "partly_true"
    UNFOUNDED = "unfounded"


class Handling(StrEnum):
    IN_PROGRESS = "in_progress"
    STAGE_CONCLUDED = "stage_concluded"
    CONCLUDED = "concluded"


class StrikeOff(StrEnum):
    NONE = "none"
    PROPOSED = "proposed"
    UNDER_NOTICE = "under_notice"
    STRUCK_OFF = "struck_off"


class Pollution(StrEnum):
    """The eight central types, and four that some rounds print by themselves."""

    AIR = "air"
    WATER = "water"
    NOISE = "noise"
    ECOLOGY = "ecology"
    SOIL = "soil"
    RADIATION = "radiation"
    MARINE = "marine"
    OTHER = "other"
    FUME = "fume"
    DUST = "dust"
    WASTE = "waste"
    LIVESTOCK = "livestock"


# Ours: which of the eight central types a finer one is counted under.
CENTRAL = {
    Pollution.FUME: Pollution.AIR,
    Pollution.DUST: Pollution.AIR,
    Pollution.WASTE: Pollution.SOIL,
    Pollution.LIVESTOCK: Pollution.WATER,
}
CENTRAL_TYPES = tuple(one for one in Pollution if one not in CENTRAL)

FINDINGS: dict[str, Finding] = {
    "属实": Finding.TRUE,
    "是": Finding.TRUE,
    "基本属实": Finding.LARGELY_TRUE,
    "大部分属实": Finding.LARGELY_TRUE,
    "部分属实": Finding.PARTLY_TRUE,
    "不属实": Finding.UNFOUNDED,
    "否": Finding.UNFOUNDED,
}

CLOSURES: dict[str, tuple[Handling, StrikeOff]] = {
    "办结": (Handling.CONCLUDED, StrikeOff.NONE),
    "已办结": (Handling.CONCLUDED, StrikeOff.NONE),
    "是": (Handling.CONCLUDED, StrikeOff.NONE),
    "已整改": (Handling.CONCLUDED, StrikeOff.NONE),
    "已完成整改": (Handling.CONCLUDED, StrikeOff.NONE),
    "整改完成": (Handling.CONCLUDED, StrikeOff.NONE),
    "阶段性办结": (Handling.STAGE_CONCLUDED, StrikeOff.NONE),
    "阶段办结": (Handling.STAGE_CONCLUDED, StrikeOff.NONE),
    "正在办理": (Handling.IN_PROGRESS, StrikeOff.NONE),
    "办理中": (Handling.IN_PROGRESS, StrikeOff.NONE),
    "正在整改": (Handling.IN_PROGRESS, StrikeOff.NONE),
    "未办结": (Handling.IN_PROGRESS, StrikeOff.NONE),
    "否": (Handling.IN_PROGRESS, StrikeOff.NONE),
    "拟销号": (Handling.CONCLUDED, StrikeOff.PROPOSED),
    "销号公示": (Handling.CONCLUDED, StrikeOff.UNDER_NOTICE),
    "拟销号公示": (Handling.CONCLUDED, StrikeOff.UNDER_NOTICE),
    "销号": (Handling.CONCLUDED, StrikeOff.STRUCK_OFF),
    "已销号": (Handling.CONCLUDED, StrikeOff.STRUCK_OFF),
    "办结销号": (Handling.CONCLUDED, StrikeOff.STRUCK_OFF),
    "已办结销号": (Handling.CONCLUDED, StrikeOff.STRUCK_OFF),
}

TYPES: dict[str, Pollution] = {
    "大气": Pollution.AIR,
    "空气": Pollution.AIR,
    "废气": Pollution.AIR,
    "恶臭": Pollution.AIR,
    "异味": Pollution.AIR,
    "水": Pollution.WATER,
    "水体": Pollution.WATER,
    "废水": Pollution.WATER,
    "噪声": Pollution.NOISE,
    "噪音": Pollution.NOISE,
    "生态": Pollution.ECOLOGY,
    "生态破坏": Pollution.ECOLOGY,
    "土壤": Pollution.SOIL,
    "土": Pollution.SOIL,
    "重金属": Pollution.SOIL,
    "辐射": Pollution.RADIATION,
    "海洋": Pollution.MARINE,
    "其他": Pollution.OTHER,
    "其它": Pollution.OTHER,
    "建设项目": Pollution.OTHER,
    "油烟": Pollution.FUME,
    "餐饮油烟": Pollution.FUME,
    "扬尘": Pollution.DUST,
    "粉尘": Pollution.DUST,
    "垃圾": Pollution.WASTE,
    "固废": Pollution.WASTE,
    "固体废物": Pollution.WASTE,
    "畜禽养殖": Pollution.LIVESTOCK,
}

SEPARATORS = re.compile(r"[、,，;；/\s]+")
ENDING = "污染"


@dataclass(frozen=True)
class Type:
    """A pollution type with the word the source used for it."""

    type: Pollution
    word: str
    known: bool = True


def finding(word: str) -> Finding | None:
    return FINDINGS.get(_plain(word))


def closure(word: str) -> tuple[Handling, StrikeOff] | None:
    return CLOSURES.get(_plain(word))


def pollution(word: str) -> Type:
    """大气污染 is 大气, 噪音 is 噪声; a word we don't know counts as 其他 and says so."""
    plain = _plain(word)
    found = TYPES.get(plain) or TYPES.get(plain.removesuffix(ENDING))
    return Type(found or Pollution.OTHER, word.strip(), known=found is not None)


def pollutions(words: list[str]) -> list[Type]:
    """Each type once, in the order of the source: its first word leads."""
    found: dict[Pollution, Type] = {}
    for word in words:
        one = pollution(word)
        found.setdefault(one.type, one)
    return list(found.values())


def split(text: str) -> list[str]:
    return [word for word in SEPARATORS.split(text) if word]


def central(kind: Pollution) -> Pollution:
    return CENTRAL.get(kind, kind)


def _plain(word: str) -> str:
    return "".join(word.split()).strip("。.;；")
