"""Lists as Word files and on paper."""

from io import BytesIO
from types import SimpleNamespace
from xml.etree import ElementTree

import pytest
from docx import Document
from docx.enum.section import WD_ORIENT
from docx.oxml.ns import qn
from hypothesis import given
from hypothesis import strategies as st

from bihuan.kernel.registers import views, word
from bihuan.kernel.registers.columns import Column
from bihuan.kernel.registers.listing import Listing
from bihuan.kernel.registers.paper import TEXT_WIDTH
from bihuan.page_text import page_text

URLS = pytest.mark.urls("bihuan.kernel.registers.tests.urls")
COLUMNS = [Column("name", "名称"), Column("count", "数量", kind="number")]


class Made(Listing):
    """A listing of records made in memory."""

    def records(self):
        return iter(self.rows)


def written(records, columns=COLUMNS):
    file = BytesIO()
    listed = Made("问题库", "嘉兴市整改办", columns, records, facts=[("筛选条件", "状态: 整改中")])
    word.write_docx(file, listed)
    return Document(file)


def row(name, count=1):
    return SimpleNamespace(name=name, count=count)


def cells(table):
    return [[cell.text for cell in line.cells] for line in table.rows]


def test_the_file_has_the_office_at_its_head_and_the_rows_in_a_table():
    paper = written([row("甲", 3), row("乙 & <丙>\n第二行")])
    section = paper.sections[0]
    assert section.orientation == WD_ORIENT.LANDSCAPE
    assert section.page_width > section.page_height
    assert "嘉兴市整改办" in section.header.paragraphs[0].text
    assert [line.text for line in paper.paragraphs][:2] == ["问题库", "筛选条件：状态: 整改中"]
    (table,) = paper.tables
    assert cells(table) == [["序号", "名称", "数量"], ["1", "甲", "3"], ["2", "乙 & <丙>\n第二行", "1"]]


def test_the_heading_row_is_repeated_and_pages_are_counted():
    paper = written([row("甲")])
    assert paper.tables[0].rows[0]._tr.trPr.find(qn("w:tblHeader")) is not None
    assert paper.tables[0].rows[1]._tr.trPr.find(qn("w:tblHeader")) is None
    fields = paper.sections[0].footer._element.iter(qn("w:fldSimple"))
    assert [field.get(qn("w:instr")) for field in fields] == ["PAGE", "NUMPAGES"]


def test_a_long_list_is_a_chain_of_tables_that_word_can_hold(monkeypatch):
    monkeypatch.setattr(word, "TABLE_ROWS", 2)
    paper = written([row(str(at)) for at in range(5)])
    assert [len(table.rows) for table in paper.tables] == [3, 3, 2]
    assert all(cells(table)[0] == ["序号", "名称", "数量"] for table in paper.tables)
    assert [line[0] for line in cells(paper.tables[2])[1:]] == ["5"]
    body = list(paper.element.body)
    for table in paper.tables[1:]:
        assert body[body.index(table._tbl) - 1].tag == qn("w:p")


def test_an_empty_list_has_its_heading_row():
    assert cells(written([]).tables[0]) == [["序号", "名称", "数量"]]


@given(st.text(alphabet=st.characters(), max_size=40))
def test_any_text_makes_xml_that_can_be_read(text):
    written_rows = "".join(word.tables(COLUMNS, [row(text)]))
    space = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
    found = ElementTree.fromstring(f'<body xmlns:w="{space}">{written_rows}</body>')
    assert len(found.findall(f".//{{{space}}}tr")) == 2


@given(st.lists(st.sampled_from(["text", "mono", "date", "datetime", "number", "badge"]), min_size=1))
def test_columns_fill_the_page(kinds):
    found = word.widths([Column("x", "x", kind=kind) for kind in kinds])
    assert all(width > 0 for width in found)
    assert TEXT_WIDTH - len(found) <= sum(found) <= TEXT_WIDTH


@pytest.mark.django_db
@URLS
def test_word_says_what_the_list_says(world, as_user, make):
    make("T-1", value=5, author="甲")
    make("T-2", value=3, author="乙")
    make("T-3", value=4, place=world.other_county, author="甲")
    answer = as_user(world.county_officer).get(
        "/toy/export.docx", {"author": "甲", "cols": ["value", "author"]}
    )
    assert answer["Content-Type"] == word.DOCX
    paper = Document(BytesIO(b"".join(answer.streaming_content)))
    assert cells(paper.tables[0]) == [["序号", "数值", "说明"], ["1", "5", "甲"]]
    assert "海宁市整改办" in paper.sections[0].header.paragraphs[0].text
    assert "说明: 甲方" in paper.paragraphs[1].text


@pytest.mark.django_db
@URLS
def test_what_word_can_not_open_is_refused(world, as_user, make, monkeypatch):
    monkeypatch.setattr(word, "MOST_ROWS", 1)
    make("T-1")
    make("T-2")
    assert "Excel" in page_text(as_user(world.leader).get("/toy/export.docx"), 409)


@pytest.mark.django_db
@URLS
def test_the_print_has_every_row_and_the_conditions(world, as_user, make, monkeypatch):
    make("T-1", author="甲")
    make("T-2", author="甲")
    make("T-3", author="乙")
    client = as_user(world.county_officer)
    shown = page_text(client.get("/toy/", {"author": "甲", "sort": "document_ref", "print": "1"}))
    assert shown.index("T-1") < shown.index("T-2")
    assert "T-3" not in shown
    assert "海宁市整改办" in shown
    assert "说明: 甲方" in shown
    assert "sidebar" not in shown
    assert "print=1" not in shown
    monkeypatch.setattr(views, "PRINTED_ROWS", 1)
    assert "只打印前 1 条" in page_text(client.get("/toy/", {"print": "1"}))
    assert "没有符合条件的记录" in page_text(client.get("/toy/", {"print": "1", "q": "没有"}))
