"""The page object that table and filter components draw."""

from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse

from bihuan.kernel.people.access import post_for
from bihuan.kernel.people.models import Unit
from bihuan.kernel.registers import paging, queries
from bihuan.kernel.registers.asked import COLUMNS, NO_VIEW, PAGE, SORT, VIEW, Asked, address, read, without
from bihuan.kernel.registers.bulk import BulkAct, BulkExport
from bihuan.kernel.registers.columns import Column, Row, cell
from bihuan.kernel.registers.filters import Chip, Input
from bihuan.kernel.registers.models import Habit
from bihuan.kernel.registers.register import Register, register_of

CLASSES = {"number": "text-end", "mono": "font-monospace", "date": "text-nowrap", "datetime": "text-nowrap"}


@dataclass(frozen=True)
class Heading:
    """A column's head; `sorted` is asc, desc or empty, `url` sorts by it (empty: can't be sorted).

    `css` has the classes of the column's cells.
    """

    name: str
    label: str
    kind: str
    sorted: str = ""
    url: str = ""
    minor: bool = False
    css: str = ""


@dataclass
class Tools:
    """What a reader may do with the list as a whole; `asked` is the question as it stands."""

    asked: str
    question: list[tuple[str, str]]
    word_url: str
    export_url: str
    print_url: str
    columns: list[tuple[Column, bool]] = field(default_factory=list)
    usual_columns: bool = True
    views: queries.Views | None = None
    offices: list[Unit] = field(default_factory=list)


@dataclass
class Page:
    register: Register
    columns: list[Heading]
    rows: list[Row]
    total: int
    total_capped: bool
    sort: str
    query: str = ""
    filters: list[Input] = field(default_factory=list)
    chips: list[Chip] = field(default_factory=list)
    kept: list[tuple[str, str]] = field(default_factory=list)
    tools: Tools | None = None
    bulk: list[BulkAct | BulkExport] = field(default_factory=list)
    next_url: str = ""
    prev_url: str = ""
    list_url: str = ""
    import_url: str = ""
    new_url: str = ""
    clear_url: str = ""
    searchable: bool = False
    only_now: bool = False
    template: str = "registers/_table.html"


def ask(register: Register, request: HttpRequest, habit: Habit | None = None) -> Asked:
    """The request's question, with the reader's usual columns where it names none."""
    habit = habit or queries.habit_of(request.user, register)
    return read(register, request.GET, columns=habit.columns)


def list_page(register: Register, request: HttpRequest, as_of: datetime | None, habit: Habit) -> Page:
    asked = ask(register, request, habit)
    rows = asked.narrow(register.rows(request.user, as_of))
    page = table_page(asked, rows, path=request.path)
    page.query = asked.query
    page.searchable = register.searchable
    page.only_now = as_of is not None and not register.knows_the_past
    page.filters = [one.input(value, request.user) for one, value in asked.values]
    page.chips = chips(asked, request.path)
    page.kept = [(name, text) for name in (SORT, COLUMNS, VIEW) for text in request.GET.getlist(name)]
    page.list_url = request.path
    page.clear_url = f"{request.path}?{VIEW}={NO_VIEW}"
    page.import_url = _import_url(register, request.user)
    page.new_url = _new_url(register, request.user)
    page.tools = tools(asked, request, habit)
    page.bulk = [one for one in register.bulk if as_of is None and one.may(request.user)]
    return page


def tools(asked: Asked, request: HttpRequest, habit: Habit) -> Tools:
    register, user = asked.register, request.user
    kept = without(asked.data, PAGE, VIEW)
    made = Tools(
        asked=without(asked.data, PAGE).urlencode(),
        question=[(name, text) for name, texts in kept.lists() for text in texts],
        word_url=address(reverse(f"{register.id}-word"), kept),
        export_url=address(reverse(f"{register.id}-export"), kept),
        print_url=address(request.path, kept, print=1),
    )
    if user.is_authenticated:
        hidden = [one for one in register.offered.values() if one not in asked.columns]
        made.columns = [*((one, True) for one in asked.columns), *((one, False) for one in hidden)]
        made.usual_columns = asked.columns == register.columns
        opened, question = asked.data.get(VIEW, ""), asked.kept().urlencode()
        made.views = queries.views_of(user, register, habit=habit, opened=opened, question=question)
        made.offices = queries.offices_of(user)
    return made


def table_for_figure(rows: "QuerySet[Any]", request: HttpRequest, as_of: datetime) -> Page | None:
    """The records behind a figure, drawn by the register of their model as of the same moment."""
    register = register_of(rows.model)
    if register is None:
        return None
    asked = ask(register, request)
    keys = rows.order_by().values("pk")
    inside = register.queryset(request.user, as_of).filter(pk__in=keys)
    if inside.order_by().count() != rows.order_by().count():
        # The register leaves out rows that the figure counts: the figure's own rows are the truth here.
        inside = register.model._default_manager.filter(pk__in=keys)
    return table_page(asked, asked.related(register.with_relations(inside)), path=request.path)


def table_page(asked: Asked, rows: "QuerySet[Any]", *, path: str) -> Page:
    register, data = asked.register, asked.data
    part = paging.page(rows, sort=asked.order, token=data.get(PAGE, ""))
    total, capped = paging.capped_count(rows, paging.SEARCHED_CAP if asked.query else paging.COUNT_CAP)
    return Page(
        register=register,
        columns=headings(asked, path),
        rows=[row_of(asked, record) for record in part.items],
        total=total,
        total_capped=capped,
        sort=asked.sort,
        next_url=address(path, data, **{PAGE: part.next}) if part.next else "",
        prev_url=address(path, data, **{PAGE: part.previous}) if part.previous else "",
    )


def row_of(asked: Asked, record: Any) -> Row:
    """A record as a row; its first cell leads to its page."""
    url = asked.register.detail_url(record)
    cells = [
        cell(column, record, fallback_url=url if at == 0 else "") for at, column in enumerate(asked.columns)
    ]
    return Row(record, url, cells)


def headings(asked: Asked, path: str) -> list[Heading]:
    return [_heading(column, asked, path) for column in asked.columns]


def _heading(column: Column, asked: Asked, path: str) -> Heading:
    plain = Heading(column.name, str(column.label), column.kind, minor=column.minor, css=_css(column))
    if not column.sort:
        return plain
    current = {column.sort: "asc", f"-{column.sort}": "desc"}.get(asked.order, "")
    next_sort = f"-{column.name}" if current == "asc" else column.name
    url = address(path, without(asked.data, PAGE), **{SORT: next_sort})
    return replace(plain, sorted=current, url=url)


def _css(column: Column) -> str:
    return f"{CLASSES.get(column.kind, '')}{' is-minor' if column.minor else ''}"


def chips(asked: Asked, path: str) -> list[Chip]:
    made = []
    for one, value in asked.values:
        if value is not None:
            url = address(path, without(asked.data, PAGE, *one.names), **_plain(asked))
            made.append(Chip(str(one.label), one.text(value), one.names, url))
    return made


def _plain(asked: Asked) -> dict[str, str]:
    """An address without any question would open the reader's default view."""
    return {VIEW: asked.data.get(VIEW) or NO_VIEW}


def _import_url(register: Register, user: Any) -> str:
    importer = register.importer
    if importer is None or post_for(user, importer.permission) is None:
        return ""
    return reverse(f"{register.id}-import")


def _new_url(register: Register, user: Any) -> str:
    """A register with a form has its own page for new records; another may name an area's (`new_page`)."""
    own = f"{register.id}-new" if register.form_class else ""
    page = register.new_page or own
    if not page or post_for(user, register.write_permission) is None:
        return ""
    return reverse(page)
