"""A register as xlsx: the rows, order and words of the list, written row by row and sent as a stream."""

import csv
import io
import tempfile
from collections.abc import Iterable, Iterator
from decimal import Decimal
from typing import IO, Any

import xlsxwriter
from django.http import FileResponse
from django.utils.translation import gettext as _

from bihuan.kernel.registers.columns import Column, printed
from bihuan.kernel.registers.listing import Listing

CELL_LIMIT = 32_767
SHEET_ROWS = 1_048_576
EXACT_IN_EXCEL = 10**15
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
CSV = "text/csv; charset=utf-8"
FORMULA = ("=", "+", "-", "@", "\t", "\r")


def export_response(listed: Listing) -> FileResponse:
    # Closed by FileResponse once the last byte is sent.
    file = tempfile.TemporaryFile()  # noqa: SIM115
    write_xlsx(file, listed.columns, listed.records(), title=listed.title)
    file.seek(0)
    return FileResponse(file, as_attachment=True, filename=listed.file_name("xlsx"), content_type=XLSX)


def write_xlsx(file: IO[bytes], columns: Iterable[Column], records: Iterable[Any], *, title: str) -> None:
    columns = list(columns)
    with xlsxwriter.Workbook(file, {"constant_memory": True}) as book:
        head = book.add_format({"bold": True, "text_wrap": True, "bottom": 1, "valign": "top"})
        for sheet, at, record in _placed(book, columns, records, head=head, title=title):
            for column_at, column in enumerate(columns):
                write_cell(sheet, at, column_at, column.raw(record), number=column.kind == "number")


def write_cell(sheet: Any, row: int, column: int, value: Any, *, number: bool = False) -> None:
    """Numbers as numbers; everything else as text, so that no cell's content can act as a formula."""
    countable = isinstance(value, int | Decimal) and not isinstance(value, bool)
    if number and countable and abs(value) < EXACT_IN_EXCEL:
        sheet.write_number(row, column, value)
        return
    text = printed(value)
    if len(text) > CELL_LIMIT:
        mark = _("… (cut: the cell would be too long for Excel)")
        text = text[: CELL_LIMIT - len(mark)] + mark
    sheet.write_string(row, column, text)


def write_csv(file: IO[bytes], columns: Iterable[Column], records: Iterable[Any], *, title: str) -> None:
    """With a mark by which Excel knows UTF-8; what a sheet would take for a formula gets an apostrophe."""
    del title
    columns = list(columns)
    text = io.TextIOWrapper(file, encoding="utf-8-sig", newline="", write_through=True)
    sheet = csv.writer(text)
    sheet.writerow(str(column.label) for column in columns)
    sheet.writerows([_harmless(column.raw(record)) for column in columns] for record in records)
    text.detach()


def _harmless(value: Any) -> str:
    text = printed(value)
    countable = isinstance(value, int | Decimal)
    return f"'{text}" if text.startswith(FORMULA) and not countable else text


def _placed(
    book: Any, columns: list[Column], records: Iterable[Any], *, head: Any, title: str
) -> Iterator[tuple[Any, int, Any]]:
    """Each record with its sheet and row; a new sheet begins where Excel's last row is full."""
    sheet = _sheet(book, columns, head, title)
    at = 0
    for record in records:
        at += 1
        if at == SHEET_ROWS:
            sheet, at = _sheet(book, columns, head, ""), 1
        yield sheet, at, record


def _sheet(book: Any, columns: list[Column], head: Any, title: str) -> Any:
    sheet = book.add_worksheet(_sheet_name(title) or None)
    sheet.freeze_panes(1, 0)
    for at, column in enumerate(columns):
        sheet.set_column(at, at, 14 if column.kind in ("date", "number", "badge") else 24)
        sheet.write_string(0, at, str(column.label), head)
    return sheet


def _sheet_name(title: str) -> str:
    return "".join(letter for letter in title if letter not in "[]:*?/\\'")[:31]
