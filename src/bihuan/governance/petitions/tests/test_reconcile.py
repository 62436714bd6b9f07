"""Batches as announced: ways of counting are accepted, real mismatches and wrong shares are found."""

import json
from decimal import Decimal
from typing import Any

import pytest

from bihuan.governance.petitions.rules import reconcile as rules
from bihuan.governance.petitions.rules.reconcile import Verdict
from bihuan.governance.petitions.tests.shared import BATCHES, needs_shared

EXPLAINED = {"B018", "B019", "B020", "B023", "B031"}
SLIPS = {"B033"}


def real() -> dict[str, dict[str, Any]]:
    lines = BATCHES.read_text(encoding="utf-8").splitlines()
    return {row["batch_id"]: row for row in map(json.loads, lines)}


def judged(batch: dict[str, Any], **changes: Any) -> Verdict:
    return rules.verdict(rules.check_batch({**batch, **changes}))


@needs_shared
def test_every_real_batch_is_accepted_with_its_way_of_counting() -> None:
    verdicts = {key: judged(batch) for key, batch in real().items()}
    assert {key for key, found in verdicts.items() if found == Verdict.EXPLAINED} == EXPLAINED
    assert {key for key, found in verdicts.items() if found == Verdict.SLIP} == SLIPS
    assert Verdict.MISMATCH not in verdicts.values()


@needs_shared
@pytest.mark.parametrize(
    ("key", "change"),
    [
        ("B001", {"total": 6}),
        ("B003", {"calls": 52}),
        ("B020", {"by_region": {"济南": 355}}),
        ("B023", {"note": ""}),
        ("B020", {"by_type": {"水": 678}}),
        ("B018", {"by_type": {"大气": 60}}),
        ("B002", {"cumulative_total": 1182}),
        ("B027", {"results": {"closed": 157, "in_progress": 80}}),
    ],
)
def test_a_real_mismatch_is_found(key, change) -> None:
    assert judged(real()[key], **change) == Verdict.MISMATCH


@needs_shared
def test_announcements_that_follow_one_another_add_up() -> None:
    batches = list(real().values())
    pairs = [(one, two) for one in batches for two in batches if rules.follows(one, two)]
    assert {(one["batch_id"], two["batch_id"]) for one, two in pairs} == {
        ("B003", "B004"),
        ("B011", "B012"),
        ("B025", "B026"),
        ("B028", "B029"),
    }
    assert {rules.verdict(rules.check_following(one, two)) for one, two in pairs} == {Verdict.AGREES}


@needs_shared
def test_a_day_that_does_not_continue_the_day_before_is_found() -> None:
    first, second = real()["B028"], real()["B029"]
    second["cumulative_by_type"]["水"] += 1
    checks = rules.check_following(first, second)
    assert [check.printed for check in checks if check.verdict == Verdict.MISMATCH] == ["水"]


def test_the_shares_of_a_cumulative_table() -> None:
    """Zhejiang, batch 12 of 2020: all eight shares as printed."""
    counts = (484, 245, 135, 124, 116, 65, 6, 6)
    printed = ("40.98", "20.75", "11.43", "10.50", "9.82", "5.50", "0.51", "0.51")
    checks = [rules.check_share(part, 1181, said) for part, said in zip(counts, printed, strict=True)]
    assert {check.verdict for check in checks} == {Verdict.AGREES}


@pytest.mark.parametrize(
    ("part", "whole", "printed", "verdict"),
    [
        (92, 145, "63.5", Verdict.SLIP),
        (21, 77, "27.26", Verdict.SLIP),
        (10, 65, "15.8", Verdict.MISMATCH),
        (10, 65, "15.4", Verdict.AGREES),
    ],
)
def test_a_printed_share_with_a_slip_is_flagged(part, whole, printed, verdict) -> None:
    assert rules.check_share(part, whole, printed).verdict == verdict


def test_the_hotline_of_july_2017() -> None:
    results = {"phone": 31779, "wechat": 14244, "online": 6948, "accepted": 47086, "closed": 23665}
    checks = rules.check_batch({"total": 52971, "results": {**results, "in_progress": 23421}})
    assert [(check.name, check.verdict) for check in checks] == [
        ("results", "agrees"),
        ("channels", "agrees"),
    ]


def test_what_says_nothing_agrees() -> None:
    assert rules.verdict(rules.check_batch({"total": None, "by_type": {"水": True}})) == Verdict.AGREES
    assert rules.verdict(rules.check_following({}, {})) == Verdict.AGREES
    assert not rules.follows({"area": "甲", "handover_date": "x"}, {"area": "甲", "handover_date": "x"})
    assert not rules.follows({"area": "甲"}, {"area": "乙"})


def test_decimals_from_a_file_are_read_exactly() -> None:
    parts = {"慈溪": Decimal("4.5"), "杭州湾": Decimal("1.5"), "其余": "坏"}
    assert rules.check_batch({"total": 6, "by_region": parts})[0].verdict == Verdict.AGREES
    assert rules.check_batch({"total": 7, "by_region": parts})[0].computed == "6"
    assert rules.check_batch({"total": 5, "by_region": {"慈溪": Decimal("4.5")}})[0].computed == "4.5"


def test_a_difference_needs_a_note_of_its_own_kind() -> None:
    both = {"total": 4, "by_region": {"甲": 3, "乙": 2}}
    assert judged(both, note="一件由两地共有") == Verdict.EXPLAINED
    assert judged(both, note="另有1件") == Verdict.MISMATCH
    assert judged({"total": 4, "by_region": {"甲": 3}}, note="另有1件未列入") == Verdict.EXPLAINED


def test_a_share_of_a_type_that_is_not_listed_is_left_alone() -> None:
    assert judged({"total": 2, "by_type": {"水": 2}, "results": {"share_percent": {"大气": 5}}}) == "agrees"


def test_types_by_problem_without_counts_say_nothing() -> None:
    assert judged({"total": None, "by_type": {"水": 2}, "type_basis": "problem"}) == Verdict.AGREES
