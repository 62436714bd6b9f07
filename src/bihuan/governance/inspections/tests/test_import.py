"""Lists of measures from files: what goes in, what is refused by name, what happens the second time."""

from pathlib import Path

import pytest

from bihuan.governance.inspections.models import FeedbackItem, Round
from bihuan.loop.models import Problem

pytestmark = pytest.mark.django_db
TASKS = Path(__file__).resolve().parents[6] / "shared" / "data" / "rectification" / "tasks.jsonl"
ROW = {
    "task_id": "RT-01",
    "city": "嘉兴市海宁市",
    "inspection": "第二轮中央督察2020",
    "kind": "specific_problem",
    "problem": "某地块历史堆存污泥:存在二次污染隐患",
    "responsible": "海宁市住房和城乡建设局",
    "deadline": "2022-11-30",
    "goal": "全部清运处置",
    "measures": ["推平", "晾晒"],
    "status": "written_off",
    "source": "整改报告",
}


def counts(result):
    return result.new, result.changed, result.unchanged, len(result.refused)


def refused(result):
    return [(one.row, one.field) for one in result.refused]


@pytest.mark.skipif(not TASKS.exists(), reason=f"no real records at {TASKS}")
def test_the_real_list_goes_in_once_and_its_refusals_are_named(take):
    first, again = take(TASKS, write_refused=False), take(TASKS, write_refused=False)
    assert counts(first) == (2, 0, 0, 3)
    assert counts(again) == (0, 0, 2, 3)
    assert refused(first) == [(3, "行政区域"), (4, "行政区域"), (5, "问题类型")]
    assert "渭南市澄城县" in str(first.refused[0].reason)
    assert "不属于嘉兴市" in str(first.refused[0].reason)
    item = FeedbackItem.objects.get(source_number="RT-01")
    assert item.title == "嘉兴港区三期地块历史堆存污泥"
    assert item.printed["status"] == "written_off"
    assert {"early_claims_disagree", "missing_deadline"} <= set(item.flags)


def test_an_item_gets_its_round_its_problem_and_its_limit(take):
    assert counts(take([ROW])) == (1, 0, 0, 0)
    item, inspected = FeedbackItem.objects.get(), Round.objects.get()
    assert (inspected.level, inspected.ordinal) == ("central", 2)
    assert (item.jurisdiction.name, item.nature, str(item.deadline)) == ("海宁市", "specific", "2022-11-30")
    assert item.problem.state == "registered"
    assert item.printed["measures"] == ["推平", "晾晒"]


def test_a_changed_row_is_noted_beside_the_record_and_changes_no_state(take):
    take([ROW])
    assert counts(take([{**ROW, "progress": "正在清运"}])) == (0, 1, 0, 0)
    item = FeedbackItem.objects.get()
    assert item.printed["progress"] == "正在清运"
    assert item.problem.state == "registered"


def test_a_dry_run_keeps_nothing(take):
    assert counts(take([ROW], dry_run=True)) == (1, 0, 0, 0)
    assert not FeedbackItem.objects.exists()
    assert not Problem.objects.exists()


def test_a_long_term_limit_has_no_date(take):
    take([{**ROW, "deadline": "立行立改、长期坚持"}])
    item = FeedbackItem.objects.get()
    assert (item.time_limit, item.deadline) == ("long_term", None)


def test_a_taken_ordinal_gives_way(take):
    other = {**ROW, "task_id": "RT-02", "problem": "另一件", "ordinal": 1}
    assert take([{**ROW, "ordinal": 1}, other]).new == 2
    assert list(FeedbackItem.objects.order_by("ordinal").values_list("ordinal", flat=True)) == [1, 2]


@pytest.mark.parametrize(
    ("change", "field", "words"),
    [
        ({"problem": ""}, "反馈问题原文", "缺少"),
        ({"deadline": "2022-13-45"}, "整改时限", "2022-13-45"),
        ({"deadline": "尽快"}, "整改时限", "尽快"),
        ({"ordinal": "第一"}, "序号", "第一"),
        ({"kind": "怪问题"}, "问题类型", "怪问题"),
        ({"kind": "petition_write_off"}, "问题类型", "信访件"),
        ({"city": "火星市"}, "行政区域", "没有名为“火星市”"),
        ({"city": "岳阳市华容县"}, "行政区域", "不属于嘉兴市"),
    ],
)
def test_a_fault_is_refused_by_name(take, change, field, words):
    good = {**ROW, "task_id": "RT-09", "problem": "另一处堆放:未清理"}
    result = take([{**ROW, **change}, good])
    assert (result.new, refused(result)) == (1, [(1, field)])
    assert words in str(result.refused[0].reason)


def test_a_number_that_comes_twice_goes_in_once(take):
    result = take([ROW, {**ROW, "problem": "另一件"}])
    assert (result.new, [one.row for one in result.refused]) == (1, [2])


def test_a_broken_line_leaves_the_others_whole(take, tmp_path):
    take([ROW])
    path = tmp_path / "tasks.jsonl"
    path.write_text(path.read_text(encoding="utf-8") + '\n{"task_id": "RT-0', encoding="utf-8")
    result = take(path)
    assert (result.unchanged, [one.row for one in result.refused]) == (1, [2])
