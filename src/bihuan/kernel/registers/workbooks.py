"""Excel workbooks as people fill them in: merged cells, a title above, formulas left standing."""

from collections.abc import Iterator
from datetime import date, datetime, time
from decimal import Decimal
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import ParseError
from xml.parsers import expat
from zipfile import BadZipFile, ZipFile

from django.utils.translation import gettext as _
from openpyxl import load_workbook
from openpyxl.utils import get_column_letter, range_boundaries
from openpyxl.utils.exceptions import InvalidFileException

from bihuan.kernel.errors import Unusable
from bihuan.kernel.registers import headers
from bihuan.kernel.registers.faults import RowFault
from bihuan.kernel.registers.tables import Expected, Row, cell_fault, check_header, missing_columns, named

# Excel keeps fifteen digits; a longer number was rounded before we saw it.
EXACT = 10**15
# Ours: a few bytes can claim every cell that Excel knows, 17 thousand million of them.
MOST_CELLS = 20_000_000


def read_xlsx(path: Path, expected: Expected) -> Iterator[Row]:
    try:
        _check_merged(path)
        book = load_workbook(path, data_only=False)
    except (InvalidFileException, BadZipFile, KeyError, ValueError, ParseError, OSError) as error:
        raise Unusable(reason=_("The Excel file is damaged and can't be opened.")) from error
    if any(sheet.max_row * sheet.max_column > MOST_CELLS for sheet in book.worksheets):
        raise Unusable(reason=_too_wide())
    sheet, header = _sheet(book, expected)
    merged = _merged_down(sheet)
    for at, cells in enumerate(sheet.iter_rows(min_row=header.first + 1), start=header.first + 1):
        values = [_text(merged.get((at, column), one)) for column, one in enumerate(cells, start=1)]
        if any(values):
            said = named(header.names, values)
            yield Row(at, said, _fault(cells, header.names) or cell_fault(said, expected.cell_limit))


def _check_merged(path: Path) -> None:
    """Merged ranges are laid out cell by cell when a book is opened, so they are measured before."""
    with ZipFile(path) as archive:
        if sum(cells for part in archive.namelist() for cells in _merged(archive, part)) > MOST_CELLS:
            raise Unusable(reason=_too_wide())


def _merged(archive: ZipFile, part: str) -> list[int]:
    """The cells of each merged range in a part, whatever it is called; none where the part isn't XML."""
    found: list[int] = []

    def look(name: str, said: dict[str, str]) -> None:
        if name.rpartition(":")[2] == "mergeCell":
            found.append(_cells(said.get("ref", "A1")))

    parser = expat.ParserCreate()
    parser.StartElementHandler = look
    with archive.open(part) as file:
        try:
            parser.ParseFile(file)
        except expat.ExpatError:
            return found
    return found


def _cells(area: str) -> int:
    first_column, first_row, last_column, last_row = (one or 0 for one in range_boundaries(area))
    whole = not (first_row and first_column and last_row and last_column)
    return MOST_CELLS + 1 if whole else (last_column - first_column + 1) * (last_row - first_row + 1)


def _too_wide() -> str:
    return _("The sheet claims more cells than a table holds; delete the empty rows and columns at its end.")


def _sheet(book: Any, expected: Expected) -> tuple[Any, headers.Header]:
    """The one sheet that has the columns; with two such sheets we would have to drop one unsaid."""
    found = [(sheet, header) for sheet in book.worksheets if (header := _header(sheet, expected))]
    if not found:
        first = next(iter(_top(book.worksheets[0])), []) if book.worksheets else []
        raise Unusable(reason=missing_columns(sorted(expected.required), first))
    best = max(header.score for _sheet, header in found)
    chosen = [pair for pair in found if pair[1].score == best and pair[0].max_row > pair[1].first]
    if len(chosen) > 1:
        names = "、".join(sheet.title for sheet, _header in chosen)
        reason = _("Several sheets have these columns: %(names)s. Keep one in the file.") % {"names": names}
        raise Unusable(reason=reason)
    sheet, header = (chosen or found)[0]
    check_header(header.names, expected)
    return sheet, header


def _header(sheet: Any, expected: Expected) -> headers.Header | None:
    grid = _top(sheet)
    if expected.known:
        return headers.find(grid, expected.known)
    at = next((at for at, row in enumerate(grid) if sum(map(bool, row)) > 1), None)
    return None if at is None else headers.Header(grid[at], at + 1, 0)


def _top(sheet: Any) -> list[list[str]]:
    """The first rows as text, with each merged range filled in."""
    last = min(sheet.max_row, headers.SEARCHED_ROWS + 1)
    grid = [[_text(one) for one in row] for row in sheet.iter_rows(max_row=last)]
    for area in sheet.merged_cells.ranges:
        if area.min_row <= last:
            text = grid[area.min_row - 1][area.min_col - 1]
            for row in range(area.min_row, min(area.max_row, last) + 1):
                for column in range(area.min_col, area.max_col + 1):
                    grid[row - 1][column - 1] = text
    return grid


def _merged_down(sheet: Any) -> dict[tuple[int, int], Any]:
    """Cells of a range merged downwards in one column say what its first cell says."""
    filled = {}
    for area in sheet.merged_cells.ranges:
        if area.min_col == area.max_col:
            top = sheet.cell(area.min_row, area.min_col)
            filled.update({(row, area.min_col): top for row in range(area.min_row + 1, area.max_row + 1)})
    return filled


def _text(cell: Any) -> str:
    value = cell.value
    if value is None:
        return ""
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == time.min else value.isoformat(" ", "minutes")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() else f"{Decimal(repr(value)):f}"
    return str(value).strip()


def _fault(cells: Any, names: list[str]) -> RowFault | None:
    for at, cell in enumerate(cells):
        name = names[at] if at < len(names) and names[at] else get_column_letter(at + 1)
        if cell.data_type == "f":
            return RowFault(name, _("Formula cell: enter its value instead."))
        if cell.data_type == "e":
            return RowFault(name, _("The cell holds an Excel error (%(text)s).") % {"text": cell.value})
        if isinstance(cell.value, int | float) and abs(cell.value) >= EXACT:
            return RowFault(
                name, _("Excel has rounded this long number: format the cell as text and enter it again.")
            )
    return None
