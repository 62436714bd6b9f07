import csv
from dataclasses import replace
from datetime import date
from decimal import Decimal, InvalidOperation
from types import SimpleNamespace

import pytest
from django.conf import settings

from bihuan.kernel.figures import registry
from bihuan.kernel.figures.actions import record_figure
from bihuan.kernel.figures.models import RecordedFigure
from bihuan.kernel.figures.registry import Entry, Figure
from bihuan.reports import sources

AS_OF = date(2023, 1, 20)
FOUNDING = settings.SOURCE_ROOT / "web/demo_city/founding_report.csv"
COMPUTED = {"feedback_behind": "0", "feedback_highlight": "历史堆存污泥"}
ROW = {
    "number": 1,
    "source_number": "一",
    "record": "P-1",
    "text": "某地块历史堆存污泥，举报人张三电话13812345678。",
    "goal": "清运处置",
    "time_limit": "2022年12月31日",
    "responsible": "港区管委会",
    "acceptance": "市生态环境局",
    "progress": "已完成整改并销号",
    "measures": ("清运污泥", "开展土壤调查"),
    "result": "消除隐患。",
}


def founding_rows():
    with FOUNDING.open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


@pytest.fixture
def entered(monkeypatch):
    """Every figure of the founding report as a recorded one, so that a test can set any of them."""
    entries = dict(registry._entries)
    for row in founding_rows():
        entries[row["figure"]] = _as_recorded(entries.get(row["figure"]), row["figure"])
    for name in COMPUTED:
        entries[name] = _as_recorded(entries.get(name), name)
    monkeypatch.setattr(registry, "_entries", entries)
    rows = [{**ROW, "number": index} for index in (1, 2, 3)]
    monkeypatch.setattr(sources, "specific_rows", lambda scope: rows)
    monkeypatch.setattr(sources, "round_name", lambda scope: "第二轮")
    return rows


def _as_recorded(entry, name):
    figure = entry.figure if entry else Figure(name, name, name, "件", area="petitions")
    return Entry(replace(figure, area=figure.area))


@pytest.fixture
def city(world, entered):
    """The base world with the published values of all 47 figures; `set` states one anew."""
    values = {row["figure"]: row["value"] for row in founding_rows()} | COMPUTED
    for name, value in values.items():
        state(world, name, value)
    return SimpleNamespace(world=world, annex=entered, set=lambda name, value: state(world, name, value))


def state(world, name, value, day=AS_OF):
    try:
        said = {"value": Decimal(value)}
    except InvalidOperation:
        said = {"value_text": value}
    return record_figure(
        name,
        by=None,
        jurisdiction=world.city,
        as_of=day,
        document_ref="整改情况报告",
        author="协调联络组",
        **said,
    )


@pytest.fixture
def without():
    """Forget a figure's statements, as if nobody had entered it."""

    def forget(name):
        RecordedFigure.objects.filter(figure_id=name).delete()

    return forget
