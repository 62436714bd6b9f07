from dataclasses import dataclass
from datetime import date
from typing import Any, ClassVar

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from bihuan.kernel.places.models import Jurisdiction
from bihuan.kernel.registers.importing import Importer, Outcome
from bihuan.oversight.enterprises.actions.records import save_enterprise, save_site
from bihuan.oversight.enterprises.imports import cells as words
from bihuan.oversight.enterprises.imports.cells import Cells
from bihuan.oversight.enterprises.models import Enterprise, Site
from bihuan.oversight.enterprises.permissions import MANAGE
from bihuan.oversight.enterprises.rules import identifiers
from bihuan.oversight.enterprises.rules.vocabulary import IdKind

TEXTS = (
    ("legal_representative", 60),
    ("contact_name", 60),
    ("contact_phone", 30),
    ("address", 200),
    ("industry_code", 4),
    ("industry", 80),
    ("remark", 200),
)


@dataclass(frozen=True)
class Cleaned:
    """One row: an enterprise, and one of its sites where the row names one."""

    name: str
    uscc: str
    id_kind: IdKind
    place: Jurisdiction
    registered_on: date | None
    source_code: str
    site_name: str
    position: tuple[float, float] | None
    fields: dict[str, Any]


class EnterpriseImporter(Importer):
    id = "enterprises"
    template_page = "enterprises-template"
    title = gettext_lazy("Enterprises with their sites")
    permission = MANAGE
    headers: ClassVar = {
        "企业名称": ("单位名称", "排污单位名称", "名称"),
        "统一社会信用代码": ("社会信用代码", "信用代码"),
        "行政区划": ("所在区划", "所属区县", "所在镇街", "属地"),
        "排污单位编码": ("排污许可证编号", "许可证编号", "固定污染源编码"),
        "场所名称": ("厂区", "生产经营场所", "厂区名称"),
        "地址": ("生产经营场所地址", "详细地址"),
        "经度": (),
        "纬度": (),
        "坐标系": (),
        "法定代表人": ("法人",),
        "联系人": ("环保联系人",),
        "联系电话": ("电话", "手机"),
        "行业代码": (),
        "行业": ("行业类别", "行业名称"),
        "管理类别": ("排污许可管理类别",),
        "重点排污单位": ("是否重点排污单位",),
        "运行状态": ("生产状态", "状态"),
        "入库日期": (),
        "备注": (),
    }
    required = frozenset({"企业名称", "行政区划"})
    help = gettext_lazy(
        "One row for each site; an enterprise with two sites has two rows with the same credit code. What a "
        "cell leaves empty stays as it is. Positions are WGS-84 unless the row says GCJ-02."
    )
    columns: ClassVar = dict(
        zip(
            headers,
            ("name", "uscc", "jurisdiction", "source_code", "site", "address", "lon", "lat", "crs",
             "legal_representative", "contact_name", "contact_phone", "industry_code", "industry",
             "management_class", "key_unit", "operation", "registered_on", "remark"),
            strict=True,
        )
    )  # fmt: skip

    def read(self, row: dict[str, Any]) -> Cleaned:
        cells = cells_of(row, self.columns)
        code = cells.text("uscc", limit=24)
        kind = IdKind.H9 if code[:2].upper() == "H9" else IdKind.USCC if code else IdKind.NONE
        uscc = (
            identifiers.check_h9(code) if kind == IdKind.H9 else identifiers.check_uscc(code) if code else ""
        )
        fields: dict[str, Any] = {name: cells.text(name, limit=limit) for name, limit in TEXTS}
        fields["management_class"] = cells.chosen("management_class", words.MANAGEMENT)
        fields["key_unit"] = cells.chosen("key_unit", words.YES)
        fields["operation"] = cells.chosen("operation", words.OPERATION)
        source_code = cells.text("source_code", limit=24)
        return Cleaned(
            name=cells.needed("name", limit=120),
            uscc=uscc,
            id_kind=kind,
            place=cells.place(),
            registered_on=cells.day("registered_on"),
            source_code=identifiers.check_source_code(source_code) if source_code else "",
            site_name=cells.text("site", limit=120),
            position=cells.position(),
            fields={name: value for name, value in fields.items() if value not in ("", None)},
        )

    def key(self, cleaned: Cleaned) -> str:
        whose = cleaned.uscc or f"{cleaned.place.path}{cleaned.name}"
        return cleaned.source_code or f"{whose}/{cleaned.site_name}"

    def apply(self, cleaned: Cleaned, *, by: Any, source: str) -> Outcome:  # noqa: ARG002
        enterprise = _known(cleaned) or Enterprise(
            registered_on=cleaned.registered_on or timezone.localdate()
        )
        enterprise.name = cleaned.name
        if cleaned.uscc:
            enterprise.uscc, enterprise.id_kind = cleaned.uscc, cleaned.id_kind
        for name, value in cleaned.fields.items():
            setattr(enterprise, name, value)
        if enterprise.lon is None and cleaned.position:
            enterprise.lon, enterprise.lat = cleaned.position
        place = (
            enterprise.jurisdiction
            if enterprise.pk and _has_other_site(enterprise, cleaned)
            else cleaned.place
        )
        told = save_enterprise(enterprise, by=by, jurisdiction=place)
        told_site = _apply_site(enterprise, cleaned, by=by)
        return next((one for one in ("new", "changed") if one in (told, told_site)), "unchanged")  # type: ignore[return-value]


def cells_of(row: dict[str, Any], columns: dict[str, str]) -> Cells:
    return Cells(
        {columns.get(header, header): value for header, value in row.items()},
        {name: header for header, name in columns.items()},
    )


def _known(cleaned: Cleaned) -> Enterprise | None:
    """The entry with the same code; else the one of the same name in the same county that has none yet."""
    entries = Enterprise.objects.filter(merged_into=None).select_related("jurisdiction")
    if cleaned.uscc and (found := entries.filter(uscc=cleaned.uscc).first()):
        return found  # type: ignore[no-any-return]
    county = "/".join(cleaned.place.path.split("/")[:3])
    same_name = entries.filter(name=cleaned.name, jurisdiction_path__startswith=county)
    found = same_name.filter(uscc=None).first() if cleaned.uscc else same_name.first()
    if found is None and cleaned.uscc and (other := same_name.first()):
        said = {"name": cleaned.name, "code": other.uscc}
        raise cells_fault(_("%(name)s is entered with the code %(code)s; correct one of them first.") % said)
    return found  # type: ignore[no-any-return]


def cells_fault(reason: str) -> Exception:
    return Cells({}, {}).fault("统一社会信用代码", reason)


def _has_other_site(enterprise: Enterprise, cleaned: Cleaned) -> bool:
    """A second site elsewhere doesn't move the enterprise."""
    own = _known_site(enterprise, cleaned)
    return enterprise.sites.exclude(pk=own.pk if own else 0).exists()


def _apply_site(enterprise: Enterprise, cleaned: Cleaned, *, by: Any) -> Outcome:
    site = _known_site(enterprise, cleaned) or Site(
        enterprise=enterprise, name=cleaned.site_name or cleaned.name
    )
    site.jurisdiction = cleaned.place
    if cleaned.source_code:
        site.source_code = cleaned.source_code
    if cleaned.site_name:
        site.name = cleaned.site_name
    for name in ("address", "industry_code"):
        setattr(site, name, cleaned.fields.get(name, getattr(site, name)))
    if cleaned.position:
        site.lon, site.lat = cleaned.position
    return save_site(site, by=by)


def _known_site(enterprise: Enterprise, cleaned: Cleaned) -> Site | None:
    sites = enterprise.sites.select_related("enterprise", "jurisdiction")
    if cleaned.source_code and (found := sites.filter(source_code=cleaned.source_code).first()):
        return found  # type: ignore[no-any-return]
    uncoded = sites.filter(source_code=None) if cleaned.source_code else sites
    named = uncoded.filter(name=cleaned.site_name or cleaned.name).first()
    only = uncoded.first() if not cleaned.site_name and uncoded.count() == 1 else None
    return named or only  # type: ignore[no-any-return]
