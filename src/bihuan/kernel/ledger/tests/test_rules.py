"""Test vectors of the custody chain (green-transition.md §5.3) and properties of the canonical form."""

import json
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bihuan.kernel.ledger import rules

PAYLOADS = (
    '{"event":"collected","sample":"S1","seq":1,"t":"2026-11-01T01:00:00Z"}',
    '{"event":"sealed","sample":"S1","seal":"A001","seq":2,"t":"2026-11-01T01:05:00Z"}',
    '{"event":"received","sample":"S1","seal":"A001","seq":3,"t":"2026-11-03T02:00:00Z"}',
)
CHAINS = {
    "sha256": (
        "33a6f1c084216ef508a3c0fb9e6c7aa7bc4e942f0c047ef7ac9970f43fa62a82",
        "d02a54acd58ae31de35f89a543ff43868319a6fa99f80b913c7401e2907b19c7",
        "a6f7a7df06aa77f57fd7f82ac9facef840d6f0acd548b378f3d560f515a6ffba",
    ),
    "sm3": (
        "e69a0f789e2da530d0cfa7275fe52f94a31dab5c34abed0b4a2b1141e5d30f5f",
        "46eed3a8bf90c78985aa3901548a55248767b58e76195e8b6b98552f26f51714",
        "ff7bc9fb905320018d2db13309b9abc07e4d356bb34609f0b441755dd6e0fec4",
    ),
}
plain = st.none() | st.booleans() | st.integers(-(10**12), 10**12) | st.text(max_size=20)
json_values = st.recursive(
    plain,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=12,
)


@pytest.mark.parametrize("algorithm", CHAINS)
def test_published_chain(algorithm: str) -> None:
    previous = rules.GENESIS
    for seq, (text, expected) in enumerate(zip(PAYLOADS, CHAINS[algorithm], strict=True), start=1):
        payload = json.loads(text)
        assert rules.canonical(payload) == text.encode()
        content = rules.payload_hash(payload, algorithm)
        previous = rules.entry_hash(previous, seq=seq, payload_hash=content, algorithm=algorithm)
        assert previous.hex() == expected


@pytest.mark.parametrize(
    ("algorithm", "expected"),
    [
        ("sha256", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
        ("sm3", "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0"),
    ],
)
def test_published_digests_of_abc(algorithm: str, expected: str) -> None:
    assert rules.digest(b"abc", algorithm).hex() == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("abc", "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0"),
        ("abcd" * 16, "debe9ff92275b8a138604889c18e5a4d6fdb70e5387e5765293dcba39c0c5732"),
    ],
)
def test_gb_t_32905_appendix_a(text: str, expected: str) -> None:
    assert rules.digest(text.encode(), "sm3").hex() == expected


def test_only_hashes_that_this_machine_knows() -> None:
    assert rules.known_algorithm("sm3") == "sm3"
    with pytest.raises(rules.UnknownAlgorithm, match="md5"):
        rules.known_algorithm("md5")


@given(st.dictionaries(st.text(max_size=8), json_values, max_size=5))
def test_canonical_bytes_survive_a_round_trip_in_any_key_order(payload: dict) -> None:
    shuffled = dict(reversed(list(payload.items())))
    assert rules.canonical(payload) == rules.canonical(shuffled)
    assert json.loads(rules.canonical(payload)) == payload


def test_keys_are_ordered_by_utf16_units() -> None:
    assert rules.canonical({"\U0001f600": 1, "\ufb01": 2}) == '{"\U0001f600":1,"\ufb01":2}'.encode()
    within = rules.canonical({"list": [1, {"\ufb01": 2, "\U0001f600": 1}]})
    assert within == '{"list":[1,{"\U0001f600":1,"\ufb01":2}]}'.encode()


@pytest.mark.parametrize("value", [1.5, b"bytes", {1, 2}, datetime(2026, 1, 1)])
def test_what_has_no_canonical_form_is_refused_with_its_place(value: object) -> None:
    with pytest.raises(rules.NotCanonical, match=r"\$\.deep\[1\]"):
        rules.canonical({"deep": ["fine", value]})


def test_a_moment_is_the_same_in_every_zone() -> None:
    moment = datetime(2026, 11, 1, 9, 0, tzinfo=timezone(timedelta(hours=8)))
    assert rules.timestamp(moment) == rules.timestamp(moment.astimezone(UTC)) == "2026-11-01T01:00:00.000000Z"
