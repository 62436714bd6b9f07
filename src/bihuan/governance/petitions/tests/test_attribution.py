from fractions import Fraction

import pytest

from bihuan.governance.petitions.rules import attribution as rules


def test_ningbo_counts_half_a_case_in_two_districts() -> None:
    """27 petitions of 2020-09-21: 慈溪 4.5 and 杭州湾 1.5, because one belongs to both."""
    whole = {
        "余姚": 7,
        "慈溪": 4,
        "鄞州": 4,
        "江北": 3,
        "东钱湖": 2,
        "海曙": 2,
        "北仑": 2,
        "杭州湾": 1,
        "宁海": 1,
    }
    cases = [{place: Fraction(1)} for place, count in whole.items() for _number in range(count)]
    cases.append(rules.equal(["慈溪", "杭州湾"]))
    found = rules.totals(cases)
    assert sum(found.values()) == 27
    assert (rules.printed(found["慈溪"]), rules.printed(found["杭州湾"])) == ("4.5", "1.5")


def test_thirds_stay_exact() -> None:
    found = rules.totals([rules.equal(["甲", "乙", "丙"])] * 3)
    assert set(found.values()) == {Fraction(1)}
    assert rules.printed(Fraction(1, 3)) == "1/3"


def test_parts_that_are_not_one_are_refused() -> None:
    with pytest.raises(rules.NotWhole):
        rules.check([Fraction(1, 2), Fraction(1, 3)])


@pytest.mark.parametrize("text", ["", "半", "0", "-1", "3/2", "1/0"])
def test_no_part(text) -> None:
    with pytest.raises(rules.BadPart):
        rules.part(text)


def test_a_part_in_either_way_of_writing() -> None:
    assert rules.part("1/2") == rules.part("0.5") == Fraction(1, 2)
