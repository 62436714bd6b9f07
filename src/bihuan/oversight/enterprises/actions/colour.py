"""Computing colours, keeping their history, and setting one by hand."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.db.models import Min
from django.utils import timezone

from bihuan.kernel.ledger.actions import append
from bihuan.kernel.ledger.rules import SYSTEM
from bihuan.oversight.enterprises import facts
from bihuan.oversight.enterprises.models import ColourRule, ColourSpan, Enterprise, ManualColour
from bihuan.oversight.enterprises.rules.colour import (
    VERSION_1,
    Before,
    Colour,
    Fact,
    Standing,
    Verdict,
    judge,
    numbers_from,
)
from bihuan.oversight.enterprises.rules.vocabulary import Operation

BATCH = 500
RULE_BASIS = "本系统默认规则（无公开来源规定具体数值）；参考各地“三色码”做法，城市可另立版本"
FIRST_RULE = {"version": "1.0", "valid_from": date(2020, 1, 1), "source": RULE_BASIS, "ours": True}


def load_colour_rule() -> None:
    """Add the first version of the numbers; a version once loaded is never changed."""
    row = ColourRule(**FIRST_RULE, numbers=VERSION_1.as_json())
    ColourRule.objects.bulk_create([row], ignore_conflicts=True)


def rule_on(day: date) -> ColourRule:
    return ColourRule.objects.filter(valid_from__lte=day).latest("valid_from")


def recolour_later(enterprises: Iterable[int]) -> None:
    """Have the colours computed anew after this transaction; to be called when a fact changed. The job stands
    in the same transaction, so that no crash after the commit can lose it."""
    from bihuan.oversight.enterprises.jobs import recolour_some

    keys = sorted(set(enterprises))
    if keys:
        recolour_some.defer(enterprises=keys)


def recolour(enterprises: Iterable[int] | None = None, *, at: datetime | None = None) -> int:
    """Compute the colours of these enterprises, or of all; returns how many changed."""
    moment = at or timezone.now()
    rule = rule_on(timezone.localdate(moment))
    rows = Enterprise.objects.filter(merged_into=None)
    keys = rows.values_list("pk", flat=True).order_by("pk") if enterprises is None else enterprises
    wanted = list(keys)
    parts = (wanted[at : at + BATCH] for at in range(0, len(wanted), BATCH))
    return sum(_recolour(part, rule, moment) for part in parts)


@dataclass(frozen=True)
class _Then:
    """How an enterprise stood before, and by hand."""

    span: ColourSpan | None
    manual: ManualColour | None

    @property
    def before(self) -> Before:
        if self.span is None:
            return Before()
        since = {one["id"]: date.fromisoformat(one["since"]) for one in self.span.reasons.get("struck", ())}
        return Before(Colour(self.span.computed), self.span.left_red_on, since)


@transaction.atomic
def _recolour(keys: Sequence[int], rule: ColourRule, at: datetime) -> int:
    rows = Enterprise.objects.filter(pk__in=keys, merged_into=None).order_by("pk")
    locked = list(rows.select_for_update().only("pk", "operation", "colour"))
    coded = dict(rows.annotate(first=Min("codes__issued_at")).values_list("pk", "first"))
    told, numbers = facts.collect([one.pk for one in locked], at), numbers_from(rule.numbers)
    connected, then = facts.connected(), _then(locked, at)
    refreshed: list[ColourSpan] = []
    for enterprise in locked:
        found = then[enterprise.pk]
        verdict = judge(
            told.get(enterprise.pk, ()),
            standing=_standing(enterprise, coded[enterprise.pk]),
            at=timezone.localtime(at),
            numbers=numbers,
            connected=connected,
            before=found.before,
        )
        span = _span(enterprise, verdict, found.manual, version=rule.version, at=at)
        if found.span is not None and _same(found.span, span):
            span.pk, span.began_at = found.span.pk, found.span.began_at
            refreshed.append(span)
        else:
            _begin(span, found.span)
    ColourSpan.objects.bulk_update(refreshed, ("reasons", "left_red_on", "read_at", "rule_version"))
    return len(locked) - len(refreshed)


def _then(locked: Sequence[Enterprise], at: datetime) -> Mapping[int, _Then]:
    spans = {
        one.enterprise_id: one for one in ColourSpan.objects.filter(enterprise__in=locked, ended_at=None)
    }
    today = timezone.localdate(at)
    manual = {
        one.enterprise_id: one
        for one in ManualColour.objects.filter(enterprise__in=locked, ended_at=None)
        if one.in_force(today)
    }
    return {one.pk: _Then(spans.get(one.pk), manual.get(one.pk)) for one in locked}


def _standing(enterprise: Enterprise, coded_at: datetime | None) -> Standing:
    return Standing(
        coded_on=timezone.localdate(coded_at) if coded_at else None,
        stopped=enterprise.operation == Operation.STOPPED,
        closed=enterprise.operation == Operation.CLOSED,
    )


def _span(
    enterprise: Enterprise, verdict: Verdict, manual: ManualColour | None, *, version: str, at: datetime
) -> ColourSpan:
    return ColourSpan(
        enterprise=enterprise,
        colour=Colour(manual.colour) if manual else verdict.colour,
        computed=verdict.colour,
        by_hand=manual is not None,
        triggers=[one.id for one in verdict.struck],
        reasons=reasons_of(verdict),
        left_red_on=verdict.left_red_on,
        began_at=at,
        read_at=at,
        rule_version=version,
    )


def _same(one: ColourSpan, other: ColourSpan) -> bool:
    """Whether nothing changed that begins a new stay: the facts behind a trigger may."""
    names = ("colour", "computed", "by_hand", "triggers")
    return all(getattr(one, name) == getattr(other, name) for name in names)


def _begin(span: ColourSpan, last: ColourSpan | None) -> None:
    if last is not None:
        ColourSpan.objects.filter(pk=last.pk).update(ended_at=span.began_at)
    span.save(force_insert=True)
    was = last.colour if last else None
    if was != span.colour:
        _tell(span.enterprise, span, was)


def _tell(enterprise: Enterprise, span: ColourSpan, was: str | None) -> None:
    Enterprise.objects.filter(pk=enterprise.pk).update(colour=span.colour)
    if was is None and span.colour == Colour.GREY:
        return  # the day it is entered: nothing was known before, nothing is known now
    payload = {
        "from": was,
        "to": span.colour,
        "computed": span.computed,
        "by_hand": span.by_hand,
        "triggers": span.triggers,
        "facts": sorted({one["ref"] for struck in span.reasons["struck"] for one in struck["facts"]}),
    }
    append(
        enterprise.stream,
        "enterprise.coloured",
        by=SYSTEM,
        payload=payload,
        rule_version=f"colour@{span.rule_version}",
        at=span.began_at,
    )


def reasons_of(verdict: Verdict) -> dict[str, Any]:
    """The verdict as the page and the history read it."""
    return {
        "struck": [
            {"id": one.id, "since": one.since.isoformat(), "facts": [_fact(fact) for fact in one.facts]}
            for one in verdict.struck
        ],
        "unrated": verdict.unrated,
        "gaps": [{"text": gap.text, "url": gap.url} for gap in verdict.gaps],
        "notices": [_fact(fact) for fact in verdict.notices],
        "unconnected": list(verdict.unconnected),
    }


def _fact(fact: Fact) -> dict[str, Any]:
    return {
        "kind": fact.kind,
        "ref": fact.ref,
        "text": str(fact.text),
        "url": fact.url,
        "day": fact.day.isoformat() if fact.day else None,
        "amount": str(fact.amount) if fact.amount is not None else None,
        "state": fact.state,
    }
