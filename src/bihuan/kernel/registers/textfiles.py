"""CSV and JSON lines in the encodings that Chinese offices send."""

import codecs
import csv
import io
import json
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

from bihuan.kernel.errors import Unusable
from bihuan.kernel.registers import headers
from bihuan.kernel.registers.faults import RowFault
from bihuan.kernel.registers.tables import (
    Expected,
    Row,
    cell_fault,
    check_header,
    missing_columns,
    named,
    open_file,
)

CHUNK = 1 << 20
DELIMITERS = (",", "\t", ";")
DAMAGE = "\ufffd"


@dataclass(frozen=True)
class Encoding:
    """`damaged`: some bytes aren't valid; the rows that hold them are refused one by one."""

    name: str
    damaged: bool = False


def encoding_of(path: Path) -> Encoding:
    with open_file(path) as file:
        start = file.read(4)
    if start.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return Encoding("utf-16")
    if _decodes(path, "utf-8"):
        return Encoding("utf-8-sig", damaged=not _decodes(path, "utf-8", whole=True))
    if _mostly_utf8(path):
        return Encoding("utf-8-sig", damaged=True)
    if _decodes(path, "gb18030"):
        return Encoding("gb18030", damaged=not _decodes(path, "gb18030", whole=True))
    raise Unusable(reason=_("The file's encoding is neither UTF-8 nor GB18030."))


def read_csv(path: Path, expected: Expected) -> Iterator[Row]:
    encoding = encoding_of(path)
    # Our own limit per cell is checked below; the module's would stop the whole file at one long cell.
    csv.field_size_limit(CHUNK * 1024)
    with path.open(encoding=encoding.name, errors="replace", newline="") as file:
        sample = file.read(CHUNK // 16)
        file.seek(0)
        reader = csv.reader(file, delimiter=_delimiter(sample), strict=True)
        records = _records(reader)
        names, waiting = _csv_header(records, expected)
        for number, values, fault in _chain(waiting, records):
            if not fault and not any(values):
                continue
            cells = named(names, values)
            yield Row(number, cells, fault or _fault(cells, expected, encoding) or _overflow(names, values))


def read_jsonl(path: Path, expected: Expected) -> Iterator[Row]:
    encoding = encoding_of(path)
    checked = False
    with path.open(encoding=encoding.name, errors="replace", newline="\n") as file:
        for number, line in enumerate(file, start=1):
            if not line.strip():
                continue
            row = _json_row(number, line, expected)
            if row.fault is None:
                row = Row(number, row.cells, _fault(row.cells, expected, encoding))
                if not checked:
                    _check_keys(row.cells, expected)
                    checked = True
            yield row


def _json_row(number: int, line: str, expected: Expected) -> Row:
    try:
        found = json.loads(line, parse_float=Decimal, parse_constant=_no_constant, object_pairs_hook=_object)
    except json.JSONDecodeError as error:
        reason = _("Line %(line)s isn't valid JSON: %(error)s at character %(position)s.")
        said = {"line": number, "error": error.msg, "position": error.pos + 1}
        return Row(number, {"": line.strip()[:200]}, RowFault("", reason % said))
    except (ValueError, RecursionError) as error:
        reason = _("Line %(line)s isn't usable JSON: %(error)s.")
        return Row(number, {"": line.strip()[:200]}, RowFault("", reason % {"line": number, "error": error}))
    if not isinstance(found, dict):
        reason = _("Line %(line)s isn't a JSON object.") % {"line": number}
        return Row(number, {"": line.strip()[:200]}, RowFault("", reason))
    if twice := headers.doubles(found, expected.known):
        return Row(number, found, RowFault(twice[0], _("The field is given twice.")))
    return Row(number, found)


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        names = [name for name, _value in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise ValueError(_("the name “%(name)s” is given twice") % {"name": twice})
    return found


def _no_constant(text: str) -> None:
    raise ValueError(_("%(text)s isn't a number") % {"text": text})


def _check_keys(cells: dict[str, Any], expected: Expected) -> None:
    """A file of another kind is refused whole; a row without some field is the importer's to judge."""
    if expected.known and not any(headers.plain(name) in expected.known for name in cells):
        raise Unusable(reason=missing_columns(sorted(expected.required), list(cells)))


def _records(reader: Any) -> Iterator[tuple[int, list[str], RowFault | None]]:
    """Rows with the line they begin on; a broken quotation refuses its row and reading goes on."""
    while True:
        number = reader.line_num + 1
        try:
            yield number, [_unquoted(value.strip()) for value in next(reader)], None
        except StopIteration:
            return
        except csv.Error as error:
            reason = _("From line %(line)s on, the quotation marks don't match: %(error)s.")
            yield number, [], RowFault("", reason % {"line": number, "error": error})


def _csv_header(records: Any, expected: Expected) -> tuple[list[str], list[tuple[int, list[str], Any]]]:
    """The header's names, and the records read while looking for it that lie below it."""
    looked: list[tuple[int, list[str], Any]] = []
    for record in records:
        looked.append(record)
        if len(looked) == headers.SEARCHED_ROWS + 1:
            break
    grid = [values for _number, values, _fault in looked]
    if expected.known:
        found = headers.find([values or [""] for values in grid], expected.known)
    else:
        at = next(at for at, values in enumerate(grid) if any(values))
        found = headers.Header(grid[at], at + 1, 0)
    if found is None:
        first = next((values for values in grid if any(values)), [])
        raise Unusable(reason=missing_columns(sorted(expected.required), first))
    check_header(found.names, expected)
    return found.names, looked[found.first :]


def _chain(*parts: Any) -> Iterator[Any]:
    for part in parts:
        yield from part


def _overflow(names: list[str], values: list[str]) -> RowFault | None:
    if any(values[len(names) :]):
        return RowFault("", _("The row has more cells than the header has columns."))
    return None


def _fault(cells: dict[str, Any], expected: Expected, encoding: Encoding) -> RowFault | None:
    if encoding.damaged:
        for name, value in cells.items():
            if DAMAGE in str(value):
                return RowFault(name, _("The cell holds bytes that aren't valid text."))
    return cell_fault(cells, expected.cell_limit)


def _unquoted(value: str) -> str:
    """Our own refused.csv puts an apostrophe before what a spreadsheet would take for a formula."""
    return value[1:] if value.startswith(("'=", "'+", "'-", "'@")) else value


def _delimiter(sample: str) -> str:
    lines = [line for line in io.StringIO(sample) if line.strip()][: headers.SEARCHED_ROWS]
    return max(DELIMITERS, key=lambda one: max((line.count(one) for line in lines), default=0))


def _decodes(path: Path, encoding: str, *, whole: bool = False) -> bool:
    """Whether every byte is valid; unless `whole`, a character cut off at the very end is forgiven."""
    decoder = codecs.getincrementaldecoder(encoding)()
    try:
        with path.open("rb") as file:
            while chunk := file.read(CHUNK):
                decoder.decode(chunk)
        decoder.decode(b"", final=whole)
    except UnicodeDecodeError:
        return False
    return True


def _mostly_utf8(path: Path) -> bool:
    """Chinese text in UTF-8 with a few broken bytes, rather than GB18030 (which reads as mostly broken)."""
    decoder = codecs.getincrementaldecoder("utf-8")("replace")
    good = bad = 0
    with path.open("rb") as file:
        while chunk := file.read(CHUNK):
            text = decoder.decode(chunk)
            broken = text.count(DAMAGE)
            bad += broken
            good += sum(letter >= "\u0800" for letter in text) - broken
    return good > 10 * bad
