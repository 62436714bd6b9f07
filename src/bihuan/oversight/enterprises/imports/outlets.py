from dataclasses import dataclass
from typing import Any, ClassVar

from django.utils.translation import gettext_lazy

from bihuan.kernel.registers.importing import Importer, Outcome
from bihuan.oversight.enterprises.actions.records import save_outlet
from bihuan.oversight.enterprises.imports import cells as words
from bihuan.oversight.enterprises.imports.enterprises import cells_of
from bihuan.oversight.enterprises.imports.finding import WHOSE, site_of
from bihuan.oversight.enterprises.models import Outlet, Site
from bihuan.oversight.enterprises.permissions import MANAGE
from bihuan.oversight.enterprises.rules.vocabulary import SYSTEM_CODES, Medium

WHOSE_HEADERS = {others[0]: others[1:] for others in WHOSE.values()}
WHOSE_COLUMNS = {others[0]: name for name, others in WHOSE.items()}


@dataclass(frozen=True)
class Cleaned:
    site: Site
    code: str
    medium: Medium | None
    fields: dict[str, Any]


class OutletImporter(Importer):
    id = "outlets"
    template_page = "enterprises-template"
    title = gettext_lazy("Outlets")
    permission = MANAGE
    headers: ClassVar = {
        "排放口编号": ("排口编号", "排放口编码", "监测点编号"),
        "排放口名称": ("排口名称", "监测点名称"),
        "介质": ("类别", "污染类别", "监测类型"),
        **WHOSE_HEADERS,
        "排放口类型": ("排口类型",),
        "系统编码ST": ("ST", "系统编码"),
        "应安装自动监测": ("是否自动监测", "自动监测"),
        "经度": (),
        "纬度": (),
        "坐标系": (),
        "高度(m)": ("排气筒高度(m)", "高度"),
        "内径(m)": ("出口内径(m)", "内径"),
        "截面积(m2)": ("烟道截面积(m2)",),
        "排放方式": (),
        "连续排放": (),
        "排放去向": ("受纳水体",),
        "启用日期": (),
        "停用日期": (),
        "备注": (),
    }
    required = frozenset({"排放口编号", "介质"})
    help = gettext_lazy(
        "One row for each outlet; the enterprise is named by source code, credit code or name."
    )
    columns: ClassVar = {
        "排放口编号": "outlet",
        "排放口名称": "name",
        "介质": "medium",
        **WHOSE_COLUMNS,
        "排放口类型": "kind",
        "系统编码ST": "system_code",
        "应安装自动监测": "must_monitor",
        "经度": "lon",
        "纬度": "lat",
        "坐标系": "crs",
        "高度(m)": "height_m",
        "内径(m)": "diameter_m",
        "截面积(m2)": "area_m2",
        "排放方式": "mode",
        "连续排放": "continuous",
        "排放去向": "destination",
        "启用日期": "opened_on",
        "停用日期": "closed_on",
        "备注": "remark",
    }

    def read(self, row: dict[str, Any]) -> Cleaned:
        cells = cells_of(row, self.columns)
        fields: dict[str, Any] = {
            "name": cells.text("name", limit=80),
            "kind": cells.chosen("kind", words.OUTLET_KIND),
            "system_code": cells.text("system_code", limit=4),
            "must_monitor": cells.chosen("must_monitor", words.YES),
            "mode": cells.chosen("mode", words.MODE),
            "continuous": cells.chosen("continuous", words.YES),
            "destination": cells.text("destination", limit=120),
            "opened_on": cells.day("opened_on"),
            "closed_on": cells.day("closed_on"),
            "remark": cells.text("remark"),
            **{name: cells.number(name) for name in ("height_m", "diameter_m", "area_m2")},
        }
        fields["lon"], fields["lat"] = cells.position() or (None, None)
        return Cleaned(
            site=site_of(cells),
            code=cells.needed("outlet", limit=20),
            medium=cells.chosen("medium", words.MEDIUM),
            fields={name: value for name, value in fields.items() if value not in ("", None)},
        )

    def key(self, cleaned: Cleaned) -> str:
        return f"{cleaned.site.pk}/{cleaned.code}"

    def apply(self, cleaned: Cleaned, *, by: Any, source: str) -> Outcome:  # noqa: ARG002
        outlet = cleaned.site.outlets.filter(code=cleaned.code).first()
        if outlet is None:
            outlet = Outlet(code=cleaned.code, name=cleaned.code, medium=cleaned.medium or Medium.OTHER)
            outlet.system_code = SYSTEM_CODES[Medium(outlet.medium)] or "31"
        outlet.site = cleaned.site
        if cleaned.medium:
            outlet.medium = cleaned.medium
        for name, value in cleaned.fields.items():
            setattr(outlet, name, value)
        return save_outlet(outlet, by=by)
