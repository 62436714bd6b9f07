"""Places and dates as tables print them."""

from datetime import date

import pytest

from bihuan.governance.petitions.rules.dates import printed_day
from bihuan.kernel.places.printed import Area, areas

TODAY = date(2026, 11, 24)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("浙江省嘉兴市秀洲区", [Area("浙江省", "嘉兴市", "秀洲区")]),
        ("嘉兴市", [Area("", "嘉兴市", "")]),
        ("秀洲区", [Area("", "", "秀洲区")]),
        ("绍兴市越城区、柯桥区", [Area("", "绍兴市", "越城区"), Area("", "绍兴市", "柯桥区")]),
        ("海宁市；桐乡市", [Area("", "海宁市", ""), Area("", "桐乡市", "")]),
        ("重庆市渝中区", [Area("重庆市", "", "渝中区")]),
        ("", []),
    ],
)
def test_a_place(text, found) -> None:
    assert areas(text) == found


def test_a_place_is_put_together_again() -> None:
    assert Area("浙江省", "嘉兴市", "秀洲区").text == "浙江省嘉兴市秀洲区"


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2020-09-04", date(2020, 9, 4)),
        ("2020年9月4日", date(2020, 9, 4)),
        ("2020/9/4", date(2020, 9, 4)),
        ("20200904", date(2020, 9, 4)),
        ("2020-09", None),
        ("2020年9月", None),
        ("2020年", None),
    ],
)
def test_a_day_or_only_its_month(text, day) -> None:
    assert printed_day(text, today=TODAY) == day


@pytest.mark.parametrize("text", ["", "去年", "2020-02-30", "2020-13", "2999-01-01", "2999", "1999-05-01"])
def test_no_possible_day(text) -> None:
    with pytest.raises(ValueError):
        printed_day(text, today=TODAY)
