"""What the acceptor is told of photos that look alike."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Q

from bihuan.loop.models import Attachment, Likeness, Problem


@dataclass(frozen=True)
class Hint:
    """One pair as seen from one attachment; `problem` is None where the reader may not see the other's."""

    mine: Attachment
    other: Attachment
    problem: Problem | None
    likeness: Likeness

    @property
    def same_problem(self) -> bool:
        return self.mine.problem_id == self.other.problem_id

    @property
    def may_show(self) -> bool:
        return self.problem is not None


def hints(attachments: Iterable[Attachment], user: Any) -> dict[int, list[Hint]]:
    """Hints by the key of the attachment, nearest first: two queries, none without photos."""
    mine = {one.pk: one for one in attachments if one.file.is_image}
    if not mine:
        return {}
    pairs = Likeness.objects.filter(Q(attachment__in=mine) | Q(other__in=mine))
    rows = list(pairs.select_related("attachment__file", "other__file"))
    sides = [(pair, *ends) for pair in rows for ends in _ends(pair, mine)]
    problems = {other.problem_id for _pair, _own, other in sides}
    seen = (
        {one.pk: one for one in Problem.objects.visible_to(user).filter(pk__in=problems)} if problems else {}
    )
    found: dict[int, list[Hint]] = defaultdict(list)
    for pair, own, other in sides:
        found[own.pk].append(Hint(own, other, seen.get(other.problem_id), pair))
    return dict(found)


def each_once(found: dict[int, list[Hint]]) -> list[Hint]:
    """All hints in one list, nearest first; a pair of one problem is shown from one end."""
    pairs = {hint.likeness.pk: hint for hints_of_one in found.values() for hint in hints_of_one}
    return sorted(pairs.values(), key=lambda hint: (hint.likeness.distance, hint.likeness.pk))


def _ends(pair: Likeness, mine: dict[int, Attachment]) -> list[tuple[Attachment, Attachment]]:
    """The pair from the end or ends that are ours."""
    both = ((pair.attachment, pair.other), (pair.other, pair.attachment))
    return [(own, other) for own, other in both if own.pk in mine]
