"""Procedures: how a source's problems go through the loop. An area registers its kinds of source."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from bihuan.kernel.errors import BihuanError


class UnknownSource(BihuanError):
    message = _("No area has registered the source “%(kind)s”.")


@dataclass(frozen=True)
class Procedure:
    """What differs between sources; everything else is the same for all.

    `clocks` names the duration rule behind each clock where it isn't the clock's own name;
    None switches a clock off. `guards` adds an area's own conditions to an act: each takes the problem
    and the day and returns the reason why not, or None.
    """

    key: str
    label: Promise | str
    established: bool = False
    declinable: bool = True
    needs_plan: bool = False
    stages: bool = False
    notice_mandatory: bool = False
    leader_signs_unfounded: bool = False
    evidence: tuple[str, ...] = ("after",)
    source_clock: str | None = None
    clocks: Mapping[str, str | None] = field(default_factory=dict)
    guards: Mapping[str, tuple[Callable[[Any, Any], Any], ...]] = field(default_factory=dict)

    def rule_for(self, clock: str) -> str | None:
        return self.clocks.get(clock, clock)


_WITH_PLAN: Mapping[str, str | None] = {"handling": None, "verify_closure": None}
_WITH_NOTICE: Mapping[str, str | None] = {"verify_closure": None}
_SHORT: Mapping[str, str | None] = {"publicise": None, "file": None}

PROCEDURES: dict[str, Procedure] = {
    procedure.key: procedure
    for procedure in (
        Procedure(
            "feedback", _("inspection feedback"), established=True, declinable=False, needs_plan=True,
            notice_mandatory=True, evidence=("before", "after"), clocks=_WITH_PLAN,
        ),
        Procedure(
            "petition", _("petition handed over by an inspection team"), declinable=False, stages=True,
            notice_mandatory=True, leader_signs_unfounded=True, source_clock="petition_feedback",
            clocks=_WITH_NOTICE,
        ),
        Procedure(
            "list", _("problem list"), needs_plan=True, notice_mandatory=True,
            evidence=("before", "after"), clocks=_WITH_PLAN,
        ),
        Procedure(
            "municipal", _("municipal supervision"), needs_plan=True, notice_mandatory=True,
            evidence=("before", "after"), clocks=_WITH_PLAN,
        ),
        Procedure("patrol", _("grid, volunteer, hotline"), clocks=_SHORT),
        Procedure("alarm", _("monitoring alarm"), clocks=_SHORT),
    )
}  # fmt: skip


@dataclass(frozen=True)
class SourceKind:
    """A kind of record that raises problems. `template` draws what it shows on its problem's page, from
    `context(source, user)`; None says there is nothing to show to this reader.
    """

    id: str
    label: Promise | str
    procedure: str
    template: str = ""
    context: Callable[[Any, Any], Mapping[str, Any] | None] | None = None


_sources: dict[str, SourceKind] = {}


def register_source(kind: SourceKind) -> None:
    """Make a kind of source known; called from an area's AppConfig.ready."""
    if kind.procedure not in PROCEDURES:
        raise UnknownSource(kind=kind.procedure)
    _sources[kind.id] = kind


def register_procedure(procedure: Procedure) -> None:
    PROCEDURES[procedure.key] = procedure


def source_kind(kind: str) -> SourceKind:
    if kind not in _sources:
        raise UnknownSource(kind=kind)
    return _sources[kind]


def known_kind(kind: str) -> SourceKind | None:
    return _sources.get(kind)


def source_kinds() -> list[SourceKind]:
    return list(_sources.values())


def procedure(key: str) -> Procedure:
    return PROCEDURES[key]
