"""One fault planted per test: each is refused with its row, field and reason, and the good rows go in."""

import csv
import json
from datetime import date, datetime
from decimal import Decimal

import pytest
from openpyxl import Workbook

from bihuan.kernel.errors import Forbidden, Unusable
from bihuan.kernel.figures.models import RecordedFigure
from bihuan.kernel.ledger.models import Event
from bihuan.kernel.registers.importing import run_import
from bihuan.kernel.registers.tests.toy import ToyImporter

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("toy", "world")]
HEADER = ["编号", "数值", "日期", "县区", "说明"]
GOOD = ["T1", "5", "2022-12-31", "海宁市", "好行"]


def run(path, *, by=None, dry_run=False):
    return run_import(ToyImporter(), path, by=by, dry_run=dry_run)


def as_csv(tmp_path, *rows, encoding="utf-8", header=HEADER):
    path = tmp_path / "toys.csv"
    with path.open("w", encoding=encoding, newline="") as file:
        csv.writer(file).writerows([header, *rows])
    return path


def as_jsonl(tmp_path, *rows):
    path = tmp_path / "toys.jsonl"
    path.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), encoding="utf-8")
    return path


def as_xlsx(tmp_path, fill):
    path = tmp_path / "toys.xlsx"
    book = Workbook()
    fill(book.active)
    book.save(path)
    return path


def numbers():
    return sorted(RecordedFigure.objects.values_list("document_ref", flat=True))


def faults(result):
    return [(refusal.row, refusal.field, str(refusal.reason)) for refusal in result.refused]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "gbk", "utf-16"])
def test_files_in_each_encoding_go_in(tmp_path, encoding):
    result = run(as_csv(tmp_path, GOOD, encoding=encoding))
    assert (result.new, faults(result)) == (1, [])
    assert RecordedFigure.objects.get().author == "好行"


def test_a_second_run_changes_nothing(tmp_path):
    path = as_csv(tmp_path, GOOD, ["T2", "6", "2022-12-31", "", ""])
    assert run(path).as_json() == {"new": 2, "changed": 0, "unchanged": 0, "refused": []}
    assert run(path).as_json() == {"new": 0, "changed": 0, "unchanged": 2, "refused": []}
    as_csv(tmp_path, ["T1", "9", *GOOD[2:]])
    assert run(path).changed == 1
    assert numbers() == ["T1", "T2"]


def test_a_dry_run_counts_and_leaves_nothing(tmp_path):
    events = Event.objects.count()
    assert run(as_csv(tmp_path, GOOD, ["T2", "x", *GOOD[2:]]), dry_run=True).as_json() == {
        "new": 1,
        "changed": 0,
        "unchanged": 0,
        "refused": [{"row": 3, "field": "数值", "reason": "不是数字或日期"}],
    }
    assert numbers() == []
    assert Event.objects.count() == events


def test_the_ledger_keeps_each_run(tmp_path, world):
    run(as_csv(tmp_path, GOOD), by=world.city_officer)
    event = Event.objects.get(stream="import:toys")
    assert event.payload["new"] == 1
    assert event.payload["file"] == "toys.csv"
    assert len(event.payload["sha256"]) == 64
    assert event.actor_name == world.city_officer.name


def test_only_those_with_the_permission_import(tmp_path, world):
    with pytest.raises(Forbidden):
        run(as_csv(tmp_path, GOOD), by=world.leader)


def test_a_row_outside_the_importers_reach_is_refused(tmp_path, world):
    other = ["T2", "5", "2022-12-31", world.other_county.name, ""]
    result = run(as_csv(tmp_path, GOOD, other), by=world.county_officer)
    assert result.new == 1
    assert [row for row, _field, _reason in faults(result)] == [3]


def test_refused_rows_come_back_as_a_chinese_table(tmp_path):
    path = as_csv(tmp_path, GOOD, ["X9", "=1+1", "2022-12-31", "海宁市", "-5"])
    result = run(path)
    assert result.refused_file == tmp_path / "toys.csv.refused.csv"
    raw = result.refused_file.read_bytes()
    assert raw.startswith(b"\xef\xbb\xbf")
    rows = list(csv.reader(raw.decode("utf-8-sig").splitlines()))
    assert rows == [
        [*HEADER, "行号", "字段", "原因"],
        ["X9", "'=1+1", "2022-12-31", "海宁市", "-5", "3", "编号", "编号格式不对"],
    ]


def test_the_refused_table_can_be_corrected_and_sent_again(tmp_path):
    refused = run(as_csv(tmp_path, ["X9", "5", "2022-12-31", "", "=名称"])).refused_file
    corrected = tmp_path / "again.csv"
    corrected.write_text(refused.read_text(encoding="utf-8-sig").replace("X9", "T9"), encoding="utf-8-sig")
    assert run(corrected).new == 1
    assert RecordedFigure.objects.get().author == "=名称"


def test_without_a_writable_directory_the_refused_rows_go_to_our_own(tmp_path, settings, monkeypatch):
    settings.BIHUAN_HOME = tmp_path / "home"
    path = as_csv(tmp_path, ["X9", *GOOD[1:]])
    (tmp_path / "toys.csv.refused.csv").mkdir()
    assert run(path).refused_file == tmp_path / "home" / "imports" / "toys.csv.refused.csv"


def test_the_same_number_twice(tmp_path):
    result = run(as_csv(tmp_path, GOOD, ["T1", "6", *GOOD[2:]]))
    assert (result.new, faults(result)) == (1, [(3, "编号", "编号 T1 与本文件第 2 行重复。")])
    assert RecordedFigure.objects.get().said == 5


def test_a_value_that_the_database_cannot_hold(tmp_path):
    result = run(as_csv(tmp_path, GOOD, ["T2", "1e30", *GOOD[2:]], ["T3", "6", *GOOD[2:4], "长" * 200]))
    assert result.new == 1
    assert [row for row, _field, _reason in faults(result)] == [3, 4]
    assert "无法存入数据库" in faults(result)[0][2]


def test_a_cell_of_a_megabyte(tmp_path):
    result = run(as_csv(tmp_path, GOOD, ["T2", "5", "2022-12-31", "", "长" * 1_000_000]))
    assert result.new == 1
    assert faults(result) == [(3, "说明", "单元格内容过长：1000000 字，上限 32767 字。")]


def test_a_nul_character(tmp_path):
    result = run(as_csv(tmp_path, GOOD, ["T2", "5", "2022-12-31", "", "a\x00b"]))
    assert faults(result) == [(3, "说明", "单元格含有空字符（NUL）。")]


def test_an_open_quotation_refuses_its_row(tmp_path):
    path = as_csv(tmp_path, GOOD)
    unclosed = '"T2,5,2022-12-31,,\nT3,5,2022-12-31,,\n'
    path.write_text(path.read_text(encoding="utf-8") + unclosed, encoding="utf-8")
    result = run(path)
    assert result.new == 1
    assert faults(result)[0][0] == 3
    assert "引号不配对" in faults(result)[0][2]


def test_a_row_longer_than_the_header(tmp_path):
    result = run(as_csv(tmp_path, GOOD, [*GOOD, "多余"]))
    assert "多于表头" in faults(result)[0][2]


def test_broken_bytes_refuse_their_row_only(tmp_path):
    path = as_csv(tmp_path, GOOD, ["T2", "5", "2022-12-31", "海宁市", "很长的说明文字" * 5])
    path.write_bytes(path.read_bytes() + "T3,5,2022-12-31,,坏".encode()[:-1] + b"\xff\xfe\r\n")
    result = run(path)
    assert result.new == 2
    assert [(row, field) for row, field, _reason in faults(result)] == [(4, "说明")]


def test_bytes_that_are_no_text(tmp_path):
    path = tmp_path / "toys.csv"
    path.write_bytes(bytes(range(128, 256)) * 50)
    with pytest.raises(Unusable, match="UTF-8"):
        run(path)


def test_a_truncated_json_line(tmp_path):
    path = as_jsonl(tmp_path, {"编号": "T1", "数值": 5, "日期": "2022-12-31"})
    path.write_bytes(path.read_bytes() + '{"编号": "T2", "数值": 5, "说明": "被截断的文'.encode()[:-1])
    result = run(path)
    assert result.new == 1
    assert [row for row, _field, _reason in faults(result)] == [2]
    assert "不是有效的 JSON" in faults(result)[0][2]
    assert "第 2 行" in faults(result)[0][2]


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ('["T2"]', "不是 JSON 对象"),
        ('{"编号": "T2", "编号": "T3"}', "重复出现"),
        ('{"编号": "T2", "文号": "T3"}', "字段重复"),
        ('{"编号": "T2", "数值": NaN}', "NaN"),
        ("[" * 100_000, "JSON"),
    ],
)
def test_a_json_line_that_is_no_record(tmp_path, line, reason):
    path = as_jsonl(tmp_path, {"编号": "T1", "数值": 5.5, "日期": "2022-12-31"})
    path.write_text(path.read_text(encoding="utf-8") + line + "\n", encoding="utf-8")
    result = run(path)
    assert result.new == 1
    assert RecordedFigure.objects.get().said == Decimal("5.5")
    assert faults(result)[0][0] == 2
    assert reason in faults(result)[0][2]


def test_json_of_another_kind(tmp_path):
    with pytest.raises(Unusable, match=r"缺少列：.*文件中的列为：name"):
        run(as_jsonl(tmp_path, {"name": "x"}))


def test_a_workbook_with_title_and_dates(tmp_path):
    def fill(sheet):
        sheet.append(["玩具一览表"])
        sheet.merge_cells("A1:E1")
        sheet.append(["填报单位:海宁市"])
        sheet.append(["编 号", "数值", "日期\n", "县区", "说明"])
        sheet.append(["T1", 5.5, date(2022, 12, 31), "海宁市", None])
        sheet.append([])
        sheet.append(["T2", 6, datetime(2022, 12, 31), "海宁市", True])

    assert run(as_xlsx(tmp_path, fill)).new == 2
    assert numbers() == ["T1", "T2"]
    assert RecordedFigure.objects.get(document_ref="T2").author == "是"
    assert RecordedFigure.objects.get(document_ref="T1").author == "toys.xlsx#4"


def test_a_merged_header_in_two_rows(tmp_path):
    def fill(sheet):
        sheet.append(["编号", "基本情况", None, None, "说明"])
        sheet.append([None, "数值", "日期", "县区", None])
        for area in ("A1:A2", "B1:D1", "E1:E2"):
            sheet.merge_cells(area)
        sheet.append(["T1", 5, "2022-12-31", "海宁市", "x"])
        sheet.append(["T2", 6, "2022-12-31", None, "y"])
        sheet.merge_cells("D3:D4")

    assert run(as_xlsx(tmp_path, fill)).new == 2
    assert {row.jurisdiction.name for row in RecordedFigure.objects.all()} == {"海宁市"}


def test_a_formula_cell(tmp_path):
    def fill(sheet):
        sheet.append(HEADER)
        sheet.append(GOOD)
        sheet.append(["T2", "=2+3", *GOOD[2:]])

    result = run(as_xlsx(tmp_path, fill))
    assert result.new == 1
    assert faults(result) == [(3, "数值", "公式单元格：请改为填写数值。")]


def test_an_excel_error_and_a_number_that_excel_rounded(tmp_path):
    def fill(sheet):
        sheet.append(HEADER)
        sheet.append(["T2", "#N/A", *GOOD[2:]])
        sheet["B2"].data_type = "e"
        sheet.append([202104210063000123, "5", *GOOD[2:]])

    result = run(as_xlsx(tmp_path, fill))
    assert [(row, field) for row, field, _reason in faults(result)] == [(2, "数值"), (3, "编号")]


def test_two_sheets_with_the_same_columns(tmp_path):
    def fill(sheet):
        for one in (sheet, sheet.parent.create_sheet("第二张")):
            one.append(HEADER)
            one.append(GOOD)

    with pytest.raises(Unusable, match="第二张"):
        run(as_xlsx(tmp_path, fill))


def test_missing_columns_say_what_was_found(tmp_path):
    with pytest.raises(Unusable, match="缺少列：数值、日期。文件中的列为：编号、备注"):
        run(as_csv(tmp_path, ["T1", "x"], header=["编号", "备注"]))


def test_a_table_of_another_kind(tmp_path):
    with pytest.raises(Unusable, match="文件中的列为：a、b"):
        run(as_csv(tmp_path, ["1", "2"], header=["a", "b"]))
    with pytest.raises(Unusable, match="文件中的列为：a、b"):
        run(as_xlsx(tmp_path, lambda sheet: sheet.append(["a", "b"])))


def test_a_header_given_twice(tmp_path):
    with pytest.raises(Unusable, match="文号"):
        run(as_csv(tmp_path, [*GOOD, "T9"], header=[*HEADER, "文号"]))


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "空的"),
        (b"\xef\xbb\xbf \r\n", "空的"),
        ("编号,数值,日期\r\n".encode(), "只有表头"),
        (b"%PDF-1.7", "不是表格"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1", "旧版 Excel"),
        (b"PK\x03\x04broken", "已损坏"),
    ],
)
def test_files_that_are_no_table(tmp_path, content, reason):
    path = tmp_path / "file.csv"
    path.write_bytes(content)
    with pytest.raises(Unusable, match=reason):
        run(path)
    assert not Event.objects.filter(stream="import:toys").exists()


def test_a_file_that_is_not_there(tmp_path):
    with pytest.raises(Unusable, match=r"nowhere\.csv"):
        run(tmp_path / "nowhere.csv")


def test_progress_is_told_row_by_row(tmp_path):
    told = []
    run_import(ToyImporter(), as_csv(tmp_path, GOOD, ["X", *GOOD[1:]]), by=None, progress=told.append)
    assert told == [1, 2]
