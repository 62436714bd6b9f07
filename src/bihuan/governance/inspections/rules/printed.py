"""Reading the columns of a 整改措施清单 (or its JSON lines) as a source printed them. Pure."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from bihuan.governance.inspections.rules.counts import Count, Nature
from bihuan.loop.rules.states import TimeLimit

NATURES: dict[str, Nature] = {
    "specific_problem": Nature.SPECIFIC,
    "specific": Nature.SPECIFIC,
    "具体问题": Nature.SPECIFIC,
    "个性问题": Nature.SPECIFIC,
    "common_problem": Nature.COMMON,
    "common": Nature.COMMON,
    "共性问题": Nature.COMMON,
    "面上问题": Nature.COMMON,
}

# What a printed status claims, in our four counts; None where it claims no progress that we count.
STATUSES: dict[str, Count | None] = {
    "written_off": Count.CLOSED,
    "已完成整改并销号": Count.CLOSED,
    "已销号": Count.CLOSED,
    "publicity_done": Count.COMPLETED_NOT_CLOSED,
    "in_publicity": Count.COMPLETED_NOT_CLOSED,
    "proposed_write_off": Count.COMPLETED_NOT_CLOSED,
    "已完成整改": Count.COMPLETED_NOT_CLOSED,
    "已完成,长期坚持": Count.COMPLETED_NOT_CLOSED,
    "达到序时进度": Count.ON_TRACK,
    "未达到序时进度": Count.BEHIND,
    "published_as_model": None,
}

_ORDINALS = {"一": 1, "二": 2, "三": 3, "四": 4, "五": 5, "六": 6}
_LONG_TERM = re.compile(r"长期坚持|立行立改")
_DAY = re.compile(r"^(\d{4})[-./年](\d{1,2})(?:[-./月](\d{1,2})日?|月?)$")
_PERIOD = re.compile(r"(\d{4}-\d{2}-\d{2})\s*(?:\.\.|至|—)\s*(\d{4}-\d{2}-\d{2})(?:\D+(\d+)\s*(?:天|days))?")


@dataclass(frozen=True)
class PrintedRound:
    """What the name of an inspection says about the round it belongs to."""

    level: str
    ordinal: int | None
    kind: str
    year: int | None


def read_round(name: str) -> PrintedRound:
    """第二轮中央督察2020 → central, 2, routine, 2020."""
    ordinal = re.search(r"第([一二三四五六\d])轮", name)
    year = re.search(r"(20\d{2})", name)
    kinds = (("回头看", "look_back"), ("警示片", "warning_film"), ("专项", "special"))
    return PrintedRound(
        level="central" if re.search(r"中央|央督|长江经济带", name) else "provincial",
        ordinal=_ordinal(ordinal.group(1)) if ordinal else None,
        kind=next((kind for word, kind in kinds if word in name), "routine"),
        year=int(year.group(1)) if year else None,
    )


def short_name(text: str) -> str:
    """The name of a problem: its text up to the first colon or sentence end, without a task number."""
    text = re.sub(r"^整改任务序号[一二三四五六七八九十\d]+[:：]", "", text.strip())
    return re.split(r"[:：。;；]", text, maxsplit=1)[0].strip()[:200]


def read_limit(text: str) -> tuple[TimeLimit, date | None]:
    """A printed time limit; a month alone means its last day. ValueError for a text that is no limit."""
    text = text.strip()
    if not text:
        return TimeLimit.DATE, None
    if _LONG_TERM.search(text):
        return TimeLimit.LONG_TERM, None
    return TimeLimit.DATE, read_day(text.removesuffix("前").removesuffix("底"))


def read_day(text: str) -> date:
    found = _DAY.match(text.strip())
    if not found:
        raise ValueError(text)
    year, month, day = int(found[1]), int(found[2]), found[3]
    if day:
        return date(year, month, int(day))
    following = date(year + month // 12, month % 12 + 1, 1)
    return date.fromordinal(following.toordinal() - 1)


def split_measures(text: str) -> list[str]:
    """Numbered or semicolon-separated measures of one cell."""
    parts = re.split(r"[;；\n]+|(?:^|(?<=[。;；\s]))[(（]?\d{1,2}[)）.、]", text)
    return [part.strip() for part in parts if part and part.strip()]


def publicity_flags(text: str) -> list[str]:
    """A printed notice period whose stated length isn't its calendar days with the first one counted."""
    found = _PERIOD.search(text)
    if not found or not found[3]:
        return []
    days = (date.fromisoformat(found[2]) - date.fromisoformat(found[1])).days + 1
    return [] if days == int(found[3]) else ["publicity_length_differs"]


def status_flags(printed: str, ours: Count) -> list[str]:
    """Flag a printed status that our own records don't (yet) bear out, or that we don't know."""
    if not printed:
        return []
    if printed not in STATUSES:
        return ["status_unknown"]
    claimed = STATUSES[printed]
    return ["status_differs"] if claimed is not None and claimed != ours else []


def missing_fields(row: dict[str, object], wanted: Sequence[str]) -> list[str]:
    """Fields of the list that the source left empty; shown, never filled in by guessing."""
    return [name for name in wanted if not row.get(name)]


def _ordinal(text: str) -> int:
    return int(text) if text.isdigit() else _ORDINALS[text]
