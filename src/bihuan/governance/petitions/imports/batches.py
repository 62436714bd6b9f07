"""Announcements of batches (交办信访件情况), as JSON lines or a plain table."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any, ClassVar

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from bihuan.governance.petitions.actions import receive_batch
from bihuan.governance.petitions.imports.cells import Cells, wrong_type
from bihuan.kernel.registers.faults import RowFault
from bihuan.kernel.registers.importing import Importer, Outcome

TEXTS = {"地区": "area", "督察": "inspection", "类型口径": "type_basis", "备注": "note", "来源": "source"}
COUNTS = {
    "总数": "total",
    "来电": "calls",
    "来信": "letters",
    "重点件": "key_items",
    "累计": "cumulative_total",
}
GROUPS = {
    "按地区": "by_region",
    "按类型": "by_type",
    "累计按地区": "cumulative_by_region",
    "累计按类型": "cumulative_by_type",
}


@dataclass(frozen=True)
class Cleaned:
    number: str
    printed: dict[str, Any]


class BatchImporter(Importer):
    id = "batches"
    title = gettext_lazy("Announcements of petition batches")
    permission = "petition.receive"
    headers: ClassVar = {
        "批号": ("batch_id", "编号"),
        "地区": ("area", "行政区域"),
        "督察": ("inspection", "督察轮次"),
        "批次": ("batch_no",),
        "转办日期": ("handover_date", "交办日期", "日期"),
        "总数": ("total", "件数", "合计"),
        "来电": ("calls", "来电件数"),
        "来信": ("letters", "来信件数"),
        "重点件": ("key_items", "重点件数"),
        "按地区": ("by_region",),
        "按类型": ("by_type",),
        "类型口径": ("type_basis",),
        "累计": ("cumulative_total", "累计件数"),
        "累计按地区": ("cumulative_by_region",),
        "累计按类型": ("cumulative_by_type",),
        "结果": ("results",),
        "备注": ("note",),
        "来源": ("source",),
    }
    required = frozenset({"地区", "总数"})

    def read(self, row: dict[str, Any]) -> Cleaned:
        cells = Cells(row)
        printed: dict[str, Any] = {name: cells.text(header) for header, name in TEXTS.items()}
        printed |= {name: cells.count(header) for header, name in COUNTS.items()}
        printed |= {name: _parts(cells, header) for header, name in GROUPS.items()}
        printed["batch_no"] = cells.label("批次")
        printed["results"] = _plain(cells.mapping("结果"))
        if not printed["area"]:
            raise RowFault("地区", _("The announcement names no area."))
        if printed["total"] is None:
            raise RowFault("总数", _("The announcement gives no total."))
        printed["handover_date"] = _day(cells)
        number = cells.label("批号") or _name(printed)
        return Cleaned(
            number[:120], {name: value for name, value in printed.items() if value not in ("", None, {})}
        )

    def key(self, cleaned: Cleaned) -> str:
        return cleaned.number

    def apply(self, cleaned: Cleaned, *, by: Any, source: str) -> Outcome:  # noqa: ARG002
        printed = {"inspection": "", **cleaned.printed}
        _batch, outcome = receive_batch(by=by, number=cleaned.number, printed=printed)
        return outcome  # type: ignore[return-value]


def _day(cells: Cells) -> str | None:
    day = cells.day("转办日期")
    return day.isoformat() if day else None


def _name(printed: dict[str, Any]) -> str:
    parts = (printed["area"], printed["inspection"], printed["batch_no"] or printed["handover_date"] or "")
    return "·".join(part for part in parts if part)


def _parts(cells: Cells, header: str) -> dict[str, Any]:
    """Counts by name; halves of a shared petition are kept exactly, as text."""
    found = cells.mapping(header)
    for name, value in found.items():
        if isinstance(value, bool) or not isinstance(value, int | Decimal) or value < 0:
            raise wrong_type(header, f"{name}: {value}", _("a number"))
    plain: dict[str, Any] = _plain(found)
    return plain


def _plain(value: Any) -> Any:
    """JSON that the ledger can seal: decimals as text."""
    if isinstance(value, Decimal):
        return str(value)
    if isinstance(value, dict):
        return {str(name): _plain(one) for name, one in value.items()}
    if isinstance(value, list):
        return [_plain(one) for one in value]
    return value
