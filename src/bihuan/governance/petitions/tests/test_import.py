"""Petitions from files: what goes in, what is told apart, what happens the second time."""

import csv
from fractions import Fraction

import pytest
from openpyxl import Workbook

from bihuan.governance.petitions.models import PetitionCase, SealedComplainant
from bihuan.governance.petitions.tests.shared import DIVISIONS, PETITIONS, needs_shared
from bihuan.kernel.errors import Forbidden
from bihuan.kernel.ledger.models import Event
from bihuan.kernel.places.actions import load_divisions
from bihuan.loop.models import Clock, Problem

pytestmark = pytest.mark.django_db


def counts(result) -> tuple[int, int, int, int]:
    return result.new, result.changed, result.unchanged, len(result.refused)


@needs_shared
def test_the_real_file_goes_in_whole_and_only_once(take) -> None:
    load_divisions(DIVISIONS)
    assert counts(take(PETITIONS)) == (33, 0, 0, 0)
    assert counts(take(PETITIONS)) == (0, 0, 33, 0)
    assert PetitionCase.objects.count() == 33


@needs_shared
def test_records_of_other_cities_are_kept_outside_the_figures(take) -> None:
    load_divisions(DIVISIONS)
    take(PETITIONS)
    ours = PetitionCase.objects.ours()
    assert {case.jurisdiction.name for case in ours} == {"秀洲区", "海盐县"}
    assert Problem.objects.count() == ours.count() == 3
    outside = PetitionCase.objects.exclude(pk__in=ours.values("pk"))
    assert all("area_outside" in case.flags and case.problem is None for case in outside)
    assert outside.get(number="D202208150019").area_printed == "浙江绍兴市越城区"


@needs_shared
def test_a_record_without_a_number_is_kept_by_the_number_of_its_list(take) -> None:
    load_divisions(DIVISIONS)
    take(PETITIONS)
    assert PetitionCase.objects.filter(pattern="missing", number__startswith="无编号·PET-").count() == 3
    assert PetitionCase.objects.get(number="无编号·PET-033").flags == [
        "area_outside", "number_missing", "text_missing", "text_truncated",
    ]  # fmt: skip


def test_what_was_printed_stays_beside_what_we_read(take, row) -> None:
    take([row])
    case = PetitionCase.objects.get()
    assert (case.finding, case.handling, case.strike_off) == ("partly_true", "concluded", "none")
    assert (case.channel, case.round, case.level) == ("letter", 2, "central")
    assert case.printed["closure"] == "已办结"
    assert [(one.type, one.word, one.primary) for one in case.pollutions.all()] == [
        ("air", "大气", True),
        ("noise", "噪音", False),
    ]


def test_it_raises_a_problem_with_the_clock_of_the_answer(take, row, world) -> None:
    take([row])
    case = PetitionCase.objects.get()
    assert case.problem.procedure_key == "petition"
    assert case.problem.jurisdiction == world.county
    assert Clock.objects.get(source=case).rule_id == "petition_feedback"


def test_a_changed_row_is_taken_over_and_the_old_text_kept_in_the_ledger(take, row) -> None:
    take([row])
    assert counts(take([{**row, "rectification": "已拆除喷漆房。", "closure": "拟销号"}])) == (0, 1, 0, 0)
    case = PetitionCase.objects.get()
    assert (case.rectification, case.strike_off) == ("已拆除喷漆房。", "proposed")
    change = Event.objects.get(stream=case.stream, kind="petition.update")
    assert change.payload["before"]["rectification"] == "责令封闭喷漆房。"
    assert case.standings.count() == 2


def test_an_emptied_cell_wipes_nothing(take, row) -> None:
    take([row])
    assert counts(take([{**row, "verification": None}])) == (0, 0, 1, 0)


def test_our_own_finding_survives_a_change_elsewhere(take, row) -> None:
    take([row])
    PetitionCase.objects.update(finding="true")
    take([{**row, "accountability": "约谈1人"}])
    assert PetitionCase.objects.get().finding == "true"


def test_a_dry_run_keeps_nothing(take, row) -> None:
    assert counts(take([row], dry_run=True)) == (1, 0, 0, 0)
    assert not PetitionCase.objects.exists()
    assert not Problem.objects.exists()


def test_the_public_table_as_excel_and_as_gbk_csv(take, tmp_path) -> None:
    header = ["序号", "受理编号", "交办问题基本情况", "行政区域", "污染类型", "调查核实情况", "是否属实",
              "处理和整改情况", "是否办结", "责任人被处理情况"]  # fmt: skip
    cells = [
        "1",
        "D2ZJ202009050001*",
        "夜间噪声扰民。",
        "嘉兴市桐乡市",
        "噪声、扬尘",
        "属实",
        "是",
        "限期整改",
        "办结",
        "",
    ]
    book = Workbook()
    sheet = book.active
    sheet.append(["群众信访举报转办和边督边改公开情况一览表"])
    sheet.merge_cells("A1:J1")
    sheet.append(header)
    sheet.append(cells)
    book.save(tmp_path / "table.xlsx")
    assert counts(take(tmp_path / "table.xlsx")) == (1, 0, 0, 0)
    case = PetitionCase.objects.get()
    assert (case.jurisdiction.name, case.key_case, case.number) == ("桐乡市", True, "D2ZJ202009050001")

    with (tmp_path / "table.csv").open("w", encoding="gbk", newline="") as file:
        csv.writer(file).writerows([header, cells])
    assert counts(take(tmp_path / "table.csv")) == (0, 0, 1, 0)


def test_a_case_of_two_places_is_divided(take, row, world) -> None:
    shared = {key: value for key, value in row.items() if key not in ("province", "city", "county")}
    take([{**shared, "area": "海宁市、桐乡市"}])
    case = PetitionCase.objects.get()
    assert case.jurisdiction == world.city
    assert {one.jurisdiction.name: one.part for one in case.attributions.all()} == {
        "海宁市": Fraction(1, 2),
        "桐乡市": Fraction(1, 2),
    }


def test_a_repeat_joins_the_problem_of_the_earlier_case(take, row, world) -> None:
    again = {**row, "petition_no": "D2ZJ202009060001", "repeats": [row["petition_no"]]}
    take([row, again], by=world.city_officer)
    assert Problem.objects.count() == 1
    assert Clock.objects.filter(name="petition_feedback").count() == 2


def test_a_complainant_in_the_file_is_sealed(take, row) -> None:
    take([{**row, "举报人": "某甲", "联系电话": "13800000000"}])
    case = PetitionCase.objects.get()
    assert SealedComplainant.objects.get(token=case.complainant).phone == "13800000000"
    assert "13800000000" not in str(Event.objects.get(stream=case.stream).payload)
    assert "某甲" not in str(case.printed)


def test_who_may_import_and_where(take, row, world) -> None:
    with pytest.raises(Forbidden):
        take([row], by=world.handler)
    refused = take([row], by=world.outsider).refused
    assert [one.row for one in refused] == [1]
    assert counts(take([row], by=world.county_officer)) == (1, 0, 0, 0)


def test_words_we_do_not_know_are_kept_and_flagged(take, row) -> None:
    odd = {
        "petition_no": "某字第7号",
        "verdict": "待查",
        "closure": "另案处理",
        "pollution_types": ["光"],
        "published": "2020-09",
    }
    take([{**row, **odd}])
    case = PetitionCase.objects.get()
    assert case.flags == [
        "closure_unknown", "date_incomplete", "number_pattern_unknown", "type_unknown", "verdict_unknown",
    ]  # fmt: skip
    assert (case.finding, case.primary_pollution, case.printed["verdict"]) == ("unknown", "other", "待查")
