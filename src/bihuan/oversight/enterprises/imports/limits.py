from dataclasses import dataclass
from typing import Any, ClassVar

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from bihuan.kernel.registers.importing import Importer, Outcome
from bihuan.oversight.enterprises.actions.limits import NewLimit, set_limit
from bihuan.oversight.enterprises.imports import cells as words
from bihuan.oversight.enterprises.imports.cells import Cells
from bihuan.oversight.enterprises.imports.enterprises import cells_of
from bihuan.oversight.enterprises.imports.finding import outlet_of
from bihuan.oversight.enterprises.imports.outlets import WHOSE_COLUMNS, WHOSE_HEADERS
from bihuan.oversight.enterprises.models import Factor, Outlet
from bihuan.oversight.enterprises.permissions import MANAGE
from bihuan.oversight.enterprises.rules.vocabulary import LimitKind


@dataclass(frozen=True)
class Cleaned:
    outlet: Outlet
    limit: NewLimit


class LimitImporter(Importer):
    id = "limits"
    template_page = "enterprises-template"
    title = gettext_lazy("Limits of outlets")
    permission = MANAGE
    headers: ClassVar = {
        "因子": ("因子编码", "污染物", "污染物名称", "污染因子"),
        "限值": ("上限", "浓度限值", "许可排放浓度"),
        "评价时段": ("均值类型", "时段"),
        "生效日期": ("起始日期", "有效期起"),
        "依据文件": ("标准", "执行标准", "来源"),
        "排放口编号": ("排口编号", "排放口编码"),
        **WHOSE_HEADERS,
        "下限": (),
        "单位": (),
        "限值类型": (),
        "失效日期": ("截止日期", "有效期止"),
        "基准含氧量(%)": ("基准氧含量(%)", "基准氧"),
    }
    required = frozenset({"因子", "限值", "生效日期"})
    help = gettext_lazy(
        "One row for each limit. A later limit for the same outlet and factor ends the one before it on the "
        "day before; nothing is overwritten."
    )
    columns: ClassVar = {
        "因子": "factor",
        "限值": "upper",
        "评价时段": "averaging",
        "生效日期": "valid_from",
        "依据文件": "document",
        "排放口编号": "outlet",
        **WHOSE_COLUMNS,
        "下限": "lower",
        "单位": "unit",
        "限值类型": "kind",
        "失效日期": "valid_to",
        "基准含氧量(%)": "reference_oxygen_pct",
    }

    def read(self, row: dict[str, Any]) -> Cleaned:
        cells = cells_of(row, self.columns)
        cells.needed("valid_from")
        cells.needed("averaging")
        valid_from, averaging = cells.day("valid_from"), cells.chosen("averaging", words.AVERAGING)
        assert valid_from is not None
        assert averaging is not None
        limit = NewLimit(
            factor_code=_factor(cells),
            averaging=averaging,
            source=cells.needed("document"),
            valid_from=valid_from,
            upper=cells.number("upper"),
            lower=cells.number("lower"),
            unit=cells.text("unit", limit=12),
            kind=cells.chosen("kind", words.LIMIT_KIND) or LimitKind.PERMIT,
            valid_to=cells.day("valid_to"),
            reference_oxygen_pct=cells.number("reference_oxygen_pct"),
        )
        return Cleaned(outlet_of(cells), limit)

    def key(self, cleaned: Cleaned) -> tuple[Any, ...]:
        limit = cleaned.limit
        return (cleaned.outlet.pk, limit.factor_code, limit.averaging, limit.kind, limit.valid_from)

    def apply(self, cleaned: Cleaned, *, by: Any, source: str) -> Outcome:  # noqa: ARG002
        return set_limit(cleaned.outlet, cleaned.limit, by=by)


def _factor(cells: Cells) -> str:
    """By code, or by its Chinese name as the factor table prints it."""
    said = cells.needed("factor", limit=60)
    rows = Factor.objects.exclude(code="")
    found = rows.filter(code__iexact=said).first() or rows.filter(name_zh=said).first()
    if found is None:
        raise cells.fault("factor", _("There is no factor “%(text)s” in the factor table.") % {"text": said})
    return found.code
