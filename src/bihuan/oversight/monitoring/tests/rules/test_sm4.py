"""Encryption of HJ 212-2025 §6.4 with the vectors of Appendix A.2 (key: sixteen times the digit 0)."""

from hypothesis import given
from hypothesis import strategies as st

from bihuan.oversight.monitoring.rules import sm4

KEY = b"0" * 16


@given(st.binary(max_size=200), st.binary(min_size=16, max_size=16))
def test_decrypting_undoes_encrypting_and_keeps_the_length(plain: bytes, key: bytes) -> None:
    sent = sm4.encrypt(plain, key)
    assert sm4.decrypt(sent, key) == plain
    assert len(sent) == len(plain)


@given(st.binary(max_size=80))
def test_what_is_left_under_sixteen_bytes_stays_plain(plain: bytes) -> None:
    tail = len(plain) % 16
    assert sm4.encrypt(plain, KEY)[len(plain) - tail :] == plain[len(plain) - tail :]


def test_the_standards_printed_notation() -> None:
    assert sm4.from_printed(b"{0xE4,0x3E,0x15}") == b"\xe4\x3e\x15"
    assert sm4.from_printed(b"{0xe4,0X3E,}g=N") == b"\xe4\x3eg=N"
    assert sm4.from_printed(b"DataTime=20240601085857") is None
