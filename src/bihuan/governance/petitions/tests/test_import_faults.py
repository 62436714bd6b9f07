"""The faults people plant: each is refused by name, the good rows go in, a second run makes no doubles."""

import csv
import json

import pytest
from openpyxl import Workbook

from bihuan.governance.petitions.models import PetitionCase

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("change", "field", "words"),
    [
        ({"published": "2020-13-45"}, "公开日期", "2020-13-45"),
        ({"published": "去年"}, "公开日期", "去年"),
        ({"published": "2999-01-01"}, "公开日期", "2999"),
        ({"county": "火星县"}, "行政区域", "火星县"),
        ({"city": "", "county": "火星县"}, "行政区域", "火星县"),
        ({"province": "湖南", "city": "岳阳市", "county": "火星县"}, "行政区域", "岳阳市没有名为“火星县”"),
        ({"province": "湖南", "city": "火星市", "county": "华容县"}, "行政区域", "火星市"),
        ({"city": None, "county": None}, "行政区域", ""),
        ({"problem": ""}, "交办问题基本情况", "空"),
        ({"problem": 12345}, "交办问题基本情况", "12345"),
        ({"petition_no": 218}, "受理编号", "218"),
        ({"pollution_types": "大气"}, "污染类型", "大气"),
        ({"pollution_types": [1]}, "污染类型", "1"),
        ({"key_item": "也许"}, "重点件", "也许"),
        ({"batch_no": {"a": 1}}, "批次", "a"),
    ],
)
def test_a_fault_is_refused_by_name(take, row, change, field, words) -> None:
    good = {**row, "petition_no": "X2ZJ202009040008"}
    result = take([{**row, **change}, good])
    assert (result.new, len(result.refused)) == (1, 1)
    refusal = result.refused[0].as_json()
    assert (refusal["row"], refusal["field"]) == (1, field)
    assert words in refusal["reason"]


def test_a_number_that_comes_twice_goes_in_once(take, row) -> None:
    result = take([row, {**row, "record_id": "T-2", "problem": "另一件"}])
    assert (result.new, [one.row for one in result.refused]) == (1, [2])
    assert "X2ZJ202009040007" in str(result.refused[0].reason)


def test_serials_of_two_lists_are_not_the_same_number(take, row) -> None:
    first = {**row, "petition_no": "17", "batch_no": 6}
    assert take([first, {**first, "batch_no": 7, "problem": "另一件"}]).new == 2


def test_json_that_breaks_off_and_cells_that_are_too_long(take, row, tmp_path) -> None:
    path = tmp_path / "faulty.jsonl"
    lines = [row, {**row, "petition_no": "X2ZJ202009040009", "problem": "长" * 1_000_000}]
    texts = [json.dumps(one, ensure_ascii=False) for one in lines]
    path.write_text("\n".join([*texts, texts[0][:120]]), encoding="utf-8")
    for new, unchanged in ((1, 0), (0, 1)):
        result = take(path)
        assert (result.new, result.unchanged) == (new, unchanged)
        assert [one.row for one in result.refused] == [2, 3]
    assert PetitionCase.objects.count() == 1


def test_a_gbk_file_is_read(take, row, tmp_path) -> None:
    path = tmp_path / "gbk.jsonl"
    path.write_text(json.dumps(row, ensure_ascii=False), encoding="gbk")
    assert take(path).new == 1
    assert PetitionCase.objects.get().problem_text == row["problem"]


def test_a_merged_header_is_found_and_a_formula_refused(take, tmp_path) -> None:
    book = Workbook()
    sheet = book.active
    sheet.append(["受理编号", "交办问题基本情况", "行政区域", "查处", None])
    sheet.append([None, None, None, "调查核实情况", "是否属实"])
    for area in ("A1:A2", "B1:B2", "C1:C2", "D1:E1"):
        sheet.merge_cells(area)
    sheet.append(["X2ZJ202009040007", "厂区异味。", "海宁市", "已核实", "属实"])
    sheet.append(["X2ZJ202009040008", "=A1", "海宁市", "已核实", "属实"])
    book.save(tmp_path / "merged.xlsx")
    result = take(tmp_path / "merged.xlsx")
    assert (result.new, len(result.refused)) == (1, 1)
    assert result.refused[0].as_json()["field"] == "交办问题基本情况"
    assert PetitionCase.objects.get().finding == "true"


def test_refused_rows_go_to_a_table_with_the_reason_in_chinese(take, row) -> None:
    result = take([row, {**row, "petition_no": "X2ZJ202009040008", "county": "火星县"}])
    assert result.refused_file.name == "petitions.jsonl.refused.csv"
    with result.refused_file.open(encoding="utf-8-sig", newline="") as file:
        table = list(csv.DictReader(file))
    assert len(table) == 1
    assert (table[0]["行号"], table[0]["字段"]) == ("2", "行政区域")
    assert "火星县" in table[0]["原因"]
