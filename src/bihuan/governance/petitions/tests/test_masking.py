import pytest

from bihuan.governance.petitions.rules.masking import HIDDEN, carries_numbers, mask


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("举报人:王小明,电话13805730001", f"举报人:{HIDDEN},电话{HIDDEN}"),
        ("请致电0573-82530000核实", f"请致电{HIDDEN}核实"),
        ("身份证330402199001011234", f"身份证{HIDDEN}"),
        ("138 0573 0001", HIDDEN),
    ],
)
def test_numbers_of_persons_are_hidden(text, shown) -> None:
    assert mask(text) == shown
    assert carries_numbers(text)


@pytest.mark.parametrize(
    "text", ["见D3SX202505280018号件", "面积1234平方米", "2018年6月15日", "举报人反映属实"]
)
def test_case_numbers_and_quantities_stay(text) -> None:
    assert mask(text) == text
