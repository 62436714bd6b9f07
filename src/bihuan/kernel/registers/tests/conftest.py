from datetime import date
from decimal import Decimal
from importlib import import_module

import pytest

from bihuan.kernel.figures import registry
from bihuan.kernel.figures.actions import record_figure
from bihuan.kernel.figures.models import RecordedFigure
from bihuan.kernel.figures.registry import Figure
from bihuan.kernel.registers.register import REGISTERS
from bihuan.kernel.registers.search import bigrams
from bihuan.kernel.registers.tests.toy import TOY


@pytest.fixture
def toy(monkeypatch, settings, tmp_path):
    """The toy register, known to figures, with its own directory for uploads."""
    import_module("bihuan.kernel.registers.tests.urls")
    monkeypatch.setattr(registry, "_entries", {})
    registry.register_recorded(Figure("toy.rank", "位次", "Rank", area="toy"))
    registry.register_figure(
        Figure("toy.count", "条数", "Rows", area="toy"),
        query=lambda scope: RecordedFigure.objects.inside(scope.path),
    )
    monkeypatch.setitem(REGISTERS, "toy", TOY)
    settings.BIHUAN_HOME = tmp_path
    return TOY


@pytest.fixture
def make(world, toy):
    """Make one toy record; `toy` must be known first."""
    assert toy is TOY

    def one(number, *, value=1, day="2022-12-31", place=None, author="甲"):
        said = {"value": None, "value_text": "无"} if value is None else {"value": Decimal(value)}
        made = record_figure(
            "toy.rank",
            by=None,
            jurisdiction=place or world.county,
            as_of=date.fromisoformat(day),
            document_ref=number,
            author=author,
            **said,
        )
        RecordedFigure.objects.filter(pk=made.pk).update(parties=bigrams(number, author))
        return made

    return one
