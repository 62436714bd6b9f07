import pytest

from bihuan.governance.petitions.rules import vocabulary as words
from bihuan.governance.petitions.rules.vocabulary import Finding, Handling, Pollution, StrikeOff


@pytest.mark.parametrize(
    ("word", "meaning"),
    [
        ("属实", Finding.TRUE),
        ("是", Finding.TRUE),
        ("基本属实", Finding.LARGELY_TRUE),
        ("部分属实。", Finding.PARTLY_TRUE),
        ("不属实", Finding.UNFOUNDED),
        ("否", Finding.UNFOUNDED),
        ("待查", None),
    ],
)
def test_substantiation(word, meaning) -> None:
    assert words.finding(word) == meaning


@pytest.mark.parametrize(
    ("word", "meaning"),
    [
        ("已办结", (Handling.CONCLUDED, StrikeOff.NONE)),
        ("阶段性办结", (Handling.STAGE_CONCLUDED, StrikeOff.NONE)),
        ("正在办理", (Handling.IN_PROGRESS, StrikeOff.NONE)),
        ("拟销号", (Handling.CONCLUDED, StrikeOff.PROPOSED)),
        ("已销号", (Handling.CONCLUDED, StrikeOff.STRUCK_OFF)),
        ("另行处理", None),
    ],
)
def test_closure_is_two_axes(word, meaning) -> None:
    assert words.closure(word) == meaning


@pytest.mark.parametrize(
    ("word", "kind"),
    [
        ("大气污染", Pollution.AIR),
        ("噪音", Pollution.NOISE),
        ("噪声污染", Pollution.NOISE),
        ("餐饮油烟", Pollution.FUME),
        ("畜禽养殖污染", Pollution.LIVESTOCK),
        ("其他污染", Pollution.OTHER),
    ],
)
def test_pollution_types_keep_the_word_of_the_source(word, kind) -> None:
    found = words.pollution(word)
    assert (found.type, found.word, found.known) == (kind, word, True)


def test_an_unknown_type_counts_as_other_and_says_so() -> None:
    found = words.pollution("群众身边的生态环境问题")
    assert (found.type, found.known) == (Pollution.OTHER, False)


def test_each_type_once_the_first_leads() -> None:
    found = words.pollutions(words.split("噪音、大气;噪声"))
    assert [one.type for one in found] == [Pollution.NOISE, Pollution.AIR]


def test_finer_types_count_under_a_central_one() -> None:
    assert words.central(Pollution.DUST) == Pollution.AIR
    assert words.central(Pollution.MARINE) == Pollution.MARINE
    assert len(words.CENTRAL_TYPES) == 8
