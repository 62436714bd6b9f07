"""What a cell says, in the words that Chinese clerks write; RowFault names the column and what is wrong."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal, InvalidOperation
from typing import Any, TypeVar

from django.conf import settings
from django.utils.timezone import make_aware
from django.utils.translation import gettext as _

from bihuan.kernel.places.models import Jurisdiction
from bihuan.kernel.places.queries import place_named
from bihuan.kernel.places.rules import gcj02_to_wgs84
from bihuan.kernel.registers.faults import RowFault
from bihuan.oversight.enterprises.rules import vocabulary as words

T = TypeVar("T")

YES = {"是": True, "有": True, "√": True, "1": True, "否": False, "无": False, "0": False}
MANAGEMENT = {
    "重点管理": words.ManagementClass.KEY,
    "重点": words.ManagementClass.KEY,
    "简化管理": words.ManagementClass.SIMPLIFIED,
    "简化": words.ManagementClass.SIMPLIFIED,
    "登记管理": words.ManagementClass.REGISTRATION,
    "登记": words.ManagementClass.REGISTRATION,
    "不纳入": words.ManagementClass.NONE,
}
OPERATION = {
    "运行": words.Operation.RUNNING,
    "正常运行": words.Operation.RUNNING,
    "在产": words.Operation.RUNNING,
    "停产": words.Operation.STOPPED,
    "关停": words.Operation.CLOSED,
    "关闭": words.Operation.CLOSED,
}
MEDIUM = {
    "废水": words.Medium.WATER,
    "水": words.Medium.WATER,
    "废气": words.Medium.FLUE_GAS,
    "烟气": words.Medium.FLUE_GAS,
    "垃圾焚烧": words.Medium.INCINERATION,
    "VOCs": words.Medium.VOC,
    "挥发性有机物": words.Medium.VOC,
    "噪声": words.Medium.NOISE,
    "扬尘": words.Medium.DUST,
    "其他": words.Medium.OTHER,
}
OUTLET_KIND = {
    "主要排放口": words.OutletKind.MAIN,
    "主要": words.OutletKind.MAIN,
    "一般排放口": words.OutletKind.GENERAL,
    "一般": words.OutletKind.GENERAL,
    "设施或车间排放口": words.OutletKind.DESIGNATED,
    "无组织": words.OutletKind.FUGITIVE,
    "雨水排放口": words.OutletKind.RAIN,
    "厂界": words.OutletKind.BOUNDARY,
}
MODE = {
    "直接排放": words.DischargeMode.DIRECT,
    "间接排放": words.DischargeMode.INDIRECT,
    "不外排": words.DischargeMode.NONE,
}
AVERAGING = {
    "瞬时值": words.Averaging.INSTANT,
    "小时均值": words.Averaging.HOUR,
    "小时": words.Averaging.HOUR,
    "日均值": words.Averaging.DAY,
    "日": words.Averaging.DAY,
    "月均值": words.Averaging.MONTH,
}
LIMIT_KIND = {
    "排污许可证": words.LimitKind.PERMIT,
    "许可": words.LimitKind.PERMIT,
    "排放标准": words.LimitKind.STANDARD,
    "企业承诺": words.LimitKind.COMMITMENT,
    "特殊时段": words.LimitKind.SPECIAL,
}
EDITION = {
    "2005": words.Edition.E2005,
    "HJ/T212-2005": words.Edition.E2005,
    "2017": words.Edition.E2017,
    "HJ212-2017": words.Edition.E2017,
    "2025": words.Edition.E2025,
    "HJ212-2025": words.Edition.E2025,
}
TREATED = {
    "废气": words.TreatedMedium.AIR,
    "废水": words.TreatedMedium.WATER,
    "噪声": words.TreatedMedium.NOISE,
    "固废": words.TreatedMedium.SOLID,
}
WGS84, GCJ02 = "WGS-84", "GCJ-02"
FRAMES = {"WGS-84": WGS84, "WGS84": WGS84, "CGCS2000": WGS84, "GCJ-02": GCJ02, "GCJ02": GCJ02, "高德": GCJ02}
DAY_FORMS = ("%Y-%m-%d", "%Y/%m/%d", "%Y.%m.%d", "%Y年%m月%d日", "%Y%m%d")
MOMENT_FORMS = ("%Y-%m-%d %H:%M", "%Y-%m-%d %H:%M:%S", "%Y/%m/%d %H:%M", "%Y/%m/%d %H:%M:%S")


@dataclass(frozen=True)
class Cells:
    """One row by canonical column; `labels` are the Chinese headers for the faults."""

    said: Mapping[str, Any]
    labels: Mapping[str, str]

    def fault(self, name: str, reason: str) -> RowFault:
        return RowFault(self.labels.get(name, name), reason)

    def text(self, name: str, *, limit: int = 200) -> str:
        value = str(self.said.get(name, "") or "").strip()
        if len(value) > limit:
            raise self.fault(name, _("At most %(limit)s characters are allowed.") % {"limit": limit})
        return value

    def needed(self, name: str, *, limit: int = 200) -> str:
        value = self.text(name, limit=limit)
        if not value:
            raise self.fault(name, _("This cell must not be empty."))
        return value

    def chosen(self, name: str, choices: Mapping[str, T]) -> T | None:
        """The choice written in the cell; None for an empty one."""
        value = "".join(self.text(name).split())
        if not value:
            return None
        if value not in choices:
            said = {"text": value, "choices": "、".join(choices)}
            raise self.fault(name, _("“%(text)s” is none of: %(choices)s.") % said)
        return choices[value]

    def number(self, name: str) -> Decimal | None:
        value = self.text(name)
        if not value:
            return None
        try:
            found = Decimal(value)
        except InvalidOperation:
            found = Decimal("NaN")
        if not found.is_finite():
            raise self.fault(name, _("“%(text)s” is no number.") % {"text": value})
        return found

    def whole(self, name: str) -> int | None:
        found = self.number(name)
        if found is None:
            return None
        if found != found.to_integral_value() or not 0 <= found <= 1_000_000:
            raise self.fault(name, _("“%(text)s” is no whole number.") % {"text": found})
        return int(found)

    def day(self, name: str) -> date | None:
        value = self.text(name)
        if not value:
            return None
        for form in DAY_FORMS:
            try:
                return datetime.strptime(value, form).date()
            except ValueError:
                continue
        raise self.fault(name, _("“%(text)s” is no date; write 2026-01-31.") % {"text": value})

    def moment(self, name: str) -> datetime | None:
        """A moment in Asia/Shanghai; a day alone means its beginning."""
        value = self.text(name)
        for form in MOMENT_FORMS:
            try:
                return make_aware(datetime.strptime(value, form))
            except ValueError:
                continue
        day = self.day(name)
        return make_aware(datetime.combine(day, time.min)) if day else None

    def position(self) -> tuple[float, float] | None:
        """Longitude and latitude in WGS-84, converted from the frame the row names; None without."""
        lon, lat = self.number("lon"), self.number("lat")
        if lon is None and lat is None:
            return None
        if lon is None or lat is None or not (73 <= lon <= 136 and 3 <= lat <= 54):
            raise self.fault("lon", _("Longitude and latitude must lie in China, in degrees."))
        frame = self.chosen("crs", FRAMES) or WGS84
        pair = float(lon), float(lat)
        return gcj02_to_wgs84(*pair) if frame == GCJ02 else pair

    def place(self, name: str = "jurisdiction") -> Jurisdiction:
        """A division or functional area of this city, by code or by name (海宁市长安镇, 长安镇, 330481)."""
        value = self.needed(name)
        city = Jurisdiction.objects.get(code=settings.BIHUAN_CITY)
        found = Jurisdiction.objects.filter(code=value).first() or _named(value, city.path)
        if found is None or not found.path.startswith(city.path):
            said = {"name": value, "city": city.name}
            raise self.fault(name, _("There is no place “%(name)s” in %(city)s.") % said)
        return found


def _named(value: str, within: str) -> Jurisdiction | None:
    """A name, or names from the larger to the smaller written together."""
    if found := place_named(value, within):
        return found
    for county in Jurisdiction.objects.filter(path__startswith=within, level__in=("county", "functional")):
        rest = value.partition(county.name)[2]
        if rest and (found := place_named(rest, county.path)):
            return found
    return None
