import json
from pathlib import Path
from typing import Any

import pytest

from bihuan.governance.petitions.imports import PetitionImporter
from bihuan.kernel.registers.importing import ImportResult, run_import


@pytest.fixture
def row() -> dict[str, Any]:
    """A petition of this city as the real records write it."""
    return {
        "record_id": "T-1",
        "petition_no": "X2ZJ202009040007",
        "channel": "letter",
        "level": "central",
        "inspection": "第二轮中央督察",
        "batch_no": 3,
        "published": "2020-09-15",
        "key_item": False,
        "province": "浙江",
        "city": "嘉兴市",
        "county": "海宁市",
        "pollution_types": ["大气", "噪音"],
        "problem": "某家具厂夜间喷漆,气味刺鼻。",
        "verification": "经现场核查,喷漆房未密闭。",
        "verdict": "部分属实",
        "rectification": "责令封闭喷漆房。",
        "closure": "已办结",
        "closure_target": None,
        "accountability": "无",
        "repeats": [],
        "truncated_fields": [],
        "source": {"publisher": "甲", "title": "乙", "url": "", "note": ""},
    }


@pytest.fixture
def take(tmp_path: Path, world: Any) -> Any:
    """Import rows (or a file) as the system and give the result."""

    def run(rows: Any, *, by: Any = None, dry_run: bool = False) -> ImportResult:
        path = rows
        if not isinstance(rows, Path):
            path = tmp_path / "petitions.jsonl"
            path.write_text("\n".join(json.dumps(one, ensure_ascii=False) for one in rows), encoding="utf-8")
        return run_import(PetitionImporter(), path, by=by, dry_run=dry_run)

    return run
