"""The public table of petitions (群众信访举报转办和边督边改公开情况一览表) and its records as JSON lines."""

import hashlib
import re
from dataclasses import dataclass, replace
from typing import Any, ClassVar

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from bihuan.governance.petitions.actions import NewCase, receive_case, update_case
from bihuan.governance.petitions.imports.cells import Cells
from bihuan.governance.petitions.imports.places import Placed, place, this_city
from bihuan.governance.petitions.models import (
    Channel,
    Finding,
    Handling,
    PetitionBatch,
    PetitionCase,
    StrikeOff,
)
from bihuan.governance.petitions.rules import number as numbers
from bihuan.governance.petitions.rules import vocabulary
from bihuan.governance.petitions.rules.masking import carries_numbers
from bihuan.kernel.places.printed import Area
from bihuan.kernel.registers.faults import RowFault
from bihuan.kernel.registers.importing import Importer, Outcome
from bihuan.kernel.registers.tables import Expected

KEY_LENGTH = 80
LEVELS = {"central": "central", "provincial": "provincial", "中央": "central", "省级": "provincial"}
ORDINALS = "一二三四五六七八九"
CENTRAL_ROUND = re.compile(rf"第([{ORDINALS}])轮中央")

# Printed text → the name under which it is kept beside what we make of it.
TEXTS = {
    "受理编号": "petition_no",
    "督察": "inspection",
    "级别": "level",
    "公开日期": "published",
    "受理日期": "received",
    "省": "province",
    "市": "city",
    "县区": "county",
    "行政区域": "area",
    "交办问题基本情况": "problem",
    "调查核实情况": "verification",
    "是否属实": "verdict",
    "处理和整改情况": "rectification",
    "是否办结": "closure",
    "办结目标": "closure_target",
    "责任人被处理情况": "accountability",
    "记录号": "record_id",
}
LISTS = {"污染类型": "pollution_types", "重复件": "repeats", "截断字段": "truncated_fields"}


@dataclass(frozen=True)
class Cleaned:
    new: NewCase
    record: str


class PetitionImporter(Importer):
    id = "petitions"
    title = gettext_lazy("Petition cases from the public table")
    permission = "petition.receive"
    headers: ClassVar = {
        "受理编号": ("petition_no", "编号", "信访件编号", "举报编号", "交办编号"),
        "序号": (),
        "交办问题基本情况": ("problem", "举报内容", "反映问题", "信访内容", "交办问题"),
        "行政区域": ("area", "所属地区", "属地", "责任地区", "地区"),
        "污染类型": ("pollution_types", "问题类型", "类型"),
        "调查核实情况": ("verification", "核实情况", "调查情况", "查处情况"),
        "是否属实": ("verdict", "属实情况", "核查结果"),
        "处理和整改情况": ("rectification", "整改情况", "处理情况", "处理及整改情况"),
        "是否办结": ("closure", "办结情况", "办理状态"),
        "责任人被处理情况": ("accountability", "问责情况", "责任追究情况"),
        "办结目标": ("closure_target", "整改目标"),
        "督察": ("inspection", "督察轮次", "督察名称"),
        "批次": ("batch_no", "转办批次"),
        "重点件": ("key_item", "是否重点件"),
        "级别": ("level", "督察级别"),
        "公开日期": ("published", "公开时间", "公示日期"),
        "受理日期": ("received", "交办日期", "转办日期", "受理时间"),
        "省": ("province", "省份"),
        "市": ("city", "地市", "设区市"),
        "县区": ("county", "县市区", "县(市、区)"),
        "重复件": ("repeats",),
        "截断字段": ("truncated_fields",),
        "记录号": ("record_id",),
        "来源": ("source", "出处"),
        "渠道": ("channel", "举报方式"),
        "举报人": ("信访人", "投诉人", "举报人姓名"),
        "举报人电话": ("联系电话", "联系方式", "电话"),
        "举报人地址": ("联系地址", "住址"),
    }
    required = frozenset({"交办问题基本情况"})
    help = gettext_lazy(
        "The ten columns of the public table; further 督察, 批次, 受理日期 and 公开日期. "
        "Names and telephone numbers of complainants are sealed as they come in."
    )

    def expected(self) -> Expected:
        this_city()
        return super().expected()

    def read(self, row: dict[str, Any]) -> Cleaned:
        cells = Cells(row)
        printed = _printed(cells)
        number = numbers.parse(cells.text("受理编号"))
        text, cut = cells.text("交办问题基本情况"), cells.words("截断字段")
        if not text and "problem" not in cut:
            raise RowFault("交办问题基本情况", _("The text of the petition is empty."))
        given = Area(cells.text("省"), cells.text("市"), cells.text("县区"))
        placed = place(given, cells.text("行政区域"))
        new = NewCase(
            key="",
            number=number,
            text=text,
            jurisdiction=placed.jurisdiction,
            parts=placed.parts,
            area_printed=placed.printed[:120],
            published_on=cells.day("公开日期"),
            received_on=cells.day("受理日期") or number.received_on,
            repeats=tuple(cells.words("重复件")),
            truncated_fields=tuple(cut),
            key_case=cells.yes("重点件") or number.starred,
            printed=printed,
            **_context(cells, number),
            **_meanings(cells),
            complainant=_complainant(cells),
        )
        flags = _flags(cells, new, placed)
        return Cleaned(replace(new, key=_key(cells, new, placed), flags=flags), cells.text("记录号"))

    def key(self, cleaned: Cleaned) -> str:
        return cleaned.new.key

    def apply(self, cleaned: Cleaned, *, by: Any, source: str) -> Outcome:  # noqa: ARG002
        new = replace(cleaned.new, batch=_batch(cleaned.new))
        known = known_case(new)
        if known is None:
            receive_case(new, by=by, same_as=_repeated(new))
            return "new"
        return "changed" if update_case(known, _spoken(new, known), by=by) else "unchanged"


def known_case(new: NewCase) -> PetitionCase | None:
    """By key; a serial that every list begins anew, or no number at all, also by the text it stands with."""
    cases = PetitionCase.objects.select_related("jurisdiction")
    found = cases.filter(kind="petition", number=new.key).first()
    if found is None and not new.number.lasting and new.text:
        found = cases.filter(number_printed=new.number.printed.strip(), problem_text=new.text).first()
    return found  # type: ignore[no-any-return]


def _spoken(new: NewCase, known: PetitionCase) -> NewCase:
    """The same place named in another way is no change; an emptied cell doesn't wipe what was said."""
    printed = dict(new.printed)
    if known.jurisdiction == new.jurisdiction:
        for name in ("area", "province", "city", "county"):
            if not known.printed.get(name):
                printed.pop(name, None)
    return replace(new, printed=printed)


def _printed(cells: Cells) -> dict[str, Any]:
    said: dict[str, Any] = {name: cells.text(header) for header, name in TEXTS.items()}
    said |= {name: cells.words(header) for header, name in LISTS.items()}
    said["batch_no"] = cells.label("批次")
    said["key_item"] = cells.yes("重点件") or None
    source = cells.row.get("来源")
    said["source"] = source if isinstance(source, dict) else cells.text("来源")
    return {name: value for name, value in said.items() if value not in ("", None, [], {})}


def _context(cells: Cells, number: numbers.Number) -> dict[str, Any]:
    inspection = cells.text("督察")
    said = CENTRAL_ROUND.search(inspection)
    level = LEVELS.get(cells.text("级别")) or ("central" if "中央" in inspection or number.round else "")
    channel = cells.text("渠道")
    return {
        "inspection": inspection[:60],
        "round": ORDINALS.index(said[1]) + 1 if said else number.round,
        "level": level or ("local" if cells.text("级别") else ("provincial" if "省" in inspection else "")),
        "batch_no": cells.label("批次")[:30],
        "channel": number.channel or (channel if channel in Channel.values else ""),
    }


def _meanings(cells: Cells) -> dict[str, Any]:
    closure = vocabulary.closure(cells.text("是否办结"))
    return {
        "finding": vocabulary.finding(cells.text("是否属实")) or Finding.UNKNOWN,
        "handling": closure[0] if closure else Handling.UNKNOWN,
        "strike_off": closure[1] if closure else StrikeOff.NONE,
        "types": tuple(vocabulary.pollutions(cells.words("污染类型"))),
        "verification": cells.text("调查核实情况"),
        "rectification": cells.text("处理和整改情况"),
        "accountability": cells.text("责任人被处理情况"),
        "closure_target": cells.text("办结目标"),
    }


def _complainant(cells: Cells) -> dict[str, str]:
    named = {"name": "举报人", "phone": "举报人电话", "address": "举报人地址"}
    return {ours: cells.text(header) for ours, header in named.items()}


def _flags(cells: Cells, new: NewCase, placed: Placed) -> tuple[str, ...]:
    odd = {
        "area_outside": placed.outside,
        "text_missing": not new.text,
        "text_truncated": bool(new.truncated_fields),
        "verdict_unknown": bool(cells.text("是否属实")) and new.finding == Finding.UNKNOWN,
        "closure_unknown": bool(cells.text("是否办结")) and new.handling == Handling.UNKNOWN,
        "type_unknown": any(not one.known for one in new.types),
        "date_incomplete": bool(cells.text("公开日期")) and new.published_on is None,
        "personal_numbers": carries_numbers(f"{new.text}{new.verification}{new.rectification}"),
    }
    return (*new.number.flags, *(name for name, is_so in odd.items() if is_so))


def _key(cells: Cells, new: NewCase, placed: Placed) -> str:
    if new.number.lasting:
        return new.number.text[:KEY_LENGTH]
    if new.number.text:
        parts = (new.inspection, placed.printed, new.batch_no, new.number.text)
        key = "·".join(part for part in parts if part)
    else:
        record = cells.text("记录号") or _digest(f"{placed.printed}{new.text}{new.verification}")
        key = f"无编号·{record}"
    return key if len(key) <= KEY_LENGTH else f"{key[: KEY_LENGTH - 17]}·{_digest(key)}"


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def _batch(new: NewCase) -> PetitionBatch | None:
    """The announcement the case belongs to, where exactly one is known."""
    if not (new.batch_no and new.inspection):
        return None
    found = list(PetitionBatch.objects.filter(inspection=new.inspection, batch_no=new.batch_no)[:2])
    return found[0] if len(found) == 1 else None


def _repeated(new: NewCase) -> PetitionCase | None:
    """The earlier case of the same inspection that the source names as the same matter."""
    if not new.repeats:
        return None
    alike = PetitionCase.objects.filter(number_printed__in=new.repeats, inspection=new.inspection)
    return alike.filter(problem__isnull=False).order_by("pk").first()  # type: ignore[no-any-return]
