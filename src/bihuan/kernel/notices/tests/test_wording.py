import pytest
from hypothesis import given
from hypothesis import strategies as st

from bihuan.kernel.notices.rules.wording import Message, cut_to, one_line, parcels


def test_a_message_is_its_parts_on_lines():
    assert Message("题", "文", "https://a.example/1").text() == "题\n文\nhttps://a.example/1"
    assert Message("题").text() == "题"


@pytest.mark.parametrize(
    ("text", "line"),
    [("一\r\nBcc: x@y.example", "一 Bcc: x@y.example"), ("a\x00b\u2028c", "a b c"), ("好", "好")],
)
def test_a_heading_has_one_line(text, line):
    assert one_line(text) == line


def test_a_long_text_is_cut_between_characters():
    assert cut_to("整改", 6) == "整改"
    assert cut_to("整改办", 8) == "整…"


@given(texts=st.lists(st.text(min_size=1), min_size=1, max_size=30), size=st.integers(20, 200))
def test_parcels_hold_every_text_in_order_and_fit(texts, size):
    packed = list(parcels(texts, size=size))
    assert sum(count for count, _text in packed) == len(texts)
    assert all(len(text.encode()) <= size for _count, text in packed)
    assert "\n\n".join(text for _count, text in packed) == "\n\n".join(cut_to(one, size) for one in texts)


def test_nothing_makes_no_parcel():
    assert list(parcels([], size=10)) == []
