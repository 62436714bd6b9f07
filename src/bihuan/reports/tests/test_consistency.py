import pytest

from bihuan.reports.rules import consistency

CLAIMS = frozenset({"petitions_all_closed", "remaining_on_track"})
GOOD = {
    "feedback_total": "12",
    "feedback_specific": "3",
    "feedback_common": "9",
    "feedback_done": "8",
    "feedback_specific_done": "2",
    "feedback_remaining": "4",
    "feedback_behind": "0",
    "petition_total": "235",
    "petition_struck_off": "235",
    "patrol_grids": "4649",
    "patrol_micro_grids": "92600",
    "water_sections_class_three": "100",
    "rights_trade_share": "20",
    "meetings_assessment_weight": "25",
}


def refused(claims=CLAIMS, **changes):
    values = {**GOOD, **changes}
    return {one.check: one for one in consistency.judge(values, claims=claims) if not one.passed}


def test_the_published_totals_pass_every_check():
    outcomes = consistency.judge(GOOD, claims=CLAIMS)
    assert [one.check for one in outcomes if not one.passed] == []
    assert len(outcomes) == len(consistency.CHECKS)
    assert all(one.message % one.params for one in outcomes)


@pytest.mark.parametrize(
    ("changes", "check", "sentence"),
    [
        (
            {"feedback_common": "8", "feedback_remaining": "4"},
            "items_by_kind",
            "Items by kind don't add up: 12 in all, but 3 specific + 8 common.",
        ),
        (
            {"feedback_done": "7"},
            "items_by_state",
            "Items by state don't add up: 7 completed + 4 remaining, but 12 in all.",
        ),
        (
            {"feedback_specific_done": "4"},
            "specific_completed",
            "Completed specific items (4) exceed all completed (8) or all specific items (3).",
        ),
        (
            {"feedback_done": "12", "feedback_remaining": "0"},
            "common_completed",
            "Of 12 completed items only 2 are specific; the rest exceeds the 9 common items.",
        ),
        (
            {"petition_struck_off": "236"},
            "petitions_within",
            "Petition cases struck off (236) exceed all cases (235).",
        ),
        (
            {"petition_struck_off": "234"},
            "petitions_all_closed",
            "The report says that all petition cases are struck off (100 %), but it is 234 of 235.",
        ),
        (
            {"feedback_behind": "1"},
            "remaining_on_track",
            "The report says that the 4 remaining items are on track, but 1 are behind their milestones.",
        ),
        (
            {"patrol_micro_grids": "9"},
            "micro_grids",
            "There are fewer micro-grids (9) than grids (4649).",
        ),
        (
            {"rights_trade_share": "120"},
            "share_rights_trade_share",
            "The share 120 % doesn't lie between 0 and 100 %.",
        ),
    ],
)
def test_each_disagreement_is_refused_in_a_sentence(changes, check, sentence):
    found = refused(**changes)
    assert check in found
    assert found[check].message % found[check].params == sentence


def test_a_claim_that_is_not_made_is_not_checked():
    assert refused(claims=frozenset(), petition_struck_off="234", feedback_behind="2") == {}


def test_a_missing_figure_is_reported_once_and_spares_the_sums():
    values = {**GOOD, "petition_struck_off": None}
    assert all("petition_struck_off" not in one.figures for one in consistency.judge(values, claims=CLAIMS))
    [outcome] = consistency.missing(
        ["petition_struck_off", "petition_total"], values=values, day="2023-01-20"
    )
    assert not outcome.passed
    assert outcome.message % outcome.params == "The figure petition_struck_off has no value on 2023-01-20."


@pytest.mark.parametrize(("rows", "passed"), [(3, True), (2, False)])
def test_the_annex_has_one_row_for_each_specific_item(rows, passed):
    assert consistency.annex_complete(rows, "3").passed is passed


def test_an_annex_without_a_count_is_refused():
    outcome = consistency.annex_complete(3, None)
    assert outcome.message % outcome.params == "The annex has 3 rows, but there are — specific items."


def test_what_has_to_be_asked_for():
    assert set(consistency.figures_checked(CLAIMS)) == set(GOOD)
    assert "feedback_behind" not in consistency.figures_checked(frozenset())
