"""What the host answers (HJ/T 212-2005 and HJ 212-2017, 9013 and 9014), read back by our own decoder."""

import pytest

from bihuan.oversight.monitoring.rules.frame.answers import answer
from bihuan.oversight.monitoring.rules.frame.decode import decode
from bihuan.oversight.monitoring.rules.frame.framing import Splitter

HEAD = {"QN": "20261126120000001", "ST": "31", "CN": "2051", "PW": "123456", "MN": "A1", "Flag": "5"}


def read(frame: bytes):
    (piece,) = Splitter().feed(frame)
    found = decode(piece)
    assert found.crc_ok
    return found


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({}, {"QN": "20261126120000001", "CN": "2051"}),
        ({"PNO": "1", "PNUM": "2"}, {"QN": "20261126120000001", "CN": "2051", "PNO": "1", "PNUM": "2"}),
        ({"QN": ""}, {"CN": "2051"}),
    ],
)
def test_2005_answers_data_with_its_number_and_part(more, said):
    found = read(answer(HEAD | more, 9014, edition="2005"))
    assert (found.head["ST"], found.head["CN"]) == ("91", "9014")
    assert "MN" not in found.head
    assert {name: found.first(name) for name in ("QN", "CN", "PNO", "PNUM") if found.first(name)} == said


def test_2005_answers_a_notice_with_the_device():
    found = read(answer(HEAD, 9013, edition="2005"))
    assert (found.head["CN"], found.head["MN"], found.first("QN")) == ("9013", "A1", HEAD["QN"])
    assert not found.first("CN")


@pytest.mark.parametrize("edition", ["2017", "2025"])
def test_later_editions_answer_in_the_header(edition):
    found = read(answer(HEAD, 9014, edition=edition))
    assert (found.head["QN"], found.head["ST"], found.head["CN"]) == (HEAD["QN"], "91", "9014")
