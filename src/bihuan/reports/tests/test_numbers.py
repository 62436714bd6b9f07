from datetime import date
from decimal import Decimal

import pytest

from bihuan.reports.rules import numbers


@pytest.mark.parametrize(
    ("value", "unit", "style", "words"),
    [
        (12, "项", "", "12项"),
        (Decimal("28.35"), "亿元", "", "28.35亿元"),
        (Decimal("23.70"), "亿元", "", "23.7亿元"),
        (92600, "个", "", "9.26万个"),
        (10199, "家", "", "10199家"),
        (960000, "个", "over", "96万余个"),
        (5800, "家", "over", "5800余家"),
        (25, "%", "at_least", "25%以上"),
        (60, "%", "change", "增长60%"),
        (Decimal("-1.5"), "pp", "change", "下降1.5个百分点"),
        (11, "个月", "bare", "11"),
        (26, "μg/m³", "", "26微克/立方米"),
        (Decimal("3.49"), "", "", "3.49"),
        ("2020-09-01..2020-10-01", "", "", "2020年9月1日至10月1日"),
        ("2020-12-01..2021-01-05", "", "", "2020年12月1日至2021年1月5日"),
        ("2021-02", "", "", "2021年2月"),
        ("2023-01-20", "", "", "2023年1月20日"),
        (date(2023, 1, 20), "", "", "2023年1月20日"),
        ("列全省第一", "", "", "列全省第一"),
        (None, "项", "", ""),
    ],
)
def test_a_value_is_written_as_documents_write_it(value, unit, style, words):
    assert numbers.written(value, unit=unit, style=style) == words


@pytest.mark.parametrize("value", [None, True, "多", float("nan"), date(2023, 1, 1)])
def test_what_is_no_number(value):
    assert numbers.as_number(value) is None


def test_no_exponent():
    assert numbers.plain(Decimal("1E+2")) == "100"
