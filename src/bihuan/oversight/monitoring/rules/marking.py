"""Marks on monitoring data (标记): Announcement 2022 no. 21 of the ministry, and the incineration rules
(Order 10 of 2019, Announcement 2019 no. 50). Pure."""

import itertools
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from bihuan.oversight.monitoring.rules.periods import HOUR, MINUTE, overlap


class Kind(StrEnum):
    CONDITION = "condition"
    MONITOR = "monitor"


class Effect(StrEnum):
    """What a mark does to the hours it covers."""

    NONE = "none"
    STOPPED = "stopped"
    INVALID = "invalid"
    EXEMPT = "exempt"


@dataclass(frozen=True, slots=True)
class Label:
    id: str
    kind: Kind
    effect: Effect
    cap: str = ""


# "normal" on the monitor is ours: by it a person overrides an automatic mark that was wrong.
_MONITOR = (
    Label("normal", Kind.MONITOR, Effect.NONE),
    *(
        Label(name, Kind.MONITOR, Effect.INVALID)
        for name in ("calibration", "fault", "standard_check", "maintenance")
    ),
)
TRADES: dict[str, tuple[Label, ...]] = {
    "incineration": (
        Label("normal", Kind.CONDITION, Effect.NONE),
        Label("dry_out", Kind.CONDITION, Effect.EXEMPT, "heating"),
        Label("start_up", Kind.CONDITION, Effect.EXEMPT, "starting"),
        Label("shut_down", Kind.CONDITION, Effect.EXEMPT, "starting"),
        Label("cool_down", Kind.CONDITION, Effect.EXEMPT, "heating"),
        Label("stopped", Kind.CONDITION, Effect.STOPPED),
        Label("fault", Kind.CONDITION, Effect.EXEMPT, "starting"),
        Label("accident", Kind.CONDITION, Effect.EXEMPT, "starting"),
        *_MONITOR,
    ),
    "thermal_power": (
        Label("normal", Kind.CONDITION, Effect.NONE),
        Label("stopped", Kind.CONDITION, Effect.STOPPED),
        Label("connect", Kind.CONDITION, Effect.NONE),
        Label("disconnect", Kind.CONDITION, Effect.NONE),
        Label("fault_accident", Kind.CONDITION, Effect.EXEMPT, "fault"),
        *_MONITOR,
    ),
    "other": (
        Label("normal", Kind.CONDITION, Effect.NONE),
        Label("stopped", Kind.CONDITION, Effect.STOPPED),
        *_MONITOR,
    ),
}
"""The labels found in public texts, by trade; those of cement and paper were not found: they use "other"."""

YEARLY_CAPS_H = {"starting": 60.0, "heating": 700.0}
"""Hours a year that a furnace may carry such marks before a daily exceedance is a case (Order 10 of 2019)."""


@dataclass(frozen=True, slots=True)
class Mark:
    """One interval, its end not included; `version` is the order in which marks were made."""

    kind: Kind
    label: str
    start: datetime
    end: datetime
    automatic: bool
    version: int = 0


def label_of(trade: str, kind: Kind, label: str) -> Label:
    """KeyError for a label that the trade doesn't know."""
    for found in TRADES[trade]:
        if found.id == label and found.kind == kind:
            return found
    raise KeyError(label)


def governing(marks: Iterable[Mark], at: datetime) -> dict[Kind, Mark]:
    """The mark of each kind that holds at a moment: a manual before an automatic one, then the newest."""
    held: dict[Kind, Mark] = {}
    for mark in sorted(marks, key=lambda one: (not one.automatic, one.version)):
        if mark.start <= at < mark.end:
            held[mark.kind] = mark
    return held


def effect_at(marks: Iterable[Mark], at: datetime, trade: str) -> Effect:
    """The strongest effect at a moment: a stop before an invalid monitor before an exempt furnace."""
    held = governing(marks, at).values()
    effects = {label_of(trade, mark.kind, mark.label).effect for mark in held}
    order = (Effect.STOPPED, Effect.INVALID, Effect.EXEMPT)
    return next((effect for effect in order if effect in effects), Effect.NONE)


@dataclass(frozen=True, slots=True)
class Cover:
    """Minutes of a span under each effect."""

    stopped: float = 0.0
    invalid: float = 0.0
    exempt: float = 0.0


def cover(marks: Sequence[Mark], start: datetime, end: datetime, trade: str) -> Cover:
    """How many minutes of [start, end) lie under a stop, an invalid monitor, an exempt furnace."""
    touching = [mark for mark in marks if overlap(mark.start, mark.end, start, end)]
    edges = {start, end} | {edge for mark in touching for edge in (mark.start, mark.end)}
    cuts = sorted(edge for edge in edges if start <= edge <= end)
    minutes = dict.fromkeys(Effect, 0.0)
    for low, high in itertools.pairwise(cuts):
        minutes[effect_at(touching, low, trade)] += (high - low) / MINUTE
    return Cover(minutes[Effect.STOPPED], minutes[Effect.INVALID], minutes[Effect.EXEMPT])


def hours_used(marks: Sequence[Mark], start: datetime, end: datetime, trade: str) -> dict[str, float]:
    """Hours of each capped group that governed within [start, end), normally a calendar year."""
    capped = [mark for mark in marks if mark.kind == Kind.CONDITION]
    edges = {edge for mark in capped for edge in (mark.start, mark.end)} | {start, end}
    cuts = sorted(edge for edge in edges if start <= edge <= end)
    used = {label.cap: timedelta(0) for label in TRADES[trade] if label.cap}
    for low, high in itertools.pairwise(cuts):
        held = governing(capped, low).get(Kind.CONDITION)
        cap = label_of(trade, held.kind, held.label).cap if held else ""
        if cap:
            used[cap] += high - low
    return {cap: spent / HOUR for cap, spent in used.items()}


def beyond_caps(used: dict[str, float], caps: dict[str, float] | None = None) -> bool:
    """Whether a marked furnace has used up a yearly allowance, so that its exceedances are cases again."""
    allowed = YEARLY_CAPS_H if caps is None else caps
    return any(used.get(cap, 0.0) > hours for cap, hours in allowed.items())
