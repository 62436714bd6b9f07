"""Published city totals as worked examples (mechanism §2)."""

import pytest

from bihuan.governance.inspections.rules.counts import (
    Count,
    Counts,
    ItemFact,
    Nature,
    Totals,
    count,
    disagreements,
    phrase,
)
from bihuan.loop.rules.states import ReportingStatus as Status
from bihuan.loop.rules.states import TimeLimit


def facts(nature: Nature, status: Status, times: int, limit: TimeLimit = TimeLimit.DATE) -> list[ItemFact]:
    return [ItemFact(nature, status, limit)] * times


JIAXING = [
    *facts(Nature.SPECIFIC, Status.CLOSED, 2),
    *facts(Nature.COMMON, Status.CLOSED, 4),
    *facts(Nature.COMMON, Status.COMPLETED, 2),
    *facts(Nature.SPECIFIC, Status.ON_TRACK, 1, TimeLimit.LONG_TERM),
    *facts(Nature.COMMON, Status.ON_TRACK, 3, TimeLimit.LONG_TERM),
]


def test_jiaxing_twelve_items() -> None:
    whole = count(JIAXING)
    assert whole == Counts(closed=6, completed_not_closed=2, on_track=4, behind=0, long_term=4)
    assert (whole.total, whole.done, whole.remaining) == (12, 8, 4)
    specific, common = count(JIAXING, Nature.SPECIFIC), count(JIAXING, Nature.COMMON)
    assert (specific.total, specific.done, specific.remaining) == (3, 2, 1)
    assert (common.total, common.done, common.remaining) == (9, 6, 3)


def test_hangzhou_all_specific_done_and_four_long_term() -> None:
    found = [
        *facts(Nature.SPECIFIC, Status.CLOSED, 4),
        *facts(Nature.COMMON, Status.CLOSED, 6),
        *facts(Nature.COMMON, Status.ON_TRACK, 4, TimeLimit.LONG_TERM),
    ]
    whole = count(found)
    assert (whole.total, whole.done, whole.remaining, whole.long_term) == (14, 10, 4, 4)
    assert count(found, Nature.SPECIFIC).remaining == 0


def test_wenzhou_keeps_closed_apart_from_completed() -> None:
    found = [
        *facts(Nature.COMMON, Status.CLOSED, 3),
        *facts(Nature.COMMON, Status.COMPLETED, 8),
        *facts(Nature.COMMON, Status.NOT_STARTED, 3),
    ]
    whole = count(found)
    assert (whole.closed, whole.completed_not_closed, whole.on_track) == (3, 8, 3)
    assert whole.total == 14


def test_yuhuan_half_of_the_plan_has_no_date() -> None:
    found = [
        *facts(Nature.COMMON, Status.CLOSED, 2),
        *facts(Nature.COMMON, Status.ON_TRACK, 3),
        *facts(Nature.COMMON, Status.ON_TRACK, 5, TimeLimit.LONG_TERM),
    ]
    assert count(found).total == 10
    assert count(found).long_term == 5


def test_kept_up_long_term_is_completed_and_never_behind() -> None:
    found = facts(Nature.COMMON, Status.LONG_TERM, 1, TimeLimit.LONG_TERM)
    assert count(found) == Counts(completed_not_closed=1, long_term=1)
    assert count(facts(Nature.COMMON, Status.BEHIND, 1)).behind == 1


@pytest.mark.parametrize(
    ("status", "words"),
    [
        (Status.CLOSED, "已完成整改并销号"),
        (Status.COMPLETED, "已完成整改"),
        (Status.ON_TRACK, "达到序时进度"),
        (Status.NOT_STARTED, "达到序时进度"),
        (Status.BEHIND, "未达到序时进度"),
        (Status.LONG_TERM, "已完成,长期坚持"),
    ],
)
def test_phrase_of_the_annex(status: Status, words: str) -> None:
    assert phrase(status) == words


def test_agreeing_totals() -> None:
    assert disagreements(Totals(12, specific=3, common=9, done=8, remaining=4, specific_done=2)) == []
    assert disagreements(Totals(14, specific=4, common=10, done=10, remaining=4)) == []


def test_each_disagreement_is_named() -> None:
    found = disagreements(Totals(12, specific=3, common=8, done=8, remaining=3, specific_done=4))
    assert [str(one) for one in found] == ["12 ≠ 3 + 8", "12 ≠ 8 + 3", "4 ≠ 3"]


def test_every_status_has_one_of_the_four_counts() -> None:
    for status in Status:
        assert ItemFact(Nature.COMMON, status).count in Count
