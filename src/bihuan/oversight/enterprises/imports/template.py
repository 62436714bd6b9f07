"""The empty workbook that a clerk fills in: a sheet for each import, and one that explains the columns."""

from typing import IO

import xlsxwriter

from bihuan.kernel.registers.importing import Importer

SHEETS = {
    "enterprises": "企业",
    "outlets": "排放口",
    "facilities": "设施",
    "limits": "限值",
    "loggers": "数采仪",
}
EXPLAINED = "填写说明"
HEAD = ("表", "列", "必填", "也可写作")
AS_TEXT = "@"


def write_template(file: IO[bytes], importers: tuple[type[Importer], ...]) -> None:
    """Cells are formatted as text, so that Excel rounds no long number."""
    with xlsxwriter.Workbook(file) as book:
        head = book.add_format({"bold": True, "bottom": 1, "num_format": AS_TEXT})
        needed = book.add_format({"bold": True, "bottom": 1, "num_format": AS_TEXT, "bg_color": "#E7F0EB"})
        text = book.add_format({"num_format": AS_TEXT})
        for importer in importers:
            sheet = book.add_worksheet(SHEETS[importer.id])
            sheet.freeze_panes(1, 0)
            sheet.set_column(0, len(importer.headers) - 1, 20, text)
            for at, name in enumerate(importer.headers):
                sheet.write_string(0, at, name, needed if name in importer.required else head)
        _explain(book, importers, head)


def _explain(book: xlsxwriter.Workbook, importers: tuple[type[Importer], ...], head: object) -> None:
    sheet = book.add_worksheet(EXPLAINED)
    sheet.set_column(0, 2, 14)
    sheet.set_column(3, 3, 70)
    rows = [
        (SHEETS[importer.id], name, "是" if name in importer.required else "", "、".join(others))
        for importer in importers
        for name, others in importer.headers.items()
    ]
    for column, word in enumerate(HEAD):
        sheet.write_string(0, column, word, head)
    for at, row in enumerate(rows, start=1):
        for column, word in enumerate(row):
            sheet.write_string(at, column, word)
