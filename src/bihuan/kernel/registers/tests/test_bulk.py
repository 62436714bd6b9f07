"""Bulk acts: chosen rows, preview, confirmation, refusals."""

import re
from io import BytesIO

import pytest
from django.urls import reverse
from docx import Document
from openpyxl import load_workbook

from bihuan.kernel.figures.models import RecordedFigure
from bihuan.kernel.registers import bulk
from bihuan.page_text import page_text

pytestmark = [pytest.mark.django_db, pytest.mark.urls("bihuan.kernel.registers.tests.urls")]
MULTIPLY, FORGET, PAPERS = (f"/toy/bulk/{name}/" for name in ("multiply", "forget", "papers"))


@pytest.fixture
def office(world, as_user):
    return as_user(world.county_officer)


@pytest.fixture
def rows(make):
    return [make("T-1", value=5), make("T-2", value=6, author="乙"), make("T-3", value=7)]


def keys(*rows):
    return ",".join(str(row.pk) for row in rows)


def hidden(page, name):
    found = re.search(rf'name="{name}" value="([^"]*)"', page)
    return found.group(1) if found else None


def values():
    found = RecordedFigure.objects.order_by("document_ref").values_list("document_ref", "value")
    return {number: int(value) for number, value in found}


def confirm(client, url, page, **said):
    sent = {name: hidden(page, name) or "" for name in ("rows", "seen", "ready")}
    return page_text(client.post(url, {**sent, "go": "1", **said}))


def test_the_list_offers_what_the_reader_may_do(world, as_user, rows, office):
    shown = page_text(office.get("/toy/"))
    assert f'formaction="{MULTIPLY}"' in shown
    assert shown.count('name="row"') == 3
    leader = page_text(as_user(world.leader).get("/toy/"))
    assert MULTIPLY not in leader
    assert PAPERS in leader
    assert 'name="row"' not in page_text(office.get("/toy/", {"as_of": "2022-01-01"}))


def test_first_it_asks_then_it_previews_then_it_acts(rows, office):
    asked = page_text(office.get(MULTIPLY, {"row": [row.pk for row in rows]}))
    assert "倍数" in asked
    assert "已选 3 条" in asked
    assert hidden(asked, "seen") is None
    previewed = page_text(office.post(MULTIPLY, {"rows": keys(*rows), "factor": "2"}))
    assert "改为 10" in previewed
    assert "乙方的数值不能改。" in previewed
    assert "2 条可以办理" in previewed
    assert "1 条不能办理" in previewed
    assert hidden(previewed, "ready") == keys(rows[0], rows[2])
    assert values() == {"T-1": 5, "T-2": 6, "T-3": 7}, "a preview leaves nothing behind"
    done = confirm(office, MULTIPLY, previewed, factor="2")
    assert "已办 2 条，未办 1 条" in done
    assert "乙方的数值不能改。" in done
    assert values() == {"T-1": 10, "T-2": 6, "T-3": 14}, "a refused row is not half written"


def test_what_was_not_previewed_is_not_done(rows, office):
    previewed = page_text(office.post(MULTIPLY, {"rows": keys(rows[0]), "factor": "2"}))
    again = confirm(office, MULTIPLY, previewed, factor="3")
    assert "改为 15" in again
    assert "已办" not in again
    more = confirm(office, MULTIPLY, previewed, factor="2", rows=keys(rows[0], rows[2]))
    assert "已办" not in more
    assert values()["T-1"] == 5


def test_a_row_that_was_refused_in_the_preview_is_only_asked_again(rows, office):
    previewed = page_text(office.post(MULTIPLY, {"rows": keys(*rows[:2]), "factor": "2"}))
    RecordedFigure.objects.filter(pk=rows[1].pk).update(author="甲")
    confirm(office, MULTIPLY, previewed, factor="2")
    assert values() == {"T-1": 10, "T-2": 6, "T-3": 7}


def test_a_wrong_word_in_the_form_is_said_before_any_preview(rows, office):
    shown = page_text(office.post(MULTIPLY, {"rows": keys(*rows), "factor": "1", "go": "1"}))
    assert "field-error" in shown
    assert "改为" not in shown
    assert values()["T-1"] == 5


def test_an_act_without_questions_begins_with_the_preview(rows, office):
    shown = page_text(office.get(FORGET, {"row": [rows[0].pk]}))
    assert "忘记 T-1" in shown
    assert "已办 1 条" in confirm(office, FORGET, shown)


def test_all_that_the_filter_finds_in_the_order_of_the_list(rows, office, monkeypatch):
    shown = page_text(office.get(FORGET, {"all": "1", "author": "甲", "sort": "-value", "row": rows[1].pk}))
    assert hidden(shown, "rows") == keys(rows[2], rows[0])
    monkeypatch.setattr(bulk, "MOST_ROWS", 1)
    assert "请缩小筛选范围" in page_text(office.get(FORGET, {"all": "1"}), 409)


def test_no_row_and_no_rubbish(office, toy):
    assert "尚未选择" in page_text(office.get(FORGET, {"row": ["x", "999999"]}))


def test_rows_out_of_sight_are_passed_over(world, rows, make, office):
    far = make("T-9", place=world.other_county)
    assert "T-9" not in page_text(office.get(FORGET, {"row": [rows[0].pk, far.pk]}))
    assert "T-9" not in page_text(office.post(FORGET, {"rows": keys(rows[0], far)}))


def test_who_may_not_may_not(world, as_user, anonymous, toy):
    assert as_user(world.leader).get(MULTIPLY).status_code == 403
    assert as_user(world.county_officer).get("/toy/bulk/nothing/").status_code == 404
    assert anonymous.get(MULTIPLY).status_code == 302


def test_nothing_is_done_in_the_past(rows, office):
    assert office.get(FORGET, {"row": rows[0].pk, "as_of": "2022-01-01"}).status_code == 409


def test_what_hangs_on_the_rows_comes_as_a_file(rows, office):
    shown = page_text(office.get(PAPERS, {"row": [row.pk for row in rows]}))
    assert "1 份文件" in shown
    assert "0 份文件" in shown
    excel = office.post(PAPERS, {"rows": keys(*rows), "go": "excel"})
    sheet = load_workbook(BytesIO(b"".join(excel.streaming_content))).active
    assert [[cell.value for cell in row] for row in sheet.iter_rows()] == [
        ["文号", "作者"],
        ["T-1", "甲"],
        ["T-3", "甲"],
    ]
    word = office.post(PAPERS, {"rows": keys(*rows), "go": "word"})
    (table,) = Document(BytesIO(b"".join(word.streaming_content))).tables
    assert [row.cells[1].text for row in table.rows] == ["文号", "T-1", "T-3"]
    assert reverse("toy-bulk", args=["papers"]) == PAPERS
