"""台账: an area declares a register and gets list, filters, sort, search, pages, export, import and forms."""

from datetime import datetime
from typing import Any, ClassVar

from django.db.models import Model, Q, QuerySet
from django.urls import reverse

from bihuan.kernel.ledger.models import Event
from bihuan.kernel.registers import search
from bihuan.kernel.registers.bulk import BulkAct, BulkExport
from bihuan.kernel.registers.columns import Column
from bihuan.kernel.registers.filters import Filter
from bihuan.kernel.registers.importing import Importer

__all__ = ["REGISTERS", "Column", "Register", "register", "register_of"]


class Register:
    """Declared as a class, used as one instance; see the recipe “add an area”.

    A `public` register asks for no login; its `queryset` then says what the public may see.

    `columns` are shown unless the reader chose otherwise; `extra` are offered beside them.

    Addresses get the names `<id>-list`, `<id>-export`, `<id>-word` and, where declared, `<id>-bulk`,
    `<id>-import`, `<id>-detail`, `<id>-new`, `<id>-edit`.
    """

    id: ClassVar[str]
    title: ClassVar[Any]
    model: ClassVar[type[Model]]
    columns: ClassVar[tuple[Column, ...]]
    extra: ClassVar[tuple[Column, ...]] = ()
    description: ClassVar[Any] = ""
    permission: ClassVar[str | None] = None
    public: ClassVar[bool] = False
    filters: ClassVar[tuple[Filter, ...]] = ()
    number_fields: ClassVar[tuple[str, ...]] = ()
    search_field: ClassVar[str | None] = None
    search_texts: ClassVar[tuple[str, ...]] = ()
    default_sort: ClassVar[str] = "-pk"
    related: ClassVar[tuple[str, ...]] = ()
    prefetch: ClassVar[tuple[str, ...]] = ()
    knows_the_past: ClassVar[bool] = False

    detail_page: ClassVar[bool] = False
    detail_template: ClassVar[str] = "registers/detail.html"
    facts: ClassVar[tuple[Column, ...]] = ()

    bulk: ClassVar[tuple[BulkAct | BulkExport, ...]] = ()
    importer: ClassVar[type[Importer] | None] = None
    form_class: ClassVar[Any] = None
    new_page: ClassVar[str] = ""
    write_permission: ClassVar[str] = ""
    new_label: ClassVar[Any] = ""

    @property
    def offered(self) -> dict[str, Column]:
        """Every column a reader may choose, by name."""
        return {column.name: column for column in (*self.columns, *self.extra)}

    @property
    def searchable(self) -> bool:
        return bool(self.search_field or self.search_texts)

    def matching(self, query: str) -> Q:
        """The rows that hold every word of `query`."""
        return search.matching(query, terms=self.search_field or "", texts=self.search_texts)

    def numbered(self, query: str) -> Q | None:
        """The rows whose whole number is `query`; None where it can't be one."""
        said = search.normal(query.strip())
        if not self.number_fields or not any(letter.isdigit() for letter in said):
            return None
        condition = Q()
        for name in self.number_fields:
            condition |= Q(**{f"{name}__in": sorted({query.strip(), said, said.upper()})})
        return condition

    def queryset(self, user: Any, as_of: datetime | None) -> "QuerySet[Any]":  # noqa: ARG002
        """What `user` may see; a register that sets `knows_the_past` also honours `as_of`."""
        model: Any = self.model
        rows: QuerySet[Any] = model.objects.visible_to(user)
        return rows

    def rows(self, user: Any, as_of: datetime | None) -> "QuerySet[Any]":
        return self.with_relations(self.queryset(user, as_of))

    def with_relations(self, rows: "QuerySet[Any]") -> "QuerySet[Any]":
        rows = rows.select_related(*self.related) if self.related else rows
        return rows.prefetch_related(*self.prefetch) if self.prefetch else rows

    def detail_url(self, obj: Any) -> str:
        """Where a row leads; empty for a register whose records have no page."""
        return reverse(f"{self.id}-detail", args=[obj.pk]) if self.detail_page else ""

    def stream(self, obj: Any) -> str:
        """The ledger stream that tells the record's story."""
        return f"{self.id}:{obj.pk}"

    def events(self, obj: Any) -> "QuerySet[Event]":
        return Event.objects.filter(stream=self.stream(obj)).order_by("seq")

    def event_words(self, kind: str) -> str:
        """An event's kind in the reader's words; its own name where the area has none."""
        return kind

    def form(self, *, data: Any, files: Any, obj: Any, user: Any) -> Any:  # noqa: ARG002
        """The form of a new record (obj None) or of a change."""
        return self.form_class(data, files, instance=obj)

    def save(self, form: Any, by: Any) -> Any:
        """Call the area's action with the form's data and give back the record."""
        raise NotImplementedError(f"{type(self).__name__} declares a form and needs save(form, by)")


REGISTERS: dict[str, Register] = {}


def register(declared: type[Register]) -> type[Register]:
    """Make a register known by its id; usable as a decorator."""
    if declared.id in REGISTERS:
        raise ValueError(f"register {declared.id} is declared twice")
    REGISTERS[declared.id] = declared()
    return declared


def register_of(model: type[Model]) -> Register | None:
    """The first register declared for `model`, by which its records are shown elsewhere."""
    return next((found for found in REGISTERS.values() if found.model is model), None)
