"""A register as docx: a skeleton with the office's head, and the table written into it row by row.

The row's XML is written by hand because python-docx keeps a whole table in memory: 100,000 rows would take
gigabytes. Word holds no more than 32,767 rows in one table, so a long list is a chain of tables.
"""

import tempfile
from collections.abc import Iterable, Iterator
from io import BytesIO
from typing import IO, Any
from xml.sax.saxutils import escape
from zipfile import ZIP_DEFLATED, ZipFile

from django.http import FileResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from bihuan.kernel.errors import Refused
from bihuan.kernel.registers import paging
from bihuan.kernel.registers.columns import Column, printed
from bihuan.kernel.registers.listing import Listing
from bihuan.kernel.registers.paper import CELL, CELL_RIGHT, HEAD, TABLE, TEXT_WIDTH, skeleton

DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
MOST_ROWS = 100_000
TABLE_ROWS = 10_000
BODY = "word/document.xml"
MARK = "«rows»"
# How much room a kind of column asks for, in points; what is left over is shared in proportion.
ROOM = {"number": 50, "date": 64, "datetime": 94, "badge": 64, "mono": 84}
ROOM_FOR_TEXT = 110
ROW_NUMBER = Column("row", gettext_lazy("No."), kind="number")
ROOM_FOR_ROW_NUMBER = 36
# Fixed widths: measuring every cell would keep Word busy for minutes.
FIXED = '<w:tblLayout w:type="fixed"/>'
ROW = "<w:trPr><w:cantSplit/></w:trPr>"
# What XML 1.0 has no way to write.
UNPRINTABLE = dict.fromkeys((*range(9), 11, 12, *range(14, 32), *range(0xD800, 0xE000), 0xFFFE, 0xFFFF))


def word_response(listed: Listing) -> FileResponse:
    """Refused for a list that Word could open only after minutes; Excel takes it."""
    _count, more = paging.capped_count(listed.rows, MOST_ROWS)
    if more:
        raise Refused(
            reason=_("A Word file holds at most %(count)s rows: narrow the list, or export it to Excel.")
            % {"count": MOST_ROWS}
        )
    # Closed by FileResponse once the last byte is sent.
    file = tempfile.TemporaryFile()  # noqa: SIM115
    write_docx(file, listed)
    file.seek(0)
    return FileResponse(file, as_attachment=True, filename=listed.file_name("docx"), content_type=DOCX)


def write_docx(file: IO[bytes], listed: Listing) -> None:
    """Copy the skeleton's parts; where its body holds the mark, put the rows."""
    with ZipFile(BytesIO(skeleton(listed, MARK))) as plan, ZipFile(file, "w", ZIP_DEFLATED) as goal:
        for name in plan.namelist():
            if name != BODY:
                goal.writestr(name, plan.read(name))
        before, after = _around_mark(plan.read(BODY).decode())
        with goal.open(BODY, "w") as body:
            body.write(before.encode())
            for piece in tables(listed.columns, listed.records()):
                body.write(piece.encode())
            body.write(after.encode())


def tables(columns: list[Column], records: Iterable[Any]) -> Iterator[str]:
    """The XML of a chain of tables, each with the heading row that Word repeats on every page."""
    head, cells = _table_head(columns), _cells(columns)
    yield head
    for at, record in enumerate(records):
        if at and at % TABLE_ROWS == 0:
            # Without a paragraph between them Word would make one table of two.
            yield f"</w:tbl><w:p/>{head}"
        texts = [str(at + 1), *(_text(column.raw(record)) for column in columns)]
        yield f"<w:tr>{ROW}{''.join(cell % text for cell, text in zip(cells, texts, strict=True))}</w:tr>"
    yield "</w:tbl>"


def widths(columns: list[Column]) -> list[int]:
    """The width of the row's number and of each column in twentieths of a point, filling the page."""
    room = [ROOM_FOR_ROW_NUMBER, *(ROOM.get(column.kind, ROOM_FOR_TEXT) for column in columns)]
    return [TEXT_WIDTH * one // sum(room) for one in room]


def _table_head(columns: list[Column]) -> str:
    grid = "".join(f'<w:gridCol w:w="{width}"/>' for width in widths(columns))
    look = f'<w:tblStyle w:val="{TABLE}"/><w:tblW w:w="{TEXT_WIDTH}" w:type="dxa"/>{FIXED}'
    labels = [_text(str(column.label)) for column in (ROW_NUMBER, *columns)]
    cells = "".join(_cell(width, HEAD) % label for width, label in zip(widths(columns), labels, strict=True))
    repeated = "<w:trPr><w:cantSplit/><w:tblHeader/></w:trPr>"
    return f"<w:tbl><w:tblPr>{look}</w:tblPr><w:tblGrid>{grid}</w:tblGrid><w:tr>{repeated}{cells}</w:tr>"


def _cells(columns: list[Column]) -> list[str]:
    styles = [CELL_RIGHT if column.kind == "number" else CELL for column in (ROW_NUMBER, *columns)]
    return [_cell(width, style) for width, style in zip(widths(columns), styles, strict=True)]


def _cell(width: int, style: str) -> str:
    """A cell with a place for its text."""
    look, text = f'<w:pPr><w:pStyle w:val="{style}"/></w:pPr>', '<w:t xml:space="preserve">%s</w:t>'
    paragraph = f"<w:p>{look}<w:r>{text}</w:r></w:p>"
    return f'<w:tc><w:tcPr><w:tcW w:w="{width}" w:type="dxa"/></w:tcPr>{paragraph}</w:tc>'


def _text(value: Any) -> str:
    return escape(printed(value).translate(UNPRINTABLE)).replace("\n", "</w:t><w:br/><w:t>")


def _around_mark(body: str) -> tuple[str, str]:
    """The body before and after the paragraph that holds the mark."""
    at = body.index(MARK)
    first, last = body.rindex("<w:p>", 0, at), body.index("</w:p>", at) + len("</w:p>")
    return body[:first], body[last:]
