"""Filters of a register: each reads its part of the query string, forgives rubbish, and narrows the rows."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any, ClassVar, TypeAlias

from django.db.models import DateTimeField, Q, QuerySet
from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from bihuan.kernel.people.access import reach_of
from bihuan.kernel.places.models import Jurisdiction

Choices: TypeAlias = Iterable[tuple[Any, Any]] | Callable[[], Iterable[tuple[Any, Any]]]
Rows: TypeAlias = "QuerySet[Any]"
JURISDICTION = gettext_lazy("Jurisdiction")


@dataclass(frozen=True)
class Chip:
    """A filter in force, as shown above the table; `names` are the parameters that removing it drops."""

    label: str
    text: str
    names: tuple[str, ...]
    url: str = ""


@dataclass(frozen=True)
class Input:
    """What the filter bar draws: `kind` is choice, dates, text or boolean."""

    kind: str
    name: str
    label: str
    value: Any
    options: Sequence[tuple[str, str]] = ()
    multiple: bool = False


@dataclass(frozen=True)
class Filter:
    """Base of all filters. `read` gives None when the parameter is absent or makes no sense."""

    name: str
    label: Any
    kind: ClassVar[str] = "text"

    @property
    def names(self) -> tuple[str, ...]:
        return (self.name,)

    def read(self, data: QueryDict) -> Any:
        raise NotImplementedError

    def apply(self, rows: Rows, value: Any) -> Rows:
        raise NotImplementedError

    def text(self, value: Any) -> str:
        return str(value)

    def input(self, value: Any, user: Any) -> Input:  # noqa: ARG002 (some filters offer what the user may see)
        return Input(self.kind, self.name, str(self.label), value)


@dataclass(frozen=True)
class TextFilter(Filter):
    """Rows whose `field` contains the text."""

    field: str = ""

    def read(self, data: QueryDict) -> str | None:
        return _clean(data.get(self.name)) or None

    def apply(self, rows: Rows, value: str) -> Rows:
        return rows.filter(**{f"{self.field or self.name}__icontains": value})


@dataclass(frozen=True)
class ChoiceFilter(Filter):
    """Rows whose `field` has one of the chosen values; `condition` maps a value to a Q instead of a field."""

    field: str = ""
    choices: Choices = ()
    condition: Callable[[str], Q] | None = None
    multiple: bool = False
    kind: ClassVar[str] = "choice"

    def options(self) -> dict[str, str]:
        choices = self.choices() if callable(self.choices) else self.choices
        return {str(value): str(label) for value, label in choices}

    def read(self, data: QueryDict) -> list[str] | None:
        known = self.options()
        chosen = list(dict.fromkeys(value for value in data.getlist(self.name) if value in known))
        return (chosen if self.multiple else chosen[-1:]) or None

    def apply(self, rows: Rows, value: list[str]) -> Rows:
        if self.condition is None:
            return rows.filter(**{f"{self.field or self.name}__in": value})
        either = Q()
        for one in value:
            either |= self.condition(one)
        return rows.filter(either)

    def text(self, value: list[str]) -> str:
        known = self.options()
        return "、".join(known[one] for one in value)

    def input(self, value: list[str] | None, user: Any) -> Input:  # noqa: ARG002
        options = tuple(self.options().items())
        return Input(self.kind, self.name, str(self.label), value or [], options, self.multiple)


@dataclass(frozen=True)
class BooleanFilter(Filter):
    """Rows for which `field` (or `condition`) holds or doesn't."""

    field: str = ""
    condition: Q | None = None
    kind: ClassVar[str] = "boolean"

    def read(self, data: QueryDict) -> bool | None:
        return {"1": True, "0": False}.get(data.get(self.name, ""))

    def apply(self, rows: Rows, value: bool) -> Rows:
        held = self.condition if self.condition is not None else Q(**{self.field or self.name: True})
        return rows.filter(held if value else ~held)

    def text(self, value: bool) -> str:
        return _("yes") if value else _("no")

    def input(self, value: bool | None, user: Any) -> Input:  # noqa: ARG002
        options = (("1", _("yes")), ("0", _("no")))
        said = [] if value is None else ["1" if value else "0"]
        return Input("choice", self.name, str(self.label), said, options)


@dataclass(frozen=True)
class DateRangeFilter(Filter):
    """Rows whose `field` lies between two days, both included, each of them optional."""

    field: str = ""
    kind: ClassVar[str] = "dates"

    @property
    def names(self) -> tuple[str, ...]:
        return (f"{self.name}_from", f"{self.name}_to")

    def read(self, data: QueryDict) -> tuple[date | None, date | None] | None:
        first, last = (_day(data.get(name)) for name in self.names)
        return (first, last) if first or last else None

    def apply(self, rows: Rows, value: tuple[date | None, date | None]) -> Rows:
        key = self.field or self.name
        first, last = value
        if first:
            rows = rows.filter(**{f"{key}__gte": self._edge(rows, first)})
        if last:
            rows = rows.filter(**{f"{key}__lt": self._edge(rows, last + timedelta(days=1))})
        return rows

    def text(self, value: tuple[date | None, date | None]) -> str:
        first, last = value
        return f"{first or '…'} ～ {last or '…'}"

    def input(self, value: tuple[date | None, date | None] | None, user: Any) -> Input:  # noqa: ARG002
        said = [day.isoformat() if day else "" for day in value or (None, None)]
        return Input(self.kind, self.name, str(self.label), said)

    def _edge(self, rows: Rows, day: date) -> date | datetime:
        """The day's beginning, for columns that hold moments: a cast per row would lose the index."""
        *path, last = (self.field or self.name).split("__")
        model: Any = rows.model
        for part in path:
            model = model._meta.get_field(part).related_model
        if isinstance(model._meta.get_field(last), DateTimeField):
            return timezone.make_aware(datetime.combine(day, time.min))
        return day


@dataclass(frozen=True)
class JurisdictionFilter(Filter):
    """Rows inside a jurisdiction, given by its code."""

    name: str = "jurisdiction"
    label: Any = JURISDICTION
    field: str = "jurisdiction_path"
    kind: ClassVar[str] = "choice"

    def read(self, data: QueryDict) -> Jurisdiction | None:
        code = _clean(data.get(self.name))
        return Jurisdiction.objects.filter(code=code).first() if code else None

    def apply(self, rows: Rows, value: Jurisdiction) -> Rows:
        return rows.filter(**{f"{self.field}__startswith": value.path})

    def text(self, value: Jurisdiction) -> str:
        return value.name

    def input(self, value: Jurisdiction | None, user: Any) -> Input:
        inside = Q(level__in=["city", "county", "functional"])
        reach = Q()
        for prefix in reach_of(user):
            reach |= Q(path__startswith=prefix)
        places = Jurisdiction.objects.filter(inside & reach).values_list("code", "name")
        options = dict(places)
        if value is not None:
            options.setdefault(value.code, value.name)
        chosen = [] if value is None else [value.code]
        return Input(self.kind, self.name, str(self.label), chosen, tuple(options.items()))


def _clean(text: str | None) -> str:
    return (text or "").replace("\x00", "").strip()[:200]


def _day(text: str | None) -> date | None:
    try:
        day = date.fromisoformat((text or "").strip())
    except ValueError:
        return None
    return day if 1900 <= day.year <= 2200 else None
