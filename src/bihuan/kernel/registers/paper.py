"""The paper on which a list is filed: A4 across, the office's head, page numbers, and styles of our own."""

from io import BytesIO
from typing import Any

import docx
from django.utils.translation import gettext as _
from docx.enum.section import WD_ORIENT
from docx.enum.style import WD_STYLE_TYPE
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt

from bihuan.kernel.registers.listing import Listing

A4 = (Mm(297), Mm(210))
MARGIN = Mm(18)
TEXT_WIDTH = round((297 - 2 * 18) / 25.4 * 1440)
TABLE = "TableGrid"
CELL, CELL_RIGHT, HEAD, FACT = "RowText", "RowNumber", "RowHead", "ListFact"
WESTERN, CHINESE = "Times New Roman", "宋体"


def skeleton(listed: Listing, mark: str) -> bytes:
    """A Word file with all of the list but its table; `mark` stands alone in a paragraph in its place."""
    paper = docx.Document()
    _styles(paper)
    _page(paper.sections[0])
    _head_and_foot(paper.sections[0], f"{listed.office}　{listed.title}")
    _properties(paper, listed)
    title = paper.add_paragraph(style="Title")
    title.add_run(listed.title)
    for word, text in listed.facts:
        fact = paper.add_paragraph(style=FACT)
        fact.add_run(f"{word}：{text}")
    paper.add_paragraph(mark)
    written = BytesIO()
    paper.save(written)
    return written.getvalue()


def _page(section: Any) -> None:
    section.orientation = WD_ORIENT.LANDSCAPE
    section.page_width, section.page_height = A4
    for side in ("left_margin", "right_margin", "top_margin", "bottom_margin"):
        setattr(section, side, MARGIN)


def _styles(paper: Any) -> None:
    _letters(paper.styles["Normal"], 10.5)
    title = paper.styles["Title"]
    _letters(title, 18, bold=True)
    title.paragraph_format.alignment = WD_ALIGN_PARAGRAPH.CENTER
    for border in title.element.pPr.findall(qn("w:pBdr")):
        title.element.pPr.remove(border)
    for name, size, bold in ((CELL, 9, False), (CELL_RIGHT, 9, False), (HEAD, 9, True), (FACT, 9.5, False)):
        style = paper.styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH)
        style.base_style = paper.styles["Normal"]
        style.paragraph_format.space_after = style.paragraph_format.space_before = Pt(1)
        _letters(style, size, bold=bold)
    paper.styles[CELL_RIGHT].paragraph_format.alignment = WD_ALIGN_PARAGRAPH.RIGHT


def _letters(style: Any, size: float, *, bold: bool = False) -> None:
    style.font.name, style.font.size, style.font.bold = WESTERN, Pt(size), bold
    style.font.color.rgb = None
    fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
    for theme in ("w:asciiTheme", "w:eastAsiaTheme", "w:hAnsiTheme", "w:cstheme"):
        fonts.attrib.pop(qn(theme), None)
    fonts.set(qn("w:eastAsia"), CHINESE)


def _head_and_foot(section: Any, head: str) -> None:
    above = section.header.paragraphs[0]
    above.text, above.alignment = head, WD_ALIGN_PARAGRAPH.CENTER
    below = section.footer.paragraphs[0]
    below.alignment = WD_ALIGN_PARAGRAPH.CENTER
    # Which page of how many; Word counts them when it lays the file out.
    words = _("Page %(page)s of %(pages)s") % {"page": "{}", "pages": "{}"}
    before, between, after = words.split("{}")
    for text, field in ((before, "PAGE"), (between, "NUMPAGES"), (after, "")):
        below.add_run(text)
        if field:
            below._p.append(_field(field))


def _field(name: str) -> Any:
    field = OxmlElement("w:fldSimple")
    field.set(qn("w:instr"), name)
    return field


def _properties(paper: Any, listed: Listing) -> None:
    said = paper.core_properties
    said.title, said.author, said.comments, said.language = listed.title, listed.office, "", "zh-CN"
