"""Taking in a list of measures (整改措施清单): JSON lines, xlsx or csv."""

from dataclasses import dataclass, field
from typing import Any, ClassVar

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from bihuan.governance.inspections.actions import (
    PERMISSION,
    NewItem,
    note_printed,
    open_round,
    receive_item,
)
from bihuan.governance.inspections.models import FeedbackItem, Round
from bihuan.governance.inspections.rules import printed as rules
from bihuan.governance.inspections.rules.counts import Nature
from bihuan.governance.inspections.rules.early import claimed_months, early_flags
from bihuan.kernel.places import national
from bihuan.kernel.places.models import Jurisdiction
from bihuan.kernel.places.printed import areas
from bihuan.kernel.registers.importing import Importer, Outcome, RowFault
from bihuan.loop.rules.states import TimeLimit

WANTED = ("responsible", "deadline", "goal")
PETITION_KINDS = ("petition_write_off", "信访件")


@dataclass(frozen=True)
class Cleaned:
    """One row, checked: what goes into an item, and the row as it was printed."""

    number: str
    round_name: str
    place: Jurisdiction
    ordinal: int | None
    text: str
    title: str
    nature: Nature
    time_limit: TimeLimit
    deadline: Any
    printed: dict[str, Any] = field(default_factory=dict)
    flags: tuple[str, ...] = ()


class RectificationImporter(Importer):
    id = "rectification"
    title = gettext_lazy("Feedback items from a list of measures")
    permission = PERMISSION
    headers: ClassVar = {
        "task_id": ("任务编号", "整改任务编号", "编号"),
        "ordinal": ("序号",),
        "city": ("行政区域", "地区", "地市", "责任地区"),
        "inspection": ("督察", "督察轮次", "督察名称"),
        "problem": ("反馈问题原文", "反馈问题", "问题", "存在问题"),
        "kind": ("问题类型", "类型"),
        "task": ("整改任务",),
        "lead": ("牵头单位",),
        "responsible": ("责任单位", "整改责任单位"),
        "person": ("责任人",),
        "accept_unit": ("督导/验收单位", "督导单位", "验收单位"),
        "deadline": ("整改时限", "完成时限", "时限"),
        "goal": ("整改目标", "目标"),
        "measures": ("整改措施", "措施"),
        "progress": ("进展", "整改进展", "进展情况", "整改情况"),
        "acceptance": ("验收", "验收情况"),
        "completed": ("完成时间", "完成日期"),
        "closed_on": ("销号日期", "销号时间"),
        "publicity": ("公示", "公示期", "公示时间"),
        "published_early": ("提前完成", "提前"),
        "status": ("状态", "整改状态"),
        "source": ("来源", "出处"),
    }
    required = frozenset({"problem"})
    help = gettext_lazy(
        "The columns of a list of measures: 序号, 反馈问题原文, 问题类型, 整改任务, 牵头单位, 责任单位, "
        "责任人, 验收单位, 整改时限, 整改目标, 整改措施, 进展, 验收, 销号日期; further 督察 and 行政区域."
    )

    def read(self, row: dict[str, Any]) -> Cleaned:
        said = {name: value for name, value in row.items() if value not in ("", None, [])}
        if cell(said, "kind") in PETITION_KINDS:
            raise RowFault(
                "问题类型",
                _("This strikes off a petition case and is no feedback item; import it with the petitions."),
            )
        text = cell(said, "problem")
        if not text:
            raise RowFault("反馈问题原文", _("The text of the feedback is missing."))
        limit, deadline = read_limit(cell(said, "deadline"))
        return Cleaned(
            number=cell(said, "task_id"),
            round_name=cell(said, "inspection"),
            place=read_place(cell(said, "city")),
            ordinal=read_ordinal(cell(said, "ordinal")),
            text=text,
            title=rules.short_name(text),
            nature=read_nature(cell(said, "kind")),
            time_limit=limit,
            deadline=deadline,
            printed=said,
            flags=flags_of(said),
        )

    def key(self, cleaned: Cleaned) -> str:
        return cleaned.number or f"{cleaned.round_name}/{cleaned.ordinal or cleaned.title}"

    def apply(self, cleaned: Cleaned, *, by: Any, source: str) -> Outcome:
        known = known_item(cleaned)
        document = cell(cleaned.printed, "source") or source.partition("#")[0]
        if known is None:
            inspected = round_for(cleaned, by=by)
            receive_item(inspected, new_item(cleaned, inspected, document), by=by)
            return "new"
        changed = note_printed(
            known,
            by=by,
            printed=cleaned.printed,
            flags=cleaned.flags,
            source_number=cleaned.number,
            source_document=document,
        )
        return "changed" if changed else "unchanged"


def new_item(cleaned: Cleaned, inspected: Round, document: str) -> NewItem:
    taken = cleaned.ordinal and inspected.items.filter(ordinal=cleaned.ordinal).exists()
    return NewItem(
        text=cleaned.text,
        title=cleaned.title,
        nature=cleaned.nature,
        jurisdiction=cleaned.place,
        ordinal=None if taken else cleaned.ordinal,
        task=cell(cleaned.printed, "task"),
        goal=cell(cleaned.printed, "goal"),
        time_limit=cleaned.time_limit,
        deadline=cleaned.deadline,
        source_number=cleaned.number,
        source_document=document,
        printed=cleaned.printed,
        flags=cleaned.flags,
    )


def known_item(cleaned: Cleaned) -> FeedbackItem | None:
    """The item by its number in the source; else the same problem of the same round, told by its name."""
    items = FeedbackItem.objects.select_related("round")
    if cleaned.number and (found := items.filter(source_number=cleaned.number).first()):
        return found  # type: ignore[no-any-return]
    inspected = known_round(cleaned)
    if inspected is None:
        return None
    same = items.filter(round=inspected, title=cleaned.title, source_number__in=("", cleaned.number))
    return same.filter(jurisdiction_path__startswith=cleaned.place.path).first()  # type: ignore[no-any-return]


def known_round(cleaned: Cleaned) -> Round | None:
    """The round by its name, or by what the name says: level, ordinal, kind, and the place inspected."""
    rounds = Round.objects.select_related("inspected")
    if found := rounds.filter(name=round_name(cleaned)).first():
        return found  # type: ignore[no-any-return]
    said = rules.read_round(cleaned.round_name)
    if said.ordinal is None:
        return None
    alike = rounds.filter(level=said.level, kind=said.kind, ordinal=said.ordinal)
    path = cleaned.place.path
    return next((one for one in alike if path.startswith(one.inspected.path)), None)


def round_name(cleaned: Cleaned) -> str:
    return cleaned.round_name or _("Inspection not named in the source")


def round_for(cleaned: Cleaned, *, by: Any) -> Round:
    found = known_round(cleaned)
    if found is not None:
        return found
    said = rules.read_round(cleaned.round_name)
    return open_round(
        by=by,
        name=round_name(cleaned),
        inspected=cleaned.place,
        level=said.level,
        kind=said.kind,
        ordinal=said.ordinal,
    )


def flags_of(said: dict[str, Any]) -> tuple[str, ...]:
    flags = [
        *early_flags(claimed_months(cell(said, "published_early")), None),
        *rules.publicity_flags(cell(said, "publicity")),
        *(f"missing_{name}" for name in rules.missing_fields(said, WANTED)),
    ]
    return tuple(sorted(set(flags)))


def read_nature(text: str) -> Nature:
    if text not in rules.NATURES:
        raise RowFault(
            "问题类型", _("“%(text)s” is neither a specific nor a common problem.") % {"text": text or "—"}
        )
    return rules.NATURES[text]


def read_limit(text: str) -> tuple[TimeLimit, Any]:
    try:
        return rules.read_limit(text)
    except ValueError:
        raise RowFault(
            "整改时限", _("“%(text)s” is no date; write 2022-11-30 or 立行立改、长期坚持.") % {"text": text}
        ) from None


def read_ordinal(text: str) -> int | None:
    if not text:
        return None
    if not text.isdecimal() or not 0 < int(text) < 10_000:
        raise RowFault("序号", _("“%(text)s” is no ordinal number.") % {"text": text})
    return int(text)


def read_place(text: str) -> Jurisdiction:
    """The county named in the text, else the city; nothing named is this city."""
    city = Jurisdiction.objects.get(code=settings.BIHUAN_CITY)
    if not text:
        return city
    levels = ("city", "county", "functional")
    named = [one for one in Jurisdiction.objects.filter(level__in=levels) if one.name in text]
    if not named:
        raise RowFault("行政区域", _not_here(text, city) % {"name": text, "city": city.name})
    return max(named, key=lambda place: len(place.path))


def _not_here(text: str, city: Jurisdiction) -> str:
    """Another city's item is its own city's to rectify; a name that is nobody's is a slip of the pen."""
    named = areas(text)
    if named and named[0].city != city.name and national.knows(named[0].city, named[0].county):
        return _("“%(name)s” does not belong to %(city)s; its feedback items are kept by its own city.")
    return _("There is no place with the name “%(name)s”.")


def cell(said: dict[str, Any], name: str) -> str:
    value = said.get(name, "")
    return "\n".join(map(str, value)) if isinstance(value, list) else str(value).strip()
