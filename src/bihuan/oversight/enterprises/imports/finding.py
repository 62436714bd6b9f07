"""Which enterprise or site a row means: by source code, credit code, or name."""

from django.utils.translation import gettext as _

from bihuan.oversight.enterprises.imports.cells import Cells
from bihuan.oversight.enterprises.models import Enterprise, Outlet, Site
from bihuan.oversight.enterprises.rules import identifiers

WHOSE = {
    "uscc": ("统一社会信用代码", "社会信用代码", "信用代码"),
    "source_code": ("排污单位编码", "排污许可证编号", "许可证编号", "固定污染源编码"),
    "enterprise": ("企业名称", "单位名称", "排污单位名称", "企业"),
    "site": ("场所名称", "厂区", "生产经营场所", "厂区名称"),
}


def site_of(cells: Cells) -> Site:
    """The site a row speaks of; RowFault where none or more than one fits."""
    code = cells.text("source_code")
    if code:
        found = Site.objects.filter(source_code=identifiers.check_source_code(code)).first()
        if found is None:
            raise cells.fault("source_code", _("There is no site with the code %(code)s.") % {"code": code})
        return found
    sites = list(Site.objects.filter(enterprise=enterprise_of(cells)).select_related("enterprise"))
    name = cells.text("site")
    fitting = [site for site in sites if site.name == name] if name else sites
    if len(fitting) != 1:
        raise cells.fault(
            "site", _("The enterprise has %(count)s sites that fit; name one.") % {"count": len(fitting)}
        )
    return fitting[0]


def enterprise_of(cells: Cells) -> Enterprise:
    code, name = cells.text("uscc"), cells.text("enterprise")
    entries = Enterprise.objects.filter(merged_into=None)
    if code:
        found = list(entries.filter(uscc=_normal(code)))
    elif name:
        found = list(entries.filter(name=name)[:2])
    else:
        raise cells.fault("uscc", _("Name the enterprise by its credit code, source code or name."))
    if len(found) != 1:
        said = {"text": code or name, "count": len(found)}
        raise cells.fault(
            "uscc" if code else "enterprise", _("“%(text)s” fits %(count)s enterprises.") % said
        )
    return found[0]


def _normal(code: str) -> str:
    return code.strip() if code[:2].upper() == "H9" else identifiers.check_uscc(code)


def outlet_of(cells: Cells) -> Outlet:
    site = site_of(cells)
    return outlet_named(cells, site, cells.needed("outlet", limit=20))


def outlet_named(cells: Cells, site: Site, code: str) -> Outlet:
    found = (
        site.outlets.filter(code=code)
        .select_related("site__enterprise", "enterprise", "jurisdiction")
        .first()
    )
    if found is None:
        said = {"code": code, "site": site.name}
        raise cells.fault("outlet", _("The site %(site)s has no outlet %(code)s.") % said)
    return found
