import json
from datetime import date
from typing import Any

import pytest

from bihuan.governance.inspections.actions import NewItem, open_round, receive_item
from bihuan.governance.inspections.imports import RectificationImporter
from bihuan.kernel.registers.importing import run_import

FEEDBACK_ON = date(2022, 2, 4)
DEADLINE = date(2022, 12, 31)


@pytest.fixture
def inspected(world: Any) -> Any:
    """A round of the central inspection that has fed back."""
    return open_round(
        by=world.city_officer,
        name="第二轮中央生态环境保护督察",
        inspected=world.city,
        ordinal=2,
        feedback_on=FEEDBACK_ON,
    )


@pytest.fixture
def item(world: Any, inspected: Any) -> Any:
    """Take in one item of the round; what a test cares about it says."""

    def take_in(
        text: str = "某地块历史堆存污泥:未清运。", nature: str = "specific", *, at: Any = None, **said: Any
    ) -> Any:
        fields = {"jurisdiction": world.county, "deadline": DEADLINE, **said}
        return receive_item(inspected, NewItem(text, nature, **fields), by=world.city_officer, at=at)

    return take_in


@pytest.fixture
def take(world: Any, tmp_path: Any) -> Any:
    """Import rows (or a file) as the system and give the result."""

    def run(rows: Any, **options: Any) -> Any:
        path = rows
        if isinstance(rows, list):
            path = tmp_path / "tasks.jsonl"
            path.write_text("\n".join(json.dumps(one, ensure_ascii=False) for one in rows), encoding="utf-8")
        return run_import(RectificationImporter(), path, by=None, **{"dry_run": False, **options})

    return run
