"""Builds the Word template of the rectification report that ships. Run it after changing it, commit both.

.venv/bin/python scripts/report_template.py
"""

from pathlib import Path

from docx import Document
from docx.enum.section import WD_ORIENT, WD_SECTION
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_LINE_SPACING
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt

TARGET = Path(__file__).resolve().parents[1] / "src/bihuan/reports/templates_docx/rectification.docx"

TITLE, HEADING, LEAD, BODY = "方正小标宋简体", "黑体", "楷体_GB2312", "仿宋_GB2312"
LATIN = "Times New Roman"
INDENT = Pt(32)

ANNEX = (
    ("序号", "{{ row.number }}", 12),
    ("反馈问题", "{{ row.text }}", 56),
    ("整改目标", "{{ row.goal }}", 34),
    ("整改时限", "{{ row.time_limit }}", 22),
    ("责任单位", "{{ row.responsible }}", 24),
    ("验收单位", "{{ row.acceptance }}", 24),
    ("整改进展", "{{ row.progress_text }}", 70),
)
FIGURES = (
    ("序号", "{{ figure.number }}", 12),
    ("指标", "{{ figure.label }}", 50),
    ("数值", "{{ figure.value }}", 34),
    ("取数方式", "{{ figure.kind }}", 20),
    ("口径", "{{ figure.definition }}", 76),
    ("记录或出处", "{{ figure.source }}", 50),
)


def build() -> None:
    document = Document()
    styles(document)
    page(document.sections[0])
    body(document)
    annex = document.add_section(WD_SECTION.NEW_PAGE)
    landscape(annex)
    table(document, "附件1", "{{ annex_title }}", columns=ANNEX, rows="row in annex")
    document.add_page_break()
    table(document, "附件2", "报告数据口径和来源", columns=FIGURES, rows="figure in figures")
    for section in document.sections:
        footer(section)
    properties(document)
    TARGET.parent.mkdir(exist_ok=True)
    document.save(TARGET)


def styles(document) -> None:
    style(document, "Normal", BODY, 16)
    spacing(document.styles["Normal"].paragraph_format)
    title = add_style(document, "公文标题", TITLE, 22)
    title.paragraph_format.alignment = WD_ALIGN_PARAGRAPH.CENTER
    spacing(title.paragraph_format, points=34)
    title.paragraph_format.space_after = Pt(26)
    text = add_style(document, "公文正文", BODY, 16)
    text.paragraph_format.first_line_indent = INDENT
    text.paragraph_format.alignment = WD_ALIGN_PARAGRAPH.JUSTIFY
    heading = add_style(document, "一级标题", HEADING, 16)
    heading.paragraph_format.first_line_indent = INDENT
    heading.paragraph_format.keep_with_next = True
    signature = add_style(document, "落款", BODY, 16)
    signature.paragraph_format.alignment = WD_ALIGN_PARAGRAPH.RIGHT
    mark = add_style(document, "附件标识", HEADING, 16)
    mark.paragraph_format.keep_with_next = True
    name = add_style(document, "附件标题", TITLE, 18)
    name.paragraph_format.alignment = WD_ALIGN_PARAGRAPH.CENTER
    name.paragraph_format.keep_with_next = True
    name.paragraph_format.space_after = Pt(8)
    cell = add_style(document, "表格正文", BODY, 10.5)
    spacing(cell.paragraph_format, points=15)
    head = add_style(document, "表头", HEADING, 10.5)
    head.paragraph_format.alignment = WD_ALIGN_PARAGRAPH.CENTER
    spacing(head.paragraph_format, points=16)


def add_style(document, name: str, font: str, size: float):
    document.styles.add_style(name, 1).base_style = document.styles["Normal"]
    return style(document, name, font, size)


def style(document, name: str, font: str, size: float):
    found = document.styles[name]
    found.font.name, found.font.size = LATIN, Pt(size)
    # A printed page without these faces falls back to what the reader has; Word does it by family.
    fonts = found.element.get_or_add_rPr().get_or_add_rFonts()
    fonts.set(qn("w:eastAsia"), font)
    return found


def spacing(paragraph_format, points: float = 29) -> None:
    paragraph_format.line_spacing_rule = WD_LINE_SPACING.EXACTLY
    paragraph_format.line_spacing = Pt(points)
    paragraph_format.space_before = paragraph_format.space_after = Pt(0)


def page(section) -> None:
    """Margins of GB/T 9704: 37 mm above, 35 below, 28 left, 26 right."""
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.top_margin, section.bottom_margin = Mm(37), Mm(35)
    section.left_margin, section.right_margin = Mm(28), Mm(26)
    section.footer_distance = Mm(26)


def landscape(section) -> None:
    section.orientation = WD_ORIENT.LANDSCAPE
    section.page_width, section.page_height = Mm(297), Mm(210)
    section.top_margin, section.bottom_margin = Mm(28), Mm(24)
    section.left_margin = section.right_margin = Mm(27)
    section.footer_distance = Mm(15)


def body(document) -> None:
    add = document.add_paragraph
    add("{%p if mark %}", "附件标识")
    add("{{ mark }}", "附件标识")
    add("{%p endif %}", "附件标识")
    add("{{ title }}", "公文标题")
    add("{%p for chapter in chapters %}", "公文正文")
    add("{%p if chapter.heading %}", "公文正文")
    add("{{ chapter.heading }}", "一级标题")
    add("{%p endif %}", "公文正文")
    add("{%p for paragraph in chapter.paragraphs %}", "公文正文")
    paragraph = add("", "公文正文")
    lead = paragraph.add_run("{{ paragraph.lead }}")
    lead.bold = True
    lead._element.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), LEAD)
    paragraph.add_run("{{ paragraph.text }}")
    add("{%p endfor %}", "公文正文")
    add("{%p endfor %}", "公文正文")
    add("", "公文正文")
    enclosure = add("附件：1. {{ annex_title }}", "公文正文")
    enclosure.paragraph_format.keep_with_next = True
    add("    2. 报告数据口径和来源", "公文正文").paragraph_format.first_line_indent = Pt(64)
    add("", "公文正文")
    add("{{ publisher }}", "落款").paragraph_format.keep_with_next = True
    add("{{ issue_date }}", "落款").paragraph_format.right_indent = Pt(64)


def table(document, mark: str, name: str, *, columns, rows: str) -> None:
    document.add_paragraph(mark, "附件标识")
    document.add_paragraph(name, "附件标题")
    grid = document.add_table(rows=4, cols=len(columns), style="Table Grid")
    grid.alignment = WD_TABLE_ALIGNMENT.CENTER
    grid.autofit = False
    for index, (label, text, width) in enumerate(columns):
        grid.columns[index].width = Mm(width)
        for row in grid.rows:
            row.cells[index].width = Mm(width)
        put(grid.cell(0, index), label, "表头")
        put(grid.cell(2, index), text, "表格正文")
    put(grid.cell(1, 0), f"{{%tr for {rows} %}}", "表格正文")
    put(grid.cell(3, 0), "{%tr endfor %}", "表格正文")
    repeat_header(grid.rows[0])
    whole_row(grid.rows[2])


def put(cell, text: str, style_name: str) -> None:
    cell.paragraphs[0].text = text
    cell.paragraphs[0].style = style_name


def repeat_header(row) -> None:
    row._tr.get_or_add_trPr().append(OxmlElement("w:tblHeader"))


def whole_row(row) -> None:
    row._tr.get_or_add_trPr().append(OxmlElement("w:cantSplit"))


def footer(section) -> None:
    section.footer.is_linked_to_previous = False
    paragraph = section.footer.paragraphs[0]
    paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
    paragraph.add_run("— ")
    field(paragraph.add_run(), "PAGE")
    paragraph.add_run(" —")
    for run in paragraph.runs:
        run.font.size = Pt(14)
        run._element.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), "宋体")


def field(run, instruction: str) -> None:
    for kind in ("begin", None, "end"):
        if kind is None:
            code = OxmlElement("w:instrText")
            code.set(qn("xml:space"), "preserve")
            code.text = instruction
            run._element.append(code)
        else:
            mark = OxmlElement("w:fldChar")
            mark.set(qn("w:fldCharType"), kind)
            run._element.append(mark)


def properties(document) -> None:
    core = document.core_properties
    core.author, core.title, core.comments, core.keywords = "Bihuan", "整改情况报告", "", ""
    core.last_modified_by = "Bihuan"


if __name__ == "__main__":
    build()
