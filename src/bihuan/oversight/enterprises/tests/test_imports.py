"""A clerk's workbook: taken in, taken in again without a change, refused row by row with the reason."""

import csv
from datetime import date
from pathlib import Path

import pytest
from openpyxl import Workbook, load_workbook

from bihuan.kernel.registers.importing import run_import
from bihuan.oversight.enterprises import public
from bihuan.oversight.enterprises.imports import (
    IMPORTERS,
    EnterpriseImporter,
    FacilityImporter,
    LimitImporter,
    LoggerImporter,
    OutletImporter,
)
from bihuan.oversight.enterprises.imports.template import SHEETS, write_template
from bihuan.oversight.enterprises.models import Enterprise, FacilityLink, Logger, Outlet, OutletLimit, Site
from bihuan.oversight.enterprises.tests.conftest import USCC, moment

pytestmark = pytest.mark.django_db
OTHER = "91330402MA2CXY717U"
MN = "88888880000001"
SHEET_ROWS = {
    "企业": [
        [
            "企业名称",
            "统一社会信用代码",
            "行政区划",
            "排污单位编码",
            "经度",
            "纬度",
            "坐标系",
            "管理类别",
            "重点排污单位",
        ],
        [
            "海宁甲印染有限公司",
            USCC.lower(),
            "海宁市长安镇",
            f"{USCC}001P",
            "120.754321",
            "30.747703",
            "GCJ-02",
            "重点管理",
            "是",
        ],
        ["海宁甲印染有限公司", USCC, "桐乡市", f"{USCC}002P", "", "", "", "", ""],
        ["桐乡乙化工有限公司", "", "330483", "", "", "", "", "登记", "否"],
    ],
    "排放口": [
        [
            "排污单位编码",
            "企业名称",
            "排放口编号",
            "排放口名称",
            "介质",
            "排放口类型",
            "应安装自动监测",
            "高度(m)",
        ],
        [f"{USCC}001P", "", "DA001", "锅炉烟囱", "废气", "主要排放口", "是", "35"],
        [f"{USCC}001P", "", "DW001", "总排口", "废水", "", "", ""],
        ["", "桐乡乙化工有限公司", "YS001", "", "水", "雨水排放口", "", ""],
    ],
    "设施": [
        [
            "排污单位编码",
            "设施编号",
            "设施名称",
            "设施类别",
            "介质",
            "对应治理设施",
            "对应排放口",
            "关联起始日期",
            "额定功率(kW)",
        ],
        [f"{USCC}001P", "TA001", "喷淋塔", "治理设施", "废气", "", "DA001", "2025-01-01", "22"],
        [f"{USCC}001P", "MF0001", "染缸", "生产设施", "", "TA001", "", "2025-01-01", "75.5"],
    ],
    "限值": [
        [
            "排污单位编码",
            "排放口编号",
            "因子",
            "限值",
            "下限",
            "评价时段",
            "生效日期",
            "依据文件",
            "基准含氧量(%)",
        ],
        [f"{USCC}001P", "DA001", "二氧化硫", "50", "", "小时均值", "2024-01-01", "排污许可证", "9"],
        [f"{USCC}001P", "DA001", "a21026", "35", "", "小时均值", "2025/1/1", "换发许可证", "9"],
        [f"{USCC}001P", "DW001", "w01001", "9", "6", "日均值", "2024年1月1日", "排污许可证", ""],
    ],
    "数采仪": [
        ["排污单位编码", "MN", "排放口编号", "启用时间", "协议版本", "SM4密钥", "网络", "实时间隔(秒)"],
        [f"{USCC}001P", MN, "DA001、DW001", "2024-01-01 08:00", "2017", "", "10.1.0.0/16", "60"],
        [f"{USCC}001P", MN, "DA001", "2026-01-01", "HJ 212-2025", "0123456789ABCDEF", "", ""],
    ],
}
COUNTS = {
    EnterpriseImporter: (3, 0),
    OutletImporter: (3, 0),
    FacilityImporter: (2, 0),
    LimitImporter: (2, 1),
    LoggerImporter: (1, 1),
}


@pytest.fixture
def workbook(tmp_path) -> Path:
    book = Workbook()
    book.remove(book.active)
    for title, rows in SHEET_ROWS.items():
        sheet = book.create_sheet(title)
        for row in rows:
            sheet.append(row)
    path = tmp_path / "企业档案.xlsx"
    book.save(path)
    return path


def take(path: Path, world, importers=IMPORTERS, **how):
    return [run_import(importer(), path, by=world.city_officer, **how) for importer in importers]


def rows(tmp_path, *table: list[str]) -> Path:
    path = tmp_path / "rows.csv"
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        csv.writer(file).writerows(table)
    return path


def refused(importer, path, world) -> dict[int, tuple[str, str]]:
    (result,) = take(path, world, (importer,))
    return {one.row: (one.field, str(one.reason)) for one in result.refused}


def test_one_workbook_is_taken_sheet_by_sheet(workbook, world):
    results = take(workbook, world)
    assert [one.refused for one in results] == [[]] * 5
    assert [(one.new, one.changed) for one in results] == list(COUNTS.values())
    first = Enterprise.objects.get(uscc=USCC)
    assert (first.name, first.management_class, first.key_unit) == ("海宁甲印染有限公司", "key", True)
    assert (round(first.lon, 4), round(first.lat, 4)) == (120.75, 30.75)
    assert first.jurisdiction == world.town
    assert dict(first.sites.values_list("source_code", "jurisdiction__name")) == {
        f"{USCC}001P": "长安镇",
        f"{USCC}002P": "桐乡市",
    }
    assert first.codes.filter(revoked_at=None).count() == 1
    assert Enterprise.objects.get(name="桐乡乙化工有限公司").id_kind == "none"
    rain = Outlet.objects.get(code="YS001")
    assert (rain.kind, rain.nonstandard_code, rain.system_code) == ("rain", True, "32")


def test_what_it_says_is_what_others_read(workbook, world):
    take(workbook, world)
    chimney, drain = Outlet.objects.get(code="DA001"), Outlet.objects.get(code="DW001")
    limits = public.limits_of(chimney.pk, moment(2024, 6, 1))
    assert [(one.factor_code, one.upper, one.reference_oxygen_pct) for one in limits] == [("a21026", 50, 9)]
    assert [one.upper for one in public.limits_of(chimney.pk, moment(2025, 6, 1))] == [35]
    ph = public.limits_of(drain.pk, moment(2025, 6, 1))[0]
    assert (ph.lower, ph.upper, ph.unit) == (6, 9, "1")
    old, new = (public.logger_at(MN, moment(year, 6, 1)) for year in (2025, 2026))
    assert ([one.code for one in old.outlets], old.edition, old.networks) == (
        ["DA001", "DW001"],
        "2017",
        ("10.1.0.0/16",),
    )
    assert ([one.code for one in new.outlets], new.edition, new.sm4_key) == (
        ["DA001"],
        "2025",
        b"0123456789ABCDEF",
    )
    links = public.facilities_of(chimney.pk, date(2025, 6, 1))
    assert [(one.production and one.production.code, one.treatment.code) for one in links] == [
        (None, "TA001"),
        ("MF0001", "TA001"),
    ]


def test_taking_it_in_again_changes_nothing(workbook, world):
    take(workbook, world)
    again = take(workbook, world)
    refusals = [one for result in again for one in result.refused]
    assert refusals == []
    assert sum(one.new + one.changed for one in again) == 0


def test_a_dry_run_keeps_nothing(workbook, world):
    (result,) = take(workbook, world, (EnterpriseImporter,), dry_run=True)
    assert (result.new, Enterprise.objects.count()) == (3, 0)


def test_enterprises_that_cant_go_in(tmp_path, world):
    path = rows(
        tmp_path,
        ["企业名称", "统一社会信用代码", "行政区划", "经度", "纬度", "管理类别", "入库日期"],
        ["甲", USCC[:-1] + "0", "海宁市", "", "", "", ""],
        ["", USCC, "海宁市", "", "", "", ""],
        ["乙", OTHER, "杭州市", "", "", "", ""],
        ["丙", OTHER, "海宁市", "12", "30", "", ""],
        ["丙", OTHER, "海宁市", "120", "", "", ""],
        ["丁", OTHER, "海宁市", "", "", "特级管理", ""],
        ["丁", OTHER, "海宁市", "", "", "", "去年"],
        ["戊" * 121, OTHER, "海宁市", "", "", "", ""],
        ["己", OTHER, "海宁市", "一百二", "", "", ""],
        ["庚", OTHER, "海宁市", "", "", "", "20260105"],
        ["庚", OTHER, "海宁市", "", "", "", ""],
    )
    found = refused(EnterpriseImporter, path, world)
    assert sorted(found) == [2, 3, 4, 5, 6, 7, 8, 9, 10, 12]
    assert found[3][0] == "企业名称"
    assert found[4][0] == "行政区划"
    assert found[5][0] == found[6][0] == "经度"
    assert found[7][0] == "管理类别"
    assert found[8][0] == "入库日期"
    assert Enterprise.objects.get().registered_on == date(2026, 1, 5)


def test_an_entry_of_the_same_name_gets_its_code_and_no_second_one(tmp_path, world):
    table = ["企业名称", "统一社会信用代码", "行政区划"]
    take(rows(tmp_path, table, ["甲厂", "", "海宁市"]), world, (EnterpriseImporter,))
    (result,) = take(rows(tmp_path, table, ["甲厂", USCC, "海宁市"]), world, (EnterpriseImporter,))
    assert (result.new, result.changed, Enterprise.objects.get().uscc) == (0, 1, USCC)
    assert Site.objects.count() == 1
    found = refused(EnterpriseImporter, rows(tmp_path, table, ["甲厂", OTHER, "海宁市"]), world)
    assert USCC in found[2][1]
    (same,) = take(rows(tmp_path, table, ["甲厂", "", "海宁市"]), world, (EnterpriseImporter,))
    assert same.unchanged == 1


def test_an_importer_of_another_county_is_refused_row_by_row(workbook, world):
    result = run_import(EnterpriseImporter(), workbook, by=world.outsider)
    assert [one.row for one in result.refused] == [2]
    assert result.new == 2


def test_outlets_that_cant_go_in(workbook, tmp_path, world):
    take(workbook, world, (EnterpriseImporter,))
    path = rows(
        tmp_path,
        ["排污单位编码", "统一社会信用代码", "企业名称", "场所名称", "排放口编号", "介质", "高度(m)"],
        [f"{USCC}009P", "", "", "", "DA001", "废气", ""],
        ["", USCC, "", "", "DA001", "废气", ""],  # two sites
        ["", OTHER, "", "", "DA001", "废气", ""],
        ["", "", "", "", "DA001", "废气", ""],
        ["", "", "无名厂", "", "DA001", "废气", ""],
        [f"{USCC}001P", "", "", "", "", "废气", ""],
        [f"{USCC}001P", "", "", "", "DA001", "气", ""],
        [f"{USCC}001P", "", "", "", "DA001", "废气", "高"],
        ["bad", "", "", "", "DA001", "废气", ""],
        ["", "", "桐乡乙化工有限公司", "另一厂区", "DA001", "废气", ""],
        ["", "", "桐乡乙化工有限公司", "桐乡乙化工有限公司", "DA001", "噪声", ""],
    )
    found = refused(OutletImporter, path, world)
    assert sorted(found) == list(range(2, 12))
    assert Outlet.objects.get().system_code == "36"


def test_limits_and_loggers_that_cant_go_in(workbook, tmp_path, world):
    take(workbook, world, (EnterpriseImporter, OutletImporter))
    head = ["排污单位编码", "排放口编号", "因子", "限值", "评价时段", "生效日期", "依据文件"]
    good = [f"{USCC}001P", "DA001", "a21026", "50", "小时均值", "2024-01-01", "证"]

    def other(**said: str) -> list[str]:
        return [said.get(name, value) for name, value in zip(head, good, strict=True)]

    limits = [
        other(因子="神秘物质"),
        other(因子=""),
        other(限值="五十"),
        other(限值=""),
        other(评价时段=""),
        other(评价时段="年均值"),
        other(生效日期=""),
        other(依据文件=""),
        other(排放口编号="DA009"),
        good,
        good,
    ]
    assert sorted(refused(LimitImporter, rows(tmp_path, head, *limits), world)) == [*range(2, 11), 12]
    table = ["排污单位编码", "MN", "排放口编号", "启用时间", "协议版本", "SM4密钥", "网络", "实时间隔(秒)"]
    loggers = [
        [f"{USCC}001P", "", "DA001", "2024-01-01", "", "", "", ""],
        [f"{USCC}001P", "MN-中", "DA001", "2024-01-01", "", "", "", ""],
        [f"{USCC}001P", MN, "DA009", "2024-01-01", "", "", "", ""],
        [f"{USCC}001P", MN, "DA001", "", "", "", "", ""],
        [f"{USCC}001P", MN, "DA001", "2024-01-01", "1999", "", "", ""],
        [f"{USCC}001P", MN, "DA001", "2024-01-01", "", "短", "", ""],
        [f"{USCC}001P", MN, "DA001", "2024-01-01", "", "", "内网", ""],
        [f"{USCC}001P", MN, "DA001", "2024-01-01", "", "", "", "5"],
        [f"{USCC}001P", MN, "DA001", "2024-01-01", "", "", "", "1.5"],
        [f"{USCC}001P", MN.lower(), "DA001", "2024-01-01", "", "", "", "30"],
    ]
    assert sorted(refused(LoggerImporter, rows(tmp_path, table, *loggers), world)) == list(range(2, 11))
    assert (OutletLimit.objects.count(), Logger.objects.get().realtime_interval_s) == (1, 30)


def test_facilities_name_what_they_feed(workbook, tmp_path, world):
    take(workbook, world, (EnterpriseImporter, OutletImporter))
    path = rows(
        tmp_path,
        ["排污单位编码", "设施编号", "设施类别", "对应治理设施", "对应排放口", "介质"],
        [f"{USCC}001P", "MF0001", "生产设施", "TA001", "", ""],
        [f"{USCC}001P", "MF0001", "", "", "", ""],
        [f"{USCC}001P", "TA001", "治污设施", "", "DA001", ""],
        [f"{USCC}001P", "MF0002", "产污设施", "TA001", "DW001", ""],
    )
    assert sorted(refused(FacilityImporter, path, world)) == [2, 3]
    assert FacilityLink.objects.count() == 3
    later = rows(
        tmp_path,
        ["排污单位编码", "设施编号", "设施类别", "对应排放口"],
        [f"{USCC}001P", "TA001", "治理设施", "DA001、DW001"],
    )
    (result,) = take(later, world, (FacilityImporter,))
    assert (result.changed, FacilityLink.objects.count()) == (1, 4)


def test_the_empty_workbook_has_a_sheet_for_each_import(tmp_path, world):
    path = tmp_path / "template.xlsx"
    with path.open("wb") as file:
        write_template(file, IMPORTERS)
    book = load_workbook(path)
    assert book.sheetnames == [*SHEETS.values(), "填写说明"]
    for importer in IMPORTERS:
        sheet = book[SHEETS[importer.id]]
        assert [cell.value for cell in sheet[1]] == list(importer.headers)
        assert set(importer.columns) == set(importer.headers)
        sheet.append(["某值"] * len(importer.headers))
    book.save(path)
    for result in take(path, world):
        assert len(result.refused) == 1
