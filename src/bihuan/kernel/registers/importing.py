"""Bulk import: each row read, checked and applied on its own; what can't go in comes back with its reason."""

import csv
import hashlib
import json
from collections.abc import Callable, Hashable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, ClassVar, Literal, TypeAlias

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import DataError, IntegrityError, transaction
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from bihuan.kernel.errors import BihuanError, Unusable
from bihuan.kernel.ledger.actions import append
from bihuan.kernel.people.access import actor_of, require
from bihuan.kernel.registers import headers, tables
from bihuan.kernel.registers.faults import Refusal, RowFault
from bihuan.kernel.registers.tables import Expected, Row

Outcome: TypeAlias = Literal["new", "changed", "unchanged"]
Progress: TypeAlias = Callable[[int], None]

__all__ = ["ImportResult", "Importer", "Outcome", "Refusal", "RowFault", "run_import"]


class Importer:
    """What an area says about the files it takes in.

    `headers` maps each canonical column to the other spellings it goes by; `required` names the columns
    without which a file is another file altogether. `template_page` is the address (by name) of an empty
    file to fill in.
    """

    id: ClassVar[str]
    title: ClassVar[Any] = ""
    permission: ClassVar[str]
    headers: ClassVar[Mapping[str, tuple[str, ...]]]
    required: ClassVar[frozenset[str]] = frozenset()
    cell_limit: ClassVar[int] = tables.CELL_LIMIT
    help: ClassVar[Any] = ""
    template_page: ClassVar[str] = ""

    def read(self, row: dict[str, Any]) -> Any:
        """Cells by canonical column (unknown columns by their own header) → checked data, or RowFault."""
        raise NotImplementedError

    def key(self, cleaned: Any) -> Hashable | None:  # noqa: ARG002
        """The source's own number, by which a row may come only once in a file; None for no such check."""
        return None

    def apply(self, cleaned: Any, *, by: Any, source: str) -> Outcome:
        """Bring the data in through the area's actions; `source` names file and row."""
        raise NotImplementedError

    def expected(self) -> Expected:
        return Expected(headers.lookup(self.headers), self.required, self.cell_limit)


@dataclass
class ImportResult:
    new: int = 0
    changed: int = 0
    unchanged: int = 0
    refused: list[Refusal] = field(default_factory=list)
    refused_file: Path | None = None
    dry_run: bool = False

    @property
    def taken(self) -> int:
        return self.new + self.changed + self.unchanged

    def as_json(self) -> dict[str, Any]:
        counts = {"new": self.new, "changed": self.changed, "unchanged": self.unchanged}
        return {**counts, "refused": [refusal.as_json() for refusal in self.refused]}


class _DryRun(Exception):
    """Rolls a dry run's transaction back."""


def run_import(
    importer: Importer,
    path: Path,
    *,
    by: Any,
    dry_run: bool = False,
    progress: Progress | None = None,
    write_refused: bool = True,
) -> ImportResult:
    """Take a file in; by=None is the system. Should the run break off, no row has gone in."""
    path = Path(path)
    actor = actor_of(None) if by is None else require(by, importer.permission)
    result = ImportResult(dry_run=dry_run)
    with _kept_unless(dry_run):
        _Run(importer, path.name, by, result).take(tables.read_table(path, importer.expected()), progress)
        append(f"import:{importer.id}", "import.finished", by=actor, payload=_summary(path, result))
    if write_refused:
        result.refused_file = _write_refused(path, result.refused)
    return result


def refused_rows(refused: list[Refusal]) -> Iterator[list[str]]:
    """The refused rows as a Chinese table: the original columns, then row, field and reason."""
    names = list(dict.fromkeys(name for refusal in refused for name in refusal.cells))
    with translation.override("zh-hans"):
        yield [*(name or "原文" for name in names), "行号", "字段", "原因"]
        for refusal in refused:
            cells = [_harmless(_flat(refusal.cells.get(name, ""))) for name in names]
            yield [*cells, str(refusal.row), refusal.field, str(refusal.reason)]


class _Run:
    """One pass over a file: what has been seen and how it went."""

    def __init__(self, importer: Importer, name: str, by: Any, result: ImportResult) -> None:
        self.importer, self.name, self.by, self.result = importer, name, by, result
        self.known = importer.expected().known
        self.seen: dict[Hashable, int] = {}

    def take(self, rows: Iterator[Row], progress: Progress | None) -> None:
        count = 0
        for count, row in enumerate(rows, start=1):
            refusal = self.one(row)
            if refusal is not None:
                self.result.refused.append(refusal)
            if progress is not None:
                progress(count)
        if not count:
            raise Unusable(reason=_("The file has a header but no rows."))

    def one(self, row: Row) -> Refusal | None:
        try:
            if row.fault:
                raise row.fault
            with transaction.atomic():
                self.apply(row)
        except RowFault as fault:
            return Refusal(row.number, fault.field, fault.reason, row.cells)
        except BihuanError as error:
            return Refusal(row.number, "", str(error), row.cells)
        except ValidationError as error:
            return Refusal(row.number, "", "；".join(error.messages), row.cells)
        except (DataError, IntegrityError):
            reason = gettext_lazy(
                "The database can't hold this row: a value is too long or contradicts another record."
            )
            return Refusal(row.number, "", reason, row.cells)
        return None

    def apply(self, row: Row) -> None:
        cells = {self.known.get(headers.plain(name), name): value for name, value in row.cells.items()}
        cleaned = self.importer.read(cells)
        key = self.importer.key(cleaned)
        if key is not None and key in self.seen:
            reason = _("The number %(key)s stands already in row %(row)s of this file.")
            raise RowFault(self.key_name(), reason % {"key": key, "row": self.seen[key]})
        outcome = self.importer.apply(cleaned, by=self.by, source=f"{self.name}#{row.number}")
        if key is not None:
            self.seen[key] = row.number
        setattr(self.result, outcome, getattr(self.result, outcome) + 1)

    def key_name(self) -> str:
        return next(iter(self.importer.headers), "")


@contextmanager
def _kept_unless(dry_run: bool) -> Iterator[None]:
    try:
        with transaction.atomic():
            yield
            if dry_run:
                raise _DryRun
    except _DryRun:
        pass


def _summary(path: Path, result: ImportResult) -> dict[str, Any]:
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    counts = {"new": result.new, "changed": result.changed, "unchanged": result.unchanged}
    return {"file": path.name, "sha256": digest, **counts, "refused": len(result.refused)}


def _write_refused(path: Path, refused: list[Refusal]) -> Path | None:
    """FILE.refused.csv beside the file, or in the instance's own directory where we may not write there."""
    target = path.with_name(f"{path.name}.refused.csv")
    if not refused:
        return None
    try:
        return _write_csv(target, refused)
    except OSError:
        fallback = Path(settings.BIHUAN_HOME) / "imports"
        fallback.mkdir(parents=True, exist_ok=True)
        return _write_csv(fallback / target.name, refused)


def _write_csv(target: Path, refused: list[Refusal]) -> Path:
    with target.open("w", encoding="utf-8-sig", newline="") as file:
        csv.writer(file).writerows(refused_rows(refused))
    return target


def _flat(value: Any) -> str:
    if isinstance(value, list) and all(isinstance(one, str) for one in value):
        return "、".join(value)
    if isinstance(value, list | dict):
        return json.dumps(value, ensure_ascii=False, default=str)
    return "" if value is None else str(value)


def _harmless(text: str) -> str:
    """A spreadsheet would run what begins like a formula; numbers may begin with a sign."""
    if text[:1] in ("=", "@") or (text[:1] in ("+", "-") and not text[1:].replace(".", "", 1).isdigit()):
        return f"'{text}"
    return text
