"""办结率: the same words, three published ways of counting. A rate is never shown without its definition."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True)
class Counts:
    """What the three axes of the cases add up to at one moment."""

    total: int
    substantiated: int = 0
    concluded: int = 0
    stage_concluded: int = 0
    concluded_substantiated: int = 0
    submitted: int = 0
    struck_off: int = 0


@dataclass(frozen=True)
class Definition:
    """A named rate; `source` says who published figures that are counted so."""

    id: str
    label: Promise | str
    words: Promise | str
    source: str
    numerator: Callable[[Counts], int]
    denominator: Callable[[Counts], int]

    def share(self, counts: Counts) -> Decimal | None:
        """In per cent, half up at two decimals; None where there is nothing to divide by."""
        whole = self.denominator(counts)
        if not whole:
            return None
        share = Decimal(self.numerator(counts)) * 100 / Decimal(whole)
        return share.quantize(Decimal("0.01"), ROUND_HALF_UP)


DEFINITIONS: Mapping[str, Definition] = {
    one.id: one
    for one in (
        Definition(
            "hainan",
            _("Hainan's rate"),
            _("Concluded and concluded in stages, over all cases."),
            "海南省 2019：(492+291)/1427=54.9%",
            lambda counts: counts.concluded + counts.stage_concluded,
            lambda counts: counts.total,
        ),
        Definition(
            "hebei",
            _("Hebei's rate"),
            _("Concluded among the substantiated cases, over the substantiated cases."),
            "河北省 2018：3758/3976=94.52%",
            lambda counts: counts.concluded_substantiated,
            lambda counts: counts.substantiated,
        ),
        Definition(
            "baiyin",
            _("Baiyin's rate"),
            _("Concluded without those in stages, over all cases; striking off is counted apart."),
            "白银市：132/161=81.99%，报请销号118件",
            lambda counts: counts.concluded,
            lambda counts: counts.total,
        ),
        Definition(
            "submitted",
            _("Share submitted for striking off"),
            _("Proposed for striking off, under notice for it, or struck off, over all cases."),
            "白银市：118/161",
            lambda counts: counts.submitted,
            lambda counts: counts.total,
        ),
        Definition(
            "struck_off",
            _("Share struck off"),
            _("Struck off the list, over all cases."),
            "嘉兴市 2023：235/235",
            lambda counts: counts.struck_off,
            lambda counts: counts.total,
        ),
    )
}
