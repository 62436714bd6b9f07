from dataclasses import dataclass
from datetime import date
from typing import Any, ClassVar

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from bihuan.kernel.registers.importing import Importer, Outcome
from bihuan.oversight.enterprises.actions.records import save_link, save_production, save_treatment
from bihuan.oversight.enterprises.imports import cells as words
from bihuan.oversight.enterprises.imports.cells import Cells
from bihuan.oversight.enterprises.imports.enterprises import cells_of
from bihuan.oversight.enterprises.imports.finding import outlet_named, site_of
from bihuan.oversight.enterprises.imports.loggers import APART
from bihuan.oversight.enterprises.imports.outlets import WHOSE_COLUMNS, WHOSE_HEADERS
from bihuan.oversight.enterprises.models import (
    FacilityLink,
    Outlet,
    ProductionFacility,
    Site,
    TreatmentFacility,
)
from bihuan.oversight.enterprises.permissions import MANAGE
from bihuan.oversight.enterprises.rules.vocabulary import TreatedMedium

PRODUCTION, TREATMENT = "production", "treatment"
KINDS = {"生产设施": PRODUCTION, "产污设施": PRODUCTION, "治理设施": TREATMENT, "治污设施": TREATMENT}
TEXTS = {
    PRODUCTION: ("process", "product", "capacity", "fuel", "meter", "remark"),
    TREATMENT: ("process", "capacity", "meter", "remark"),
}


@dataclass(frozen=True)
class Cleaned:
    site: Site
    kind: str
    code: str
    fields: dict[str, Any]
    feeds: tuple[TreatmentFacility, ...]
    outlets: tuple[Outlet, ...]
    since: date


class FacilityImporter(Importer):
    id = "facilities"
    template_page = "enterprises-template"
    title = gettext_lazy("Production and treatment facilities")
    permission = MANAGE
    headers: ClassVar = {
        "设施编号": ("设施编码",),
        "设施名称": (),
        "设施类别": ("设施类型",),
        **WHOSE_HEADERS,
        "介质": ("治理介质",),
        "工艺": ("治理工艺", "生产工艺"),
        "产品": (),
        "产能": ("设计能力", "设计处理能力"),
        "燃料": (),
        "额定功率(kW)": (),
        "运行阈值(kW)": (),
        "停运阈值(kW)": (),
        "电表": ("电表编号",),
        "对应治理设施": ("治理设施编号",),
        "对应排放口": ("排放口编号",),
        "关联起始日期": (),
        "备注": (),
    }
    required = frozenset({"设施编号", "设施类别"})
    help = gettext_lazy(
        "One row for each facility, treatment before the production that it serves: a production names its "
        "treatment, a treatment its outlets."
    )
    columns: ClassVar = {
        "设施编号": "code",
        "设施名称": "name",
        "设施类别": "kind",
        **WHOSE_COLUMNS,
        "介质": "medium",
        "工艺": "process",
        "产品": "product",
        "产能": "capacity",
        "燃料": "fuel",
        "额定功率(kW)": "rated_kw",
        "运行阈值(kW)": "power_on_kw",
        "停运阈值(kW)": "power_off_kw",
        "电表": "meter",
        "对应治理设施": "feeds",
        "对应排放口": "outlet",
        "关联起始日期": "since",
        "备注": "remark",
    }

    def read(self, row: dict[str, Any]) -> Cleaned:
        cells = cells_of(row, self.columns)
        site = site_of(cells)
        cells.needed("kind")
        kind = cells.chosen("kind", KINDS) or PRODUCTION
        fields: dict[str, Any] = {name: cells.text(name, limit=40) for name in TEXTS[kind]}
        fields["name"] = cells.text("name", limit=80)
        fields |= {name: cells.number(name) for name in ("rated_kw", "power_on_kw", "power_off_kw")}
        if kind == TREATMENT:
            fields["medium"] = cells.chosen("medium", words.TREATED)
            fields["design_capacity"] = fields.pop("capacity")
        return Cleaned(
            site=site,
            kind=kind,
            code=cells.needed("code", limit=20),
            fields={name: value for name, value in fields.items() if value not in ("", None)},
            feeds=tuple(_treatment(cells, site, code) for code in _codes(cells, "feeds")),
            outlets=tuple(outlet_named(cells, site, code) for code in _codes(cells, "outlet")),
            since=cells.day("since") or timezone.localdate(),
        )

    def key(self, cleaned: Cleaned) -> str:
        return f"{cleaned.site.pk}/{cleaned.kind}/{cleaned.code}"

    def apply(self, cleaned: Cleaned, *, by: Any, source: str) -> Outcome:  # noqa: ARG002
        facility, told = _facility(cleaned, by=by)
        linked = [_link(cleaned, facility, end, by=by) for end in (*cleaned.feeds, *cleaned.outlets)]
        return "changed" if told == "unchanged" and "new" in linked else told


def _facility(cleaned: Cleaned, *, by: Any) -> tuple[Any, Outcome]:
    model = ProductionFacility if cleaned.kind == PRODUCTION else TreatmentFacility
    facility: Any = model.objects.filter(site=cleaned.site, code=cleaned.code).first()
    if facility is None:
        facility = model(code=cleaned.code, name=cleaned.code)
        if cleaned.kind == TREATMENT:
            facility.medium = TreatedMedium.AIR
    facility.site = cleaned.site
    for name, value in cleaned.fields.items():
        setattr(facility, name, value)
    save = save_production if cleaned.kind == PRODUCTION else save_treatment
    return facility, save(facility, by=by)


def _link(cleaned: Cleaned, facility: Any, end: Any, *, by: Any) -> Outcome:
    """The open link from the facility to the other end; one that is there stays."""
    ends: dict[str, Any] = {cleaned.kind: facility, "outlet" if isinstance(end, Outlet) else TREATMENT: end}
    if FacilityLink.objects.filter(**ends, valid_to=None).exists():
        return "unchanged"
    return save_link(FacilityLink(**ends, valid_from=cleaned.since), by=by)


def _codes(cells: Cells, name: str) -> list[str]:
    return [code for code in APART.split(cells.text(name)) if code]


def _treatment(cells: Cells, site: Site, code: str) -> TreatmentFacility:
    found = TreatmentFacility.objects.filter(site=site, code=code).select_related("site").first()
    if found is None:
        said = {"code": code, "site": site.name}
        raise cells.fault("feeds", _("The site %(site)s has no treatment facility %(code)s.") % said)
    return found
