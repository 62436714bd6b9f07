"""GB 32100-2015, GB 11714, HJ 608-2017: the published codes and what is near them."""

import csv
from pathlib import Path

import pytest

from bihuan.oversight.enterprises.rules import identifiers as rules

SAMPLES = Path(__file__).parents[6] / "shared/data/enterprises/uscc_and_permit_samples.csv"
VALID = (
    "91130200699229617X",  # HJ 608-2017, annex
    "91330100799655058B",
    "9144030071526726XG",
    "914403001922038216",
    "91110000600037341L",
    "91330402MA00000159",
    "91330402MA2CXY717U",
    "91330402123456788W",
)


@pytest.mark.parametrize("code", VALID)
def test_a_valid_code_is_its_own_normal_form(code):
    assert rules.check_uscc(code) == code
    assert rules.is_known_pair(code)


@pytest.mark.parametrize(
    ("code", "why"),
    [
        ("91130200699229617Y", "校验码"),
        ("91130200699229671X", "校验码"),
        ("9113O200699229617X", "O"),
        ("9113020069922961", "18 位"),
        ("", "18 位"),
    ],
)
def test_a_wrong_code_is_refused_with_the_reason(code, why):
    with pytest.raises(rules.BadCreditCode) as refusal:
        rules.check_uscc(code)
    assert why in str(refusal.value.fields["why"])


def test_small_letters_blanks_and_wide_characters_are_made_normal():
    assert rules.check_uscc(" 91130200699229617x") == VALID[0]
    assert rules.check_uscc("９１１３０２００ ６９９２２９６１７Ｘ") == VALID[0]


def test_every_single_slip_and_every_exchange_of_neighbours_is_caught():
    code, caught = VALID[0], 0
    for place, sign in enumerate(code):
        for other in set(rules.ALPHABET) - {sign}:
            assert not passes(code[:place] + other + code[place + 1 :])
            caught += 1
    swapped = [at for at in range(17) if code[at] != code[at + 1]]
    for at in swapped:
        assert not passes(code[:at] + code[at + 1] + code[at] + code[at + 2 :])
    assert (caught, len(swapped)) == (540, 13)


def passes(code: str) -> bool:
    try:
        return bool(rules.check_uscc(code))
    except rules.BadCreditCode:
        return False


def test_the_organisation_code_inside_carries_its_own_check():
    assert [rules.organisation_check(code[8:16]) for code in VALID[:5]] == [code[16] for code in VALID[:5]]
    assert rules.organisation_check("00000000") == "0"
    assert rules.organisation_check("00000006") == "X"


@pytest.mark.parametrize("code", ["91130200699229617X001P", "91130200699229617X002P"])
def test_the_sites_of_the_standard_are_taken(code):
    assert rules.check_source_code(code.lower()) == code
    assert rules.holder_of(code) == VALID[0]


@pytest.mark.parametrize(
    "code",
    ["91130200699229617X", "91130200699229617X01P", "91130200699229617X0011", "91130200699229617X001PP"],
)
def test_a_site_code_of_another_form_is_refused(code):
    with pytest.raises(rules.BadSourceCode):
        rules.check_source_code(code)


def test_a_site_of_a_wrong_credit_code_is_refused_for_that():
    with pytest.raises(rules.BadCreditCode):
        rules.check_source_code("91130200699229617Y001P")


def test_a_body_without_a_credit_code_has_an_h9_code():
    assert rules.check_h9("h9330402000000001A") == "H9330402000000001a"
    assert rules.check_source_code("H9330402000000001a001P") == "H9330402000000001a001P"
    for wrong in ("H9330402000000001i", "H933040200000001a", "H8330402000000001a"):
        with pytest.raises(rules.BadCreditCode):
            rules.check_h9(wrong)


@pytest.mark.parametrize(
    ("code", "what", "standard"),
    [
        ("MF0001", "production", True),
        ("MF001", "production", False),
        ("TA001", "treatment", True),
        ("TX001", "treatment", False),
        ("DA001", "outlet", True),
        ("DW012", "outlet", True),
        ("YS001", "outlet", False),
    ],
)
def test_a_code_inside_a_site_is_standard_or_its_owners_own(code, what, standard):
    assert rules.is_standard(code, what) is standard


@pytest.mark.skipif(not SAMPLES.exists(), reason="the published codes are not beside this checkout")
def test_published_codes_hold():
    with SAMPLES.open(encoding="utf-8") as stream:
        rows = [row for row in csv.DictReader(stream) if row["check_digit_computed"] == "valid"]
    assert len(rows) >= 9
    for row in rows:
        check = rules.check_uscc if row["kind"] == "uscc" else rules.check_source_code
        assert check(row["code"]) == row["code"].upper()
