"""Announcements from files and their pages."""

import json

import pytest

from bihuan.governance.petitions.imports import BatchImporter
from bihuan.governance.petitions.models import PetitionBatch
from bihuan.governance.petitions.tests.shared import BATCHES, needs_shared
from bihuan.kernel.registers.importing import run_import

pytestmark = pytest.mark.django_db


def taken(path, **changes):
    result = run_import(BatchImporter(), path, by=None, write_refused=False, **changes)
    return result.new, result.changed, result.unchanged, len(result.refused)


@needs_shared
def test_the_real_announcements_go_in_once(world) -> None:
    assert taken(BATCHES) == (34, 0, 0, 0)
    assert taken(BATCHES) == (0, 0, 34, 0)
    assert PetitionBatch.objects.filter(verdict="explained").count() == 5
    assert not PetitionBatch.objects.filter(verdict="mismatch").exists()
    assert PetitionBatch.objects.get(number="B005").printed["by_region"]["慈溪"] == "4.5"


def batch(**changes):
    return {
        "batch_id": "B1", "area": "嘉兴市", "inspection": "第二轮中央督察", "batch_no": 1,
        "handover_date": "2020-09-02", "total": 5, "by_type": {"水": 2, "大气": 3}, **changes,
    }  # fmt: skip


def test_a_changed_announcement_is_judged_anew(world, tmp_path) -> None:
    path = tmp_path / "batches.jsonl"
    path.write_text(json.dumps(batch(), ensure_ascii=False), encoding="utf-8")
    assert taken(path) == (1, 0, 0, 0)
    path.write_text(json.dumps(batch(total=6), ensure_ascii=False), encoding="utf-8")
    assert taken(path) == (0, 1, 0, 0)
    assert PetitionBatch.objects.get().verdict == "mismatch"


@pytest.mark.parametrize(
    "change", [{"total": None}, {"total": "5"}, {"total": -1}, {"area": ""}, {"handover_date": "2020-02-30"},
               {"by_type": {"水": "二"}}, {"by_type": []}],
)  # fmt: skip
def test_a_fault_is_refused(world, tmp_path, change) -> None:
    path = tmp_path / "batches.jsonl"
    path.write_text(json.dumps(batch(**change), ensure_ascii=False), encoding="utf-8")
    assert taken(path) == (0, 0, 0, 1)


def test_a_plain_table_of_announcements(world, tmp_path) -> None:
    path = tmp_path / "batches.csv"
    path.write_text("地区,督察,批次,转办日期,总数\n嘉兴市,第二轮中央督察,2,2020-09-03,7\n", encoding="utf-8")
    assert taken(path) == (1, 0, 0, 0)
    assert PetitionBatch.objects.get().number == "嘉兴市·第二轮中央督察·2"


def test_the_page_sets_printed_against_computed(world, as_user, tmp_path) -> None:
    path = tmp_path / "batches.jsonl"
    path.write_text(json.dumps(batch(total=6), ensure_ascii=False), encoding="utf-8")
    taken(path)
    client = as_user(world.county_officer)
    found = PetitionBatch.objects.get()
    html = client.get(f"/petitions/batches/{found.pk}/").content.decode()
    assert "不能合计" in html
    assert client.get("/petitions/batches/").status_code == 200
