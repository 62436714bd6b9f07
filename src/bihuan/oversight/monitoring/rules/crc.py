"""The check value of HJ 212, and the ordinary Modbus value that many senders use in its place.

The standard's routine throws the low byte of its register away before each byte (HJ 212-2017 Appendix A).
What is left is a linear map of one byte that returns to itself after eight steps, so the value of a whole
segment is an XOR of the bytes of each of eight lanes, counted from the end, and one look-up per lane.
"""

from itertools import accumulate, repeat

POLYNOMIAL = 0xA001
START = 0xFFFF
LANES = 8
WIDEST = 64 * 64  # bits folded at once; a longer segment is first folded down to this
_REST = (1 << WIDEST) - 1
_LANES_MASK = (1 << 64) - 1


def _step(value: int) -> int:
    for _ in range(8):
        value = value >> 1 ^ (POLYNOMIAL if value & 1 else 0)
    return value


TABLE = tuple(map(_step, range(256)))
POSSIBLE = frozenset(TABLE) | {START}


def _next_lane(lane: tuple[int, ...], _: object) -> tuple[int, ...]:
    return tuple(lane[value >> 8] for value in TABLE)


_LOOK_UPS = tuple(accumulate(repeat(None, LANES - 1), _next_lane, initial=TABLE))
_L0, _L1, _L2, _L3, _L4, _L5, _L6, _L7 = _LOOK_UPS
_BEGINNINGS = tuple(_LOOK_UPS[(size - 1) % LANES][START >> 8] for size in range(LANES))


def check_value(segment: bytes) -> int:
    """The check value of a data segment, 0..0xFFFF (HJ 212-2017 Appendix A, unchanged in 2025)."""
    size = len(segment)
    if not size:
        return START
    number = int.from_bytes(segment, "big")
    while number >> WIDEST:
        number = number >> WIDEST ^ number & _REST
    number ^= number >> 2048
    number ^= number >> 1024
    number ^= number >> 512
    number ^= number >> 256
    number ^= number >> 128
    number ^= number >> 64
    a, b, c, d, e, f, g, h = (number & _LANES_MASK).to_bytes(8, "little")
    begun = _BEGINNINGS[size % LANES]
    return _L0[a] ^ _L1[b] ^ _L2[c] ^ _L3[d] ^ _L4[e] ^ _L5[f] ^ _L6[g] ^ _L7[h] ^ begun


def modbus_value(segment: bytes) -> int:
    """The ordinary Modbus CRC-16 of a segment: not the standard's, but found in the field."""
    value = START
    for byte in segment:
        value = value >> 8 ^ TABLE[(value ^ byte) & 0xFF]
    return value


def swapped(value: int) -> int:
    """The value with its two bytes exchanged, as a sender prints it that puts the low byte first."""
    return value >> 8 | (value & 0xFF) << 8
