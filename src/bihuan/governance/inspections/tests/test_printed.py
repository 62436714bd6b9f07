from datetime import date

import pytest

from bihuan.governance.inspections.rules import printed
from bihuan.governance.inspections.rules.counts import Count
from bihuan.governance.inspections.rules.printed import PrintedRound
from bihuan.loop.rules.states import TimeLimit


@pytest.mark.parametrize(
    ("name", "found"),
    [
        ("第二轮中央督察2020", PrintedRound("central", 2, "routine", 2020)),
        ("陕西省第二轮督察", PrintedRound("provincial", 2, "routine", None)),
        ("中央督察回头看2018", PrintedRound("central", None, "look_back", 2018)),
        ("第3轮中央生态环境保护专项督察", PrintedRound("central", 3, "special", None)),
        ("长江经济带生态环境警示片2021", PrintedRound("central", None, "warning_film", 2021)),
    ],
)
def test_round_from_its_name(name: str, found: PrintedRound) -> None:
    assert printed.read_round(name) == found


def test_short_name_stops_at_the_colon() -> None:
    text = "嘉兴港区三期地块历史堆存污泥:2003—2010年污水处理厂运行产生的50多万吨污泥"
    assert printed.short_name(text) == "嘉兴港区三期地块历史堆存污泥"
    assert printed.short_name("整改任务序号十:一些地方不作为。") == "一些地方不作为"


@pytest.mark.parametrize(
    ("text", "limit"),
    [
        ("2021-10-31", (TimeLimit.DATE, date(2021, 10, 31))),
        ("2022年11月30日", (TimeLimit.DATE, date(2022, 11, 30))),
        ("2022年12月底前", (TimeLimit.DATE, date(2022, 12, 31))),
        ("2022年2月", (TimeLimit.DATE, date(2022, 2, 28))),
        ("立行立改、长期坚持", (TimeLimit.LONG_TERM, None)),
        ("", (TimeLimit.DATE, None)),
    ],
)
def test_time_limit(text: str, limit: object) -> None:
    assert printed.read_limit(text) == limit


@pytest.mark.parametrize("text", ["尽快", "2021-13-01", "20211031"])
def test_what_is_no_time_limit(text: str) -> None:
    with pytest.raises(ValueError):
        printed.read_limit(text)


def test_measures_of_one_cell() -> None:
    assert printed.split_measures("1.全面清理;2.依法查处;3、种植绿植") == ["全面清理", "依法查处", "种植绿植"]
    assert printed.split_measures("只有一条") == ["只有一条"]


def test_length_of_a_printed_notice() -> None:
    assert printed.publicity_flags("2021-12-24..2021-12-30 (7 days)") == []
    assert printed.publicity_flags("2021-12-24..2021-12-30 (5 days)") == ["publicity_length_differs"]
    assert printed.publicity_flags("2019-12-13至2019-12-19") == []


def test_printed_status_beside_ours() -> None:
    assert printed.status_flags("written_off", Count.CLOSED) == []
    assert printed.status_flags("written_off", Count.ON_TRACK) == ["status_differs"]
    assert printed.status_flags("published_as_model", Count.ON_TRACK) == []
    assert printed.status_flags("几乎完成", Count.ON_TRACK) == ["status_unknown"]
    assert printed.status_flags("", Count.BEHIND) == []


def test_fields_the_source_left_empty() -> None:
    assert printed.missing_fields({"goal": "x", "deadline": ""}, ("goal", "deadline")) == ["deadline"]
