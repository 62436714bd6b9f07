"""Encrypted frames of HJ 212-2025 §6.4: read with the key, named without."""

from bihuan.oversight.monitoring.rules import sm4
from bihuan.oversight.monitoring.rules.frame.decode import decode_all
from bihuan.oversight.monitoring.rules.frame.encode import encode
from bihuan.oversight.monitoring.rules.frame.faults import Fault
from bihuan.oversight.monitoring.rules.frame.types import Check, Frame
from bihuan.oversight.monitoring.tests.rules.frames import COD, FLOW, HEAD, MN, PLAIN, TIME, data

KEY = b"0" * 16
T = "DataTime=20240123123200"


def read(raw: bytes, *, key: bytes | None = None) -> Frame:
    (frame,) = decode_all(raw, key=key)
    return frame


class TestEncrypted:
    """HJ 212-2025 §6.4 and Appendix A.2: the check value is that of the plain text."""

    PLAIN = encode(
        (("QN", "20240520210700000"), ("ST", "31"), ("CN", "2051"), ("MN", MN), ("Flag", "9")),
        (TIME, COD, FLOW),
    )

    def sent(self, key: bytes = KEY) -> bytes:
        frame = read(self.PLAIN)
        items = [[(field.name, field.text) for field in item] for item in frame.items]
        return encode(frame.header, items, key=key)

    def test_with_the_key_it_is_read_as_if_plain(self) -> None:
        frame = read(self.sent(), key=KEY)
        assert (frame.crc_ok, frame.faults, frame.segment) == (True, (Fault.ENCRYPTED,), self.PLAIN[6:-6])
        assert frame.items == read(self.PLAIN).items

    def test_without_a_key_header_and_reason_are_there(self) -> None:
        frame = read(self.sent())
        assert not frame.crc_ok
        assert {Fault.ENCRYPTED, Fault.NO_KEY} < set(frame.faults)
        assert (frame.head["MN"], frame.items, frame.standard) == (MN, (), "2025")

    def test_with_another_key(self) -> None:
        assert Fault.WRONG_KEY in read(self.sent(), key=b"1" * 16).faults

    def test_the_printed_notation_on_the_wire(self) -> None:
        raw = self.sent()
        start, end = raw.index(b"&&") + 2, raw.rindex(b"&&")
        listed = b"{" + b",".join(b"0x%02X" % byte for byte in raw[start:end]) + b"}"
        frame = read(raw[:start] + listed + raw[end:], key=KEY)
        assert (frame.crc_ok, frame.faults) == (True, (Fault.ENCRYPTED, Fault.PRINTED_CIPHERTEXT))
        unread = read(raw[:start] + listed + raw[end:])
        assert {Fault.NO_KEY, Fault.PRINTED_CIPHERTEXT, Fault.WRONG_LENGTH} < set(unread.faults)

    def test_a_key_does_no_harm_to_plain_frames_with_a_wrong_check_value(self) -> None:
        broken = read(PLAIN.replace(PLAIN[-6:-2], b"0102"), key=KEY)
        assert broken.faults == (Fault.WRONG_CHECK_VALUE,)
        assert len(broken.items) == 3

    def test_without_cp_there_is_nothing_to_decrypt(self) -> None:
        assert Fault.NO_CP in read(b"##0010QN=1;ST=2&&0102\r\n", key=KEY).faults

    def test_chinese_text_with_a_wrong_check_value_isn_t_taken_for_encrypted(self) -> None:
        text = "i11001-Info=//" + "清洗管路完成" * 10 + "//"
        raw = data(f"{T};{text}")
        frame = read(raw[:-6] + b"0102\r\n")
        assert frame.faults == (Fault.WRONG_CHECK_VALUE,)
        assert frame.first("i11001-Info").count("清洗") == 10

    def test_the_vectors_lengths(self) -> None:
        assert len(sm4.encrypt(b"x" * 147, KEY)) == 147


def test_ciphertext_whose_check_value_is_right_by_chance_is_decrypted_all_the_same() -> None:
    """One ciphertext in 256 has the check value of its plain text."""
    for number in range(3000):
        items = ((("DataTime", "20240123123200"),), (("w01018-Rtd", str(number)), ("w01018-Flag", "N")))
        sent = encode(HEAD, items, key=KEY)
        if decode_all(sent)[0].check is Check.RIGHT:
            break
    assert Fault.NO_KEY in read(sent).faults
    frame = read(sent, key=KEY)
    assert (frame.faults, frame.fields[1].text) == ((Fault.ENCRYPTED,), str(number))
