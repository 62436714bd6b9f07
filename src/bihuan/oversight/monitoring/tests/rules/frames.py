"""Frames for the tests, and strategies that make more."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import strategies as st

from bihuan.oversight.monitoring.rules.frame.encode import encode, frame_of

REAL = Path(__file__).resolve().parents[8] / "shared/data/hj212_frames.jsonl"
MN = "010000A8900016F000169DC0"
HEAD = (
    ("QN", "20240123123205877"), ("ST", "32"), ("CN", "2011"), ("PW", "123456"), ("MN", MN), ("Flag", "5")
)  # fmt: skip
TIME = (("DataTime", "20240123123200"),)
COD = (("w01018-Rtd", "40.1"), ("w01018-Flag", "N"))
FLOW = (("w00000-Rtd", "3.41"), ("w00000-Flag", "N"))
PLAIN = encode(HEAD, (TIME, COD, FLOW))
SEGMENT = PLAIN[6:-6]


def segment(text: str) -> bytes:
    """A whole frame around the data segment `text`."""
    return frame_of(text.encode())


def data(text: str, *, head: str = f"QN=20240123123205877;ST=32;CN=2011;PW=123456;MN={MN};Flag=5") -> bytes:
    """A whole frame around the data `text`."""
    return segment(f"{head};CP=&&{text}&&")


def real_frames() -> Iterator[dict[str, Any]]:
    if not REAL.exists():
        pytest.skip(f"the collected frames are not there: {REAL.name}")
    with REAL.open(encoding="utf-8") as lines:
        yield from map(json.loads, lines)


WORDS = st.text("abcdefgwXYZ019", min_size=1, max_size=8)
VALUES = st.one_of(
    st.decimals(allow_nan=False, allow_infinity=False, places=3, min_value=-10_000, max_value=10_000).map(
        str
    ),
    st.sampled_from(["N", "D", "", "%d", "20240123123200", "//调零;完成,正常//"]),
    WORDS,
)
SUFFIXES = st.sampled_from(["Rtd", "Min", "Avg", "Max", "Cou", "Flag", "ZsAvg", "SampleTime", "Info", "odd"])
FIELDS = st.tuples(st.builds("{}-{}".format, WORDS, SUFFIXES), VALUES)
ITEMS = st.lists(st.lists(FIELDS, min_size=1, max_size=5), max_size=8)
HEADERS = st.fixed_dictionaries(
    {
        "QN": st.datetimes(min_value=__import__("datetime").datetime(2005, 1, 1)).map(
            lambda moment: f"{moment:%Y%m%d%H%M%S}123".rjust(17, "0")
        ),
        "ST": st.sampled_from(["21", "31", "32", "39", "51", "91", "A0"]),
        "CN": st.sampled_from(["1011", "2011", "2021", "2031", "2051", "2061", "3020", "9014", "9015"]),
        "PW": st.just("123456"),
        "MN": st.text("0123456789ABCDEF", min_size=14, max_size=24),
        "Flag": st.sampled_from(["0", "1", "4", "5", "8", "9"]),
    }
)
