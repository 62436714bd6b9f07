import re
from dataclasses import dataclass
from typing import Any, ClassVar

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from bihuan.kernel.registers.importing import Importer, Outcome
from bihuan.oversight.enterprises.actions.loggers import Binding, NewLogger, install_logger
from bihuan.oversight.enterprises.imports import cells as words
from bihuan.oversight.enterprises.imports.cells import Cells
from bihuan.oversight.enterprises.imports.enterprises import cells_of
from bihuan.oversight.enterprises.imports.finding import outlet_named, site_of
from bihuan.oversight.enterprises.imports.outlets import WHOSE_COLUMNS, WHOSE_HEADERS
from bihuan.oversight.enterprises.permissions import MANAGE
from bihuan.oversight.enterprises.rules.vocabulary import Edition

APART = re.compile(r"[,，、;；\s]+")


@dataclass(frozen=True)
class Cleaned:
    logger: NewLogger


class LoggerImporter(Importer):
    id = "loggers"
    template_page = "enterprises-template"
    title = gettext_lazy("Data loggers")
    permission = MANAGE
    headers: ClassVar = {
        "MN": ("MN号", "设备唯一标识", "设备唯一标识MN", "数采仪编号", "MN编码"),
        "排放口编号": ("排口编号", "对应排放口", "排放口编码"),
        "启用时间": ("生效时间", "启用日期", "安装日期"),
        **WHOSE_HEADERS,
        "协议版本": ("版本", "HJ212版本", "通讯协议"),
        "访问密码": ("密码", "PW"),
        "SM4密钥": ("密钥",),
        "网络": ("允许网段", "网段"),
        "厂家": ("生产厂家",),
        "型号": (),
        "硬件序号": ("序列号",),
        "实时间隔(秒)": ("实时数据间隔(秒)",),
        "分钟间隔(分钟)": ("分钟数据间隔(分钟)",),
        "验收日期": (),
        "接受Modbus校验": (),
    }
    required = frozenset({"MN", "排放口编号", "启用时间"})
    help = gettext_lazy(
        "One row for each logger; several outlets stand in one cell, apart by 、. The same number with "
        "another edition or other outlets ends the earlier entry at the moment the new one begins."
    )
    columns: ClassVar = {
        "MN": "mn",
        "排放口编号": "outlet",
        "启用时间": "valid_from",
        **WHOSE_COLUMNS,
        "协议版本": "edition",
        "访问密码": "password",
        "SM4密钥": "key",
        "网络": "networks",
        "厂家": "maker",
        "型号": "model",
        "硬件序号": "serial",
        "实时间隔(秒)": "realtime_interval_s",
        "分钟间隔(分钟)": "minute_interval_min",
        "验收日期": "accepted_on",
        "接受Modbus校验": "allow_modbus_crc",
    }

    def read(self, row: dict[str, Any]) -> Cleaned:
        cells = cells_of(row, self.columns)
        site = site_of(cells)
        codes = [code for code in APART.split(cells.needed("outlet")) if code]
        cells.needed("valid_from")
        valid_from = cells.moment("valid_from")
        assert valid_from is not None
        logger = NewLogger(
            mn=cells.needed("mn", limit=40),
            outlets=tuple(Binding(outlet_named(cells, site, code)) for code in codes),
            valid_from=valid_from,
            edition=cells.chosen("edition", words.EDITION) or Edition.E2017,
            password=cells.text("password", limit=12) or None,
            key=cells.text("key") or None,
            settings=_settings(cells),
        )
        return Cleaned(logger)

    def key(self, cleaned: Cleaned) -> tuple[Any, ...]:
        return (cleaned.logger.mn.upper(), cleaned.logger.valid_from)

    def apply(self, cleaned: Cleaned, *, by: Any, source: str) -> Outcome:  # noqa: ARG002
        return install_logger(cleaned.logger, by=by)


def _settings(cells: Cells) -> dict[str, Any]:
    said: dict[str, Any] = {
        **{name: cells.text(name, limit=60) for name in ("maker", "model", "serial")},
        "networks": [part for part in APART.split(cells.text("networks")) if part],
        "realtime_interval_s": cells.whole("realtime_interval_s"),
        "minute_interval_min": cells.whole("minute_interval_min"),
        "accepted_on": cells.day("accepted_on"),
        "allow_modbus_crc": cells.chosen("allow_modbus_crc", words.YES),
    }
    if said["realtime_interval_s"] is not None and not 30 <= said["realtime_interval_s"] <= 3600:
        raise cells.fault(
            "realtime_interval_s", _("The real-time interval lies between 30 and 3600 s (HJ 212).")
        )
    return {name: value for name, value in said.items() if value not in ("", None, [])}
