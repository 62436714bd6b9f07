"""Reading what people send: xlsx, csv or JSON lines, row by row, each row with its fault if it has one."""

import zipfile
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

from bihuan.kernel.errors import Unusable
from bihuan.kernel.registers import headers
from bihuan.kernel.registers.faults import RowFault

CELL_LIMIT = 32_767
# Ours: what reading may cost. A real sheet unpacks to some ten times its size; a bomb to a thousand times.
UNPACKED_LIMIT = 500_000_000
SUSPECT_SIZE, SUSPECT_RATIO = 20_000_000, 100


@dataclass(frozen=True)
class Row:
    """`number` is the row or line in the file; `cells` what it says under each header, as text.

    From JSON lines the values keep their types, numbers with a fraction as Decimal.
    """

    number: int
    cells: dict[str, Any]
    fault: RowFault | None = None


@dataclass(frozen=True)
class Expected:
    """What to look for: accepted spelling → canonical name, what can't be missing, the longest cell."""

    known: Mapping[str, str] = field(default_factory=dict)
    required: frozenset[str] = frozenset()
    cell_limit: int = CELL_LIMIT


def read_table(path: Path, expected: Expected | None = None) -> Iterator[Row]:
    """The rows of a file, whatever its name says it is; raises Unusable when it can't be read at all."""
    return _reader(Path(path))(Path(path), expected or Expected())


def _reader(path: Path) -> Callable[[Path, Expected], Iterator[Row]]:
    from bihuan.kernel.registers import textfiles, workbooks

    with open_file(path) as file:
        start = file.read(4096)
    if not start.strip(b"\x00\xef\xbb\xbf \t\r\n"):
        raise Unusable(reason=_("The file is empty."))
    if start.startswith(b"PK\x03\x04"):
        _check_zip(path)
        return workbooks.read_xlsx
    if start.startswith(b"\xd0\xcf\x11\xe0"):
        raise Unusable(reason=_("This is an old Excel file (.xls). Save it as .xlsx and send it again."))
    if start.startswith((b"%PDF", b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"Rar!", b"7z\xbc\xaf", b"\x1f\x8b")):
        raise Unusable(reason=_("This isn't a table. Send an xlsx, csv or jsonl file."))
    if start.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"{"):
        return textfiles.read_jsonl
    return textfiles.read_csv


def open_file(path: Path) -> Any:
    try:
        return path.open("rb")
    except OSError as error:
        reason = _("The file %(name)s can't be opened: %(error)s.")
        raise Unusable(reason=reason % {"name": path.name, "error": error.strerror}) from error


def _check_zip(path: Path) -> None:
    try:
        with zipfile.ZipFile(path) as archive:
            names = {part.filename for part in archive.infolist()}
            unpacked = sum(part.file_size for part in archive.infolist())
    except zipfile.BadZipFile as error:
        raise Unusable(reason=_("The Excel file is damaged and can't be opened.")) from error
    if "xl/workbook.xml" not in names:
        raise Unusable(reason=_("This isn't a table. Send an xlsx, csv or jsonl file."))
    if unpacked > UNPACKED_LIMIT or unpacked > max(SUSPECT_SIZE, SUSPECT_RATIO * path.stat().st_size):
        raise Unusable(reason=_("The Excel file unpacks to far more than a table holds and was not opened."))


def check_header(names: list[str], expected: Expected) -> None:
    """Raises Unusable for a name over two columns or a required column that isn't there."""
    if twice := headers.doubles(names, expected.known):
        reason = _("The header “%(name)s” stands over more than one column.")
        raise Unusable(reason=reason % {"name": twice[0]})
    there = {expected.known[headers.plain(name)] for name in names if headers.plain(name) in expected.known}
    if missing := sorted(expected.required - there):
        raise Unusable(reason=missing_columns(missing, names))


def missing_columns(missing: list[str], found: list[str]) -> str:
    said = {"missing": "、".join(missing), "found": "、".join(name for name in found if name)[:500] or "—"}
    return _("Columns are missing: %(missing)s. The file has: %(found)s.") % said


def named(names: list[str], values: list[str]) -> dict[str, str]:
    """Values under their headers; a column without a header goes by its place, so that nothing is dropped."""
    cells: dict[str, str] = {}
    for at in range(max(len(names), len(values))):
        value = values[at] if at < len(values) else ""
        name = names[at] if at < len(names) else ""
        if name or value:
            cells[name or _("(column %(number)s)") % {"number": at + 1}] = value
    return cells


def cell_fault(cells: Mapping[str, Any], limit: int) -> RowFault | None:
    """The first cell that no field could hold: too long, or with a NUL character."""
    for name, value in cells.items():
        text = value if isinstance(value, str) else str(value)
        if len(text) > limit:
            reason = _("The cell holds %(length)s characters; at most %(limit)s are allowed.")
            return RowFault(name, reason % {"length": len(text), "limit": limit})
        if "\x00" in text:
            return RowFault(name, _("The cell holds a NUL character."))
    return None
