from typing import Any

import pytest
from django.db.models import Count, F, Max, Q, Sum

from bihuan.kernel.figures import registry, rules
from bihuan.kernel.figures.registry import Figure, Scope
from bihuan.kernel.people.models import Unit


def units(scope: Scope) -> Any:
    return Unit.objects.filter(jurisdiction__path__startswith=scope.path)


@pytest.fixture
def toys(monkeypatch: pytest.MonkeyPatch) -> None:
    """Four toy figures over units, one per kind, and nothing else registered."""
    monkeypatch.setattr(registry, "_entries", {})
    monkeypatch.setattr(registry, "_areas", {})
    registry.register_area("toy", "玩具")
    definition = {
        "definition_zh": "范围内的单位。",
        "definition_en": "Units inside the scope.",
        "area": "toy",
    }
    registry.register_figure(Figure("toy.units", "单位数", "Units", "个", order=2, **definition), query=units)
    registry.register_figure(
        Figure("toy.share", "部门占比", "Share of departments", "%", order=3, **definition),
        query=units,
        measure={"part": Count("pk", filter=Q(kind="department")), "whole": Count("pk")},
        combine=lambda found: rules.share(found["part"], found["whole"]),
    )
    registry.register_figure(
        Figure("toy.total", "编号之和", "Sum of keys", order=4, **definition),
        query=units,
        measure=Sum(F("pk")),
    )
    registry.register_text_figure(
        Figure("toy.first", "首个单位", "First unit", order=5, **definition),
        query=lambda scope: units(scope).order_by("pk"),
        text=lambda unit: unit.name,
    )
    registry.register_recorded(
        Figure("toy.rank", "全省位次", "Rank in the province", "位", order=1, **definition)
    )
    registry.register_figure(
        Figure("toy.newest", "最大编号", "Highest key", order=6, **definition), query=units, measure=Max("pk")
    )
    registry.register_figure(
        Figure("toy.brought_in", "带入单位数", "Units brought in", "个", order=7, **definition),
        query=units,
        complete_with="toys",
    )
