"""What the host says to a device: answers with the QN of what they answer, and requests of its own.

Each edition has its own form: 2005 names the answered message inside CP, later ones repeat its QN in the
header; the version bits of the flag are those of the edition (HJ 212-2017 6.4, C.1; HJ/T 212-2005 Appendix C
no. 2–6).
"""

from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache

from bihuan.oversight.monitoring.rules.crc import check_value
from bihuan.oversight.monitoring.rules.frame.encode import Pairs, encode

REQUEST_ANSWER, EXECUTION_RESULT, NOTICE_ANSWER, DATA_ANSWER = 9011, 9012, 9013, 9014
ANSWERS = frozenset({REQUEST_ANSWER, EXECUTION_RESULT, NOTICE_ANSWER, DATA_ANSWER})
NOTICES = frozenset({1013, 9015, 2072})
SYSTEM = "91"
VERSIONS = {"2005": 0, "2017": 1, "2025": 2}
WANTS_ANSWER = 1


def flag_of(edition: str, *, wants_answer: bool) -> str:
    """The flag of a whole message of an edition; an unknown one is spoken to as 2017."""
    return str((VERSIONS.get(edition, 1) << 2) | (WANTS_ANSWER if wants_answer else 0))


def answer(head: Mapping[str, str], command: int, *, edition: str) -> bytes:
    """The 9013 or 9014 for a message with this header."""
    if edition == "2005":
        return encode(tuple(_old_header(head, command)), [[pair] for pair in _old_data(head, command)])
    names = ("QN", "ST", "CN", "PW", "MN", "Flag")
    said = {**head, "ST": SYSTEM, "CN": str(command), "Flag": flag_of(edition, wants_answer=False)}
    return encode([(name, said[name]) for name in names if said.get(name)])


def _old_header(head: Mapping[str, str], command: int) -> Iterator[tuple[str, str]]:
    yield from (("ST", SYSTEM), ("CN", str(command)))
    yield from ((name, head[name]) for name in ("PW", "MN") if head.get(name) and command == NOTICE_ANSWER)


def _old_data(head: Mapping[str, str], command: int) -> Iterator[tuple[str, str]]:
    if head.get("QN"):
        yield ("QN", head["QN"])
    if command == DATA_ANSWER:
        yield ("CN", head["CN"])
        yield from ((name, head[name]) for name in ("PNO", "PNUM") if head.get(name))


@lru_cache(maxsize=65_536)
def _data_answer_tail(password: str, device: str, flag: int) -> tuple[bytes, bytes]:
    """Length and tail of a 9014, which are the same for all messages of a device."""
    tail = f";ST={SYSTEM};CN={DATA_ANSWER};PW={password};MN={device};Flag={flag};CP=&&&&".encode()
    return b"##%04d" % (20 + len(tail)), tail


def data_answer(request_number: str, password: str, device: str, flag: int) -> bytes:
    """As `answer` with 9014 for the message of a device that speaks 2017 or later, many times cheaper.

    `flag` is the flag of the message; its version bits go into the answer.
    """
    length, tail = _data_answer_tail(password, device, flag & ~3)
    segment = b"QN=" + request_number.encode() + tail
    return length + segment + b"%04X\r\n" % check_value(segment)


def request(
    *,
    request_number: str,
    system: str,
    command: int,
    password: str,
    device: str,
    edition: str,
    wants_answer: bool = True,
    data: Sequence[Pairs] = (),
    key: bytes | None = None,
) -> bytes:
    """A request or notice of the host (HJ 212-2017 table C.1 and following)."""
    head = (
        ("QN", request_number),
        ("ST", system),
        ("CN", str(command)),
        ("PW", password),
        ("MN", device),
        ("Flag", flag_of(edition, wants_answer=wants_answer)),
    )
    return encode([pair for pair in head if pair[1]], data, key=key)
