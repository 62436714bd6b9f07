"""Values and the records behind them, always from the one query a figure was registered with."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeAlias, cast
from urllib.parse import urlencode

from django.conf import settings
from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import Count, QuerySet
from django.urls import reverse
from django.utils.timezone import localdate
from django.utils.translation import gettext as _

from bihuan.kernel.errors import Forbidden, Unusable
from bihuan.kernel.figures import registry, rules
from bihuan.kernel.figures.models import CompleteRecords, RecordedFigure
from bihuan.kernel.figures.registry import Entry, Figure, Scope
from bihuan.kernel.people.access import party_tokens, reach_of
from bihuan.kernel.places.models import Jurisdiction


@dataclass(frozen=True)
class FigureValue:
    """A figure as of a moment. `partial` says that the asker sees only a part of the scope."""

    figure: Figure
    value: rules.Number | str | None
    kind: str
    scope: Scope
    records: int
    source: str = ""
    partial: bool = False

    @property
    def as_of(self) -> datetime:
        return self.scope.as_of

    @property
    def text(self) -> str:
        return rules.plain(self.value)

    @property
    def url(self) -> str:
        """Where the records are listed, at the same moment and over the same scope."""
        asked = {"as_of": localdate(self.as_of, rules.SHANGHAI).isoformat()}
        if self.scope.path:
            asked["scope"] = self.scope.path.rstrip("/").rsplit("/", 1)[-1]
        return f"{reverse('figure', args=[self.figure.id])}?{urlencode(asked)}"


def records(figure_id: str, scope: Scope) -> "QuerySet[Any]":
    """The records behind a value. A person gets those that they may see, the system all of them."""
    return _records(registry.entry(figure_id), scope)


def value(figure_id: str, scope: Scope) -> FigureValue:
    return values(scope, ids=[figure_id])[0]


def values(scope: Scope, *, area: str | None = None, ids: Iterable[str] | None = None) -> list[FigureValue]:
    """Figures over one scope, in a few statements however many they are."""
    asked = registry.entries(area) if ids is None else [registry.entry(one) for one in ids]
    found = [as_of(one, scope) for one in asked]
    said = _counted([one for one in found if one.counts_records], scope)
    said |= _stated([one for one in found if one.query is None], scope)
    measured: dict[Any, _Measured] = {}
    for one in found:
        if one.figure.id in said:
            continue
        if one.measures is None:
            said[one.figure.id] = _text(one, scope)
        else:
            # Shares of one whole are registered with one query and one set of measures: measured once.
            key = (one.query, id(one.measures))
            if key not in measured:
                measured[key] = _measure(one.measures, _records(one, scope))
            said[one.figure.id] = _combined(one, measured[key])
    partial = not sees_whole(scope.user, scope.path)
    return [
        FigureValue(one.figure, answer.value, one.kind, scope, answer.records, answer.source, partial)
        for one in found
        for answer in [said[one.figure.id]]
    ]


def city_path() -> str:
    """The path of this instance's city; empty (everything) until the divisions are loaded."""
    found = Jurisdiction.objects.filter(code=settings.BIHUAN_CITY).values_list("path", flat=True).first()
    return found or ""


def path_of(code: str) -> str:
    path = Jurisdiction.objects.filter(code=code).values_list("path", flat=True).first()
    if path is None:
        raise Unusable(reason=_("There is no jurisdiction with the code %(code)s.") % {"code": code})
    return path


def sees_whole(user: Any, path: str) -> bool:
    return user is None or any(path.startswith(prefix) for prefix in reach_of(user))


def as_of(found: Entry, scope: Scope) -> Entry:
    """The entry as it holds at the moment: a recorded one while the records it counts aren't complete."""
    if not found.complete_with:
        return found
    since: dict[str, Any] = scope.once("complete records", _complete_since)
    declared = since.get(found.complete_with)
    return found if declared and declared <= localdate(scope.as_of, rules.SHANGHAI) else Entry(found.figure)


def _complete_since() -> dict[str, Any]:
    return dict(CompleteRecords.objects.values_list("subject", "since"))


def _records(entry: Entry, scope: Scope) -> "QuerySet[Any]":
    found = as_of(entry, scope)
    rows = _recorded([found.figure.id], scope) if found.query is None else found.query(scope)
    return _seen(rows, scope)


def _seen(rows: "QuerySet[Any]", scope: Scope) -> "QuerySet[Any]":
    if scope.user is None:
        return rows
    if not (reach_of(scope.user) or party_tokens(scope.user)):
        raise Forbidden(permission="figure.read")
    if hasattr(rows, "visible_to"):
        return cast("QuerySet[Any]", rows.visible_to(scope.user))
    return rows if sees_whole(scope.user, scope.path) else rows.none()


def _recorded(ids: list[str], scope: Scope) -> "QuerySet[Any]":
    """A county's rank is not the city's: recorded figures are stated for exactly one jurisdiction."""
    where = {"jurisdiction_path": scope.path} if scope.path else {"jurisdiction__code": settings.BIHUAN_CITY}
    day = localdate(scope.as_of, rules.SHANGHAI)
    rows: QuerySet[Any] = RecordedFigure.objects.filter(figure_id__in=ids, as_of__lte=day, **where)
    return rows.select_related("jurisdiction", "recorded_by").order_by("-as_of", "-recorded_at", "-pk")


@dataclass(frozen=True)
class _Said:
    value: rules.Number | str | None
    records: int
    source: str = ""


def _counted(found: list[Entry], scope: Scope) -> dict[str, _Said]:
    """How many records each figure has, by one statement over the queries that also list them."""
    if not found:
        return {}
    parts, params = [], []
    for one in found:
        sql, values = _sql(_records(one, scope).order_by().values("pk"))
        parts.append(f"(SELECT COUNT(*) FROM ({sql}) AS counted)")
        params += values
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {', '.join(parts)}", params)
        counts = cursor.fetchone()
    return {one.figure.id: _Said(count, count) for one, count in zip(found, counts, strict=True)}


def _sql(rows: "QuerySet[Any]") -> tuple[str, list[Any]]:
    try:
        sql, params = rows.query.sql_with_params()
    except EmptyResultSet:
        return "SELECT 1 WHERE FALSE", []
    return sql, list(params)


def _stated(found: list[Entry], scope: Scope) -> dict[str, _Said]:
    """The newest statement of each recorded figure, with how many there have been."""
    if not found:
        return {}
    rows = _seen(_recorded([one.figure.id for one in found], scope), scope)
    by_figure: dict[str, list[RecordedFigure]] = {}
    for row in rows:
        by_figure.setdefault(row.figure_id, []).append(row)
    stated = {key: _Said(rows[0].said, len(rows), rows[0].document_ref) for key, rows in by_figure.items()}
    return {one.figure.id: stated.get(one.figure.id, _Said(None, 0)) for one in found}


def _text(found: Entry, scope: Scope) -> _Said:
    assert found.text is not None
    rows = _records(found, scope)
    first = rows.first()
    return _Said(None, 0) if first is None else _Said(found.text(first), rows.count())


_Measured: TypeAlias = tuple[Mapping[str, Any], int]


def _measure(measures: Mapping[str, Any], rows: "QuerySet[Any]") -> _Measured:
    """The aggregates and the number of records from one statement, so that no record slips in between."""
    measured = rows.order_by().aggregate(**measures, records_behind=Count("pk"))
    return measured, measured.pop("records_behind")


def _combined(found: Entry, measured: _Measured) -> _Said:
    assert found.combine is not None
    return _Said(rules.exact(found.combine(measured[0]), figure=found.figure.id), measured[1])
