"""The figures a city counts: areas register them, everybody asks `queries` for their values."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, TypeAlias

from django.db.models import Aggregate, Count, QuerySet
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from bihuan.kernel.errors import BihuanError
from bihuan.kernel.figures.rules import Number


@dataclass(frozen=True)
class Figure:
    """A named statistic; its definition says in words what is counted and what isn't."""

    id: str
    zh: str
    en: str
    unit: str = ""
    definition_zh: str = ""
    definition_en: str = ""
    area: str = ""
    order: int = 0

    @property
    def label(self) -> str:
        return self.zh if _chinese() else self.en

    @property
    def definition(self) -> str:
        return self.definition_zh if _chinese() else self.definition_en


@dataclass(frozen=True)
class Scope:
    """What a figure is asked over. `user` None is the system, which sees everything inside `path`."""

    as_of: datetime
    path: str = ""
    user: Any = None
    _known: dict[str, Any] = field(default_factory=dict, repr=False, compare=False)

    def once(self, key: str, find: Callable[[], Any]) -> Any:
        """What many figures of one scope rest on, found once."""
        if key not in self._known:
            self._known[key] = find()
        return self._known[key]


Query: TypeAlias = Callable[[Scope], "QuerySet[Any]"]
Measure: TypeAlias = Aggregate | Mapping[str, Aggregate]
Combine: TypeAlias = Callable[[Mapping[str, Any]], Number | None]


@dataclass(frozen=True)
class Entry:
    """A registered figure; `query` None marks a recorded one.

    `complete_with` names records that a city brings in over time: until it declares them complete, the figure
    is what documents say, and afterwards what the query counts.
    """

    figure: Figure
    query: Query | None = None
    measures: Mapping[str, Aggregate] | None = None
    combine: Combine | None = None
    text: Callable[[Any], str] | None = None
    complete_with: str = ""

    @property
    def recordable(self) -> bool:
        """Whether people may enter values of it with a document."""
        return self.query is None or bool(self.complete_with)

    @property
    def counts_records(self) -> bool:
        """Whether the value is the number of records and nothing else."""
        return self.combine is _only and self.measures == COUNT

    @property
    def kind(self) -> str:
        return "recorded" if self.query is None else "computed"


class UnknownFigure(BihuanError):
    message = _("There is no figure with the identifier %(id)s.")


COUNT: Mapping[str, Aggregate] = {"value": Count("pk")}
_entries: dict[str, Entry] = {}
_areas: dict[str, Any] = {}


def register_area(area: str, label: Any) -> None:
    """The heading under which an area's figures are grouped."""
    _areas[area] = label


def register_figure(
    figure: Figure,
    *,
    query: Query,
    measure: Measure | None = None,
    combine: Combine | None = None,
    complete_with: str = "",
) -> None:
    """A number computed over the records that `query` yields.

    `measure` is one aggregate (default: how many), or several by name that `combine` turns into one.
    For `complete_with` see Entry.
    """
    if isinstance(measure, Mapping):
        if combine is None:
            raise ValueError(f"{figure.id}: several measures need combine=")
        _add(Entry(figure, query, measure, combine, complete_with=complete_with))
    else:
        measures = {"value": measure} if measure else COUNT
        _add(Entry(figure, query, measures, combine or _only, complete_with=complete_with))


def register_text_figure(figure: Figure, *, query: Query, text: Callable[[Any], str]) -> None:
    """A date or a word read from the first record that `query` yields."""
    _add(Entry(figure, query, text=text))


def register_recorded(figure: Figure) -> None:
    """A figure that people enter with a document reference, for lack of records of our own."""
    _add(Entry(figure))


def entry(figure_id: str) -> Entry:
    try:
        return _entries[figure_id]
    except KeyError:
        raise UnknownFigure(id=figure_id) from None


def entries(area: str | None = None) -> list[Entry]:
    """All entries in the order of their areas' registration, then their own order."""
    areas = list(dict.fromkeys([*_areas, *(found.figure.area for found in _entries.values())]))
    wanted = [found for found in _entries.values() if area in (None, found.figure.area)]
    return sorted(wanted, key=lambda found: (areas.index(found.figure.area), found.figure.order))


def area_label(area: str) -> str:
    return str(_areas.get(area, area))


def _add(found: Entry) -> None:
    if found.figure.id in _entries:
        raise ValueError(f"figure {found.figure.id} is registered twice")
    _entries[found.figure.id] = found


def _only(measured: Mapping[str, Any]) -> Any:
    return measured["value"]


def _chinese() -> bool:
    return (get_language() or "zh").startswith("zh")
