"""Everything that meets on an enterprise's page, read once."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from itertools import pairwise
from typing import Any

from django.db.models import Q, QuerySet
from django.utils import timezone

from bihuan.kernel.ledger.models import Event
from bihuan.kernel.people.access import party_tokens, posts_of, reach_of, unit_token
from bihuan.kernel.people.permissions import Role
from bihuan.loop.models import Problem
from bihuan.oversight.enterprises import facts
from bihuan.oversight.enterprises.models import (
    ColourRule,
    ColourSpan,
    Enterprise,
    EnterpriseCode,
    FacilityLink,
    Factor,
    Logger,
    ManualColour,
    Outlet,
    OutletLimit,
    ProductionFacility,
    TreatmentFacility,
)
from bihuan.oversight.enterprises.panels import CLERK, OFFICER, panels_for
from bihuan.oversight.enterprises.rules.colour import TRIGGERS
from bihuan.oversight.enterprises.rules.colour.facts import State
from bihuan.oversight.enterprises.rules.colour.verdict import LABELS, Unrated
from bihuan.oversight.enterprises.rules.diagram import Drawing, Node, drawing

EVENTS, SPANS, PROBLEMS = 60, 12, 20
ENDED_LOGGERS = 20


@dataclass(frozen=True)
class Explained:
    """Why the code has its colour: triggers with their facts, gaps, notices, and what nobody watches."""

    span: ColourSpan
    rule: ColourRule | None
    struck: list[dict[str, Any]]
    unrated: str
    gaps: list[dict[str, str]]
    notices: list[dict[str, Any]]
    unconnected: list[tuple[str, Any]]
    connected: int
    of: int


@dataclass(frozen=True)
class LimitLine:
    """The limits of one factor in their order; `current` is the one of the day."""

    outlet: Outlet
    factor: str
    averaging: str
    kind: str
    rows: list[OutletLimit]
    current: OutletLimit | None


@dataclass
class Page:
    enterprise: Enterprise
    audience: str
    code: EnterpriseCode | None
    colour: Explained | None
    spans: list[ColourSpan]
    manual: ManualColour | None
    sites: list[Any]
    loggers: list[Logger]
    limits: list[LimitLine]
    diagram: Drawing | None
    links: list[FacilityLink]
    problems: list[Problem]
    panels: list[tuple[Any, Any]]
    events: list[Event]
    absorbed: list[Any] = field(default_factory=list)

    @property
    def objected(self) -> bool:
        """Whether an objection to one of the shown colours waits for its answer."""
        return any(not one.answered_at for span in self.spans for one in span.objections.all())


def audience_of(user: Any, enterprise: Enterprise) -> str:
    """The enterprise's own people see their side; all others who may see it are officers."""
    if any(enterprise.jurisdiction_path.startswith(prefix) for prefix in reach_of(user)):
        return OFFICER
    own = [post for post in posts_of(user) if post.role == Role.ENTERPRISE_CLERK]
    return CLERK if own and set(party_tokens(user)) & set(enterprise.parties) else OFFICER


def page(enterprise: Enterprise, user: Any, as_of: datetime | None) -> Page:
    today = timezone.localdate(as_of or timezone.now())
    audience = audience_of(user, enterprise)
    links = list(_links(enterprise, today))
    return Page(
        enterprise=enterprise,
        audience=audience,
        code=enterprise.codes.filter(revoked_at=None).first(),
        colour=explained(enterprise, as_of),
        spans=list(enterprise.colours.prefetch_related("objections")[:SPANS]),
        manual=enterprise.manual_colours.filter(ended_at=None).first(),
        sites=_sites(enterprise),
        loggers=list(_loggers(enterprise)),
        limits=_limits(enterprise, today),
        diagram=_diagram(enterprise, links),
        links=links,
        problems=_problems(enterprise, user),
        panels=list(_panels(enterprise, user, as_of, audience)),
        events=list(events_of(enterprise)[:EVENTS]),
        absorbed=list(enterprise.mergers_in.select_related("duplicate", "merged_by")),
    )


def explained(enterprise: Enterprise, as_of: datetime | None = None) -> Explained | None:
    spans = enterprise.colours.all()
    span = spans.filter(ended_at=None).first() if as_of is None else spans.at(as_of).first()
    if span is None:
        return None
    said = span.reasons
    return Explained(
        span=span,
        rule=ColourRule.objects.filter(version=span.rule_version).first(),
        struck=[{**one, "label": LABELS[one["id"]], "facts": _told(one["facts"])} for one in said["struck"]],
        unrated=str(Unrated(said["unrated"]).label) if said["unrated"] else "",
        gaps=said["gaps"],
        notices=_told(said["notices"]),
        unconnected=[(name, LABELS[name]) for name in said["unconnected"]],
        connected=len(TRIGGERS) - len(said["unconnected"]),
        of=len(TRIGGERS),
    )


def _told(found: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    return [{**one, "state_label": State(one["state"]).label} for one in found]


def sources() -> list[facts.FactSource]:
    return facts.sources()


def _sites(enterprise: Enterprise) -> list[Any]:
    """Sites with their outlets, open ones first."""
    outlets: dict[int, list[Outlet]] = defaultdict(list)
    for outlet in enterprise.outlets.order_by("closed_on", "code").prefetch_related("loggers"):
        outlets[outlet.site_id].append(outlet)
    sites = list(enterprise.sites.select_related("jurisdiction"))
    for site in sites:
        site.shown_outlets = outlets[site.pk]  # type: ignore[attr-defined]
    return sites


def _loggers(enterprise: Enterprise) -> "QuerySet[Logger]":
    rows = enterprise.loggers.prefetch_related("bindings__outlet").select_related("site")
    return rows.order_by("valid_to", "-valid_from")[: ENDED_LOGGERS + rows.filter(valid_to=None).count()]


def _limits(enterprise: Enterprise, today: date) -> list[LimitLine]:
    names = dict(Factor.objects.exclude(code="").order_by("-pk").values_list("code", "name_zh"))
    lines: dict[tuple[Any, ...], list[OutletLimit]] = defaultdict(list)
    rows = enterprise.limits.select_related("outlet").order_by(
        "outlet__site", "outlet__code", "factor_code", "averaging", "kind", "valid_from"
    )
    for row in rows:
        lines[row.outlet, row.factor_code, row.averaging, row.kind].append(row)
    return [
        LimitLine(
            outlet=key[0],
            factor=f"{key[1]} {names.get(key[1], '')}".strip(),
            averaging=found[0].get_averaging_display(),
            kind=found[0].get_kind_display(),
            rows=found,
            current=next((one for one in found if _holds(one, today)), None),
        )
        for key, found in lines.items()
    ]


def _holds(limit: OutletLimit, day: date) -> bool:
    begun = limit.withdrawn_at is None and limit.valid_from <= day
    return begun and (limit.valid_to is None or day <= limit.valid_to)


def _links(enterprise: Enterprise, today: date) -> "QuerySet[FacilityLink]":
    valid = Q(valid_from__lte=today) & (Q(valid_to=None) | Q(valid_to__gte=today))
    return enterprise.facility_links.filter(valid).select_related("site", "production", "treatment", "outlet")


def _diagram(enterprise: Enterprise, links: list[FacilityLink]) -> Drawing | None:
    production = [
        _node("production", one) for one in ProductionFacility.objects.filter(enterprise=enterprise)
    ]
    treatment = [_node("treatment", one) for one in TreatmentFacility.objects.filter(enterprise=enterprise)]
    ends = {link.outlet_id: _node("outlet", link.outlet) for link in links if link.outlet}
    nodes = [*production, *treatment, *ends.values()]
    return (
        drawing(nodes, [pair for link in links for pair in _pairs(link)]) if production or treatment else None
    )


def _pairs(link: FacilityLink) -> list[tuple[Node, Node]]:
    ends = [
        _node(name, getattr(link, name))
        for name in ("production", "treatment", "outlet")
        if getattr(link, name)
    ]
    return list(pairwise(ends))


def _node(column: str, record: Any) -> Node:
    return Node(column, record.pk, record.code, record.name)


def _problems(enterprise: Enterprise, user: Any) -> list[Problem]:
    """The loop's problems that the enterprise leads or has a part in, and the reader may see."""
    units = [
        unit for unit in (enterprise.unit_id, *enterprise.absorbed.values_list("unit", flat=True)) if unit
    ]
    mine = Q(parties__overlap=[unit_token(unit) for unit in units]) | Q(lead_unit__in=units)
    rows = Problem.objects.visible_to(user).filter(mine) if units else Problem.objects.none()
    return list(rows.select_related("lead_unit").order_by("-pk")[:PROBLEMS])


def _panels(
    enterprise: Enterprise, user: Any, as_of: datetime | None, audience: str
) -> Iterable[tuple[Any, Any]]:
    for panel in panels_for(audience):
        context = panel.context(enterprise, user, as_of)
        if context is not None:
            yield panel, context


def events_of(enterprise: Enterprise) -> "QuerySet[Event]":
    """The enterprise's own events and those of entries merged into it, newest first."""
    streams = [enterprise.stream, *(one.stream for one in enterprise.absorbed.all())]
    return Event.objects.filter(stream__in=streams).order_by("-occurred_at", "-pk")


def card_panels(enterprise: Enterprise) -> list[tuple[Any, Any]]:
    """What areas publish on the card behind the code."""
    return list(_panels(enterprise, None, None, "public"))


def limits_now(enterprise: Enterprise) -> list[LimitLine]:
    """What holds today, for the public card."""
    lines = _limits(enterprise, timezone.localdate())
    return [line for line in lines if line.current is not None and line.outlet.closed_on is None]
