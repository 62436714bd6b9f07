"""The roof's share of the demo city: the figures of areas not built yet, and one released report."""

import csv
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from importlib.resources import files
from typing import Any

from django.conf import settings

from bihuan.kernel.figures.actions import record_figure
from bihuan.kernel.people.models import Post, User
from bihuan.kernel.people.permissions import Role
from bihuan.kernel.places.models import Jurisdiction
from bihuan.reports import actions

AS_OF = date(2023, 1, 20)
VALUES = files("bihuan") / "web/demo_city/recorded_figures.csv"


def build(_city_world: Any, _rng: Any, progress: Callable[[str], None], *, scale: str) -> None:  # noqa: ARG001
    city = Jurisdiction.objects.get(code=settings.BIHUAN_CITY)
    count = record_values(city)
    progress(f"{count} 个引用数字")
    report = actions.generate("rectification", by=_holder(Role.CITY_OFFICE), jurisdiction=city, as_of=AS_OF)
    actions.release(report, by=_holder(Role.LEADER))
    progress("整改情况报告（2023-01-20）已生成并发布")


def record_values(city: Jurisdiction) -> int:
    """Record each published value under its document; returns how many."""
    with VALUES.open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    for row in rows:
        record_figure(
            row["figure"],
            by=None,
            jurisdiction=city,
            as_of=date.fromisoformat(row["as_of"]),
            value=Decimal(row["value"]) if row["value"] else None,
            value_text=row["value_text"],
            document_ref=row["document_ref"],
            author=row["author"],
        )
    return len(rows)


def _holder(role: str) -> User:
    return Post.objects.filter(role=role).order_by("pk").select_related("user")[0].user
