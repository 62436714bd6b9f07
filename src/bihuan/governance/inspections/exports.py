"""The annex as a sheet: the columns of mechanism §8, ready to print."""

import io
from collections.abc import Sequence

import xlsxwriter

from bihuan.governance.inspections.public import AnnexRow

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
HEADERS = ("序号", "反馈问题", "整改目标", "整改时限", "责任单位", "验收单位", "进展")
WIDTHS = (6, 48, 32, 16, 20, 20, 60)


def cells(row: AnnexRow) -> tuple[int | str, ...]:
    return (
        row.ordinal,
        row.text,
        row.goal,
        row.time_limit,
        row.responsible,
        row.acceptance,
        row.progress,
    )


def annex_workbook(rows: Sequence[AnnexRow]) -> bytes:
    buffer = io.BytesIO()
    # Text that begins with "=" stays text: nothing a unit typed becomes a formula in another's office.
    book = xlsxwriter.Workbook(buffer, {"in_memory": True, "strings_to_formulas": False})
    sheet = book.add_worksheet("附件")
    head = book.add_format({"bold": True, "border": 1, "align": "center", "valign": "vcenter"})
    body = book.add_format({"text_wrap": True, "border": 1, "valign": "top"})
    for column, (header, width) in enumerate(zip(HEADERS, WIDTHS, strict=True)):
        sheet.set_column(column, column, width)
        sheet.write(0, column, header, head)
    for line, row in enumerate(rows, start=1):
        sheet.write_row(line, 0, cells(row), body)
    sheet.freeze_panes(1, 0)
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(0)
    book.close()
    return buffer.getvalue()
