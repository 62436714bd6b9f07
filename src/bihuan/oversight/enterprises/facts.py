"""Who tells facts about enterprises: an area registers its source from `AppConfig.ready`."""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from bihuan.oversight.enterprises.rules.colour import FactKind, Report


@dataclass(frozen=True)
class FactSource:
    """`collect(enterprise_ids, at)` answers for those of whom it has something to say, in few queries.

    `kinds` are all the kinds of fact it would tell: a trigger none of whose kinds anybody tells is shown as
    not connected. A report says `covered` when the source watches over the enterprise with data of its own,
    and names a gap where it should know and doesn't.
    """

    id: str
    label: Any
    kinds: frozenset[FactKind]
    collect: Callable[[Sequence[int], datetime], Mapping[int, Report]]


_sources: dict[str, FactSource] = {}


def register_facts(source: FactSource) -> None:
    """Add a source; ValueError for an id that is taken."""
    if source.id in _sources:
        raise ValueError(f"fact source {source.id} is registered twice")
    _sources[source.id] = source


def sources() -> list[FactSource]:
    return list(_sources.values())


def connected() -> frozenset[FactKind]:
    """The kinds of fact that some source tells."""
    return frozenset(kind for source in sources() for kind in source.kinds)


def collect(enterprises: Sequence[int], at: datetime) -> dict[int, list[Report]]:
    """What all sources say of the enterprises."""
    told: dict[int, list[Report]] = defaultdict(list)
    for source in sources():
        for enterprise, report in source.collect(enterprises, at).items():
            told[enterprise].append(report)
    return told
