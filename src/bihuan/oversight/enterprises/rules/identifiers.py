"""Codes of enterprises, sites and what stands inside them. Pure."""

import re

from django.utils.translation import gettext_lazy as _

from bihuan.kernel.errors import BihuanError

ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
WEIGHTS = tuple(pow(3, place, 31) for place in range(17))
ORGANISATION_WEIGHTS = (3, 7, 9, 10, 5, 8, 4, 2)
USCC_LENGTH = 18

H9 = re.compile(r"H9\d{6}(?:0000\d{5}|[0-9A-Z]{9})[a-hj-np-z]")
SEQUENCE = re.compile(r"\d{3}[A-Z]")
KNOWN_PAIRS = frozenset(
    "11 12 13 19 21 29 31 32 33 34 35 39 41 49 51 52 53 54 55 59 61 62 69 71 72 79".split()
) | (frozenset("81 89 91 92 93 A1 A9 N1 N2 N3 N9 Y1".split()))
LOCAL_CODES = {
    "production": re.compile(r"MF\d{4}"),
    "treatment": re.compile(r"T[AWNS]\d{3}"),
    "outlet": re.compile(r"D[AW]\d{3}"),
}


class BadCreditCode(BihuanError):
    message = _("“%(code)s” is no unified social credit code: %(why)s")


class BadSourceCode(BihuanError):
    message = _("“%(code)s” is no source code by HJ 608: it is the credit code, three digits and a letter.")


def normal(code: str) -> str:
    """Capitals, no blanks; full-width forms as people type them become plain."""
    return "".join(code.split()).translate(FULL_WIDTH).upper()


FULL_WIDTH = {ord("０") + step: ord("0") + step for step in range(10)} | {
    ord("Ａ") + step: ord("A") + step for step in range(26)
}
FULL_WIDTH |= {ord("ａ") + step: ord("a") + step for step in range(26)}


def uscc_check(first_17: str) -> str:
    """The 18th character (GB 32100-2015, 5.2): weights 3^i mod 31 over the first seventeen."""
    total = sum(ALPHABET.index(sign) * weight for sign, weight in zip(first_17, WEIGHTS, strict=True))
    return ALPHABET[-total % 31]


def organisation_check(first_8: str) -> str:
    """The check character of an organisation code (GB 11714-1997) over its first eight."""
    total = sum(int(sign, 36) * weight for sign, weight in zip(first_8, ORGANISATION_WEIGHTS, strict=True))
    return "0X"[11 - total % 11 == 10] if total % 11 in (0, 1) else str(11 - total % 11)


def check_uscc(code: str) -> str:
    """The code in its normal form; raises BadCreditCode with what is wrong with it."""
    code = normal(code)
    if len(code) != USCC_LENGTH:
        raise BadCreditCode(code=code, why=_("it needs 18 characters."))
    if strange := sorted(set(code) - set(ALPHABET)):
        raise BadCreditCode(
            code=code,
            why=_("the characters %(strange)s do not occur in it.") % {"strange": " ".join(strange)},
        )
    if uscc_check(code[:17]) != code[17]:
        raise BadCreditCode(code=code, why=_("its check character does not follow from the others."))
    return code


def is_known_pair(code: str) -> bool:
    """Whether registering authority and kind of body (the first two characters) are a pair in use.

    Amendments add pairs, so an unknown one is worth a question and no reason to refuse.
    """
    return code[:2] in KNOWN_PAIRS


def check_h9(code: str) -> str:
    """The code of a body without a credit code; its last letter is small and is kept so."""
    code = "".join(code.split()).translate(FULL_WIDTH)
    code = code[:-1].upper() + code[-1:].lower()
    if not H9.fullmatch(code):
        raise BadCreditCode(
            code=code, why=_("a code that begins with H9 has 18 characters, the last a small letter.")
        )
    return code


def check_source_code(code: str) -> str:
    """The site's code of HJ 608-2017 in its normal form; the last letter is kept as printed, nobody
    published how it is made."""
    code = normal(code)
    holder, tail = code[:USCC_LENGTH], code[USCC_LENGTH:]
    if not SEQUENCE.fullmatch(tail):
        raise BadSourceCode(code=code)
    if holder.startswith("H9"):
        return check_h9(holder) + tail
    return check_uscc(holder) + tail


def holder_of(source_code: str) -> str:
    return source_code[:USCC_LENGTH]


def is_standard(code: str, what: str) -> bool:
    """Whether a local code has the form of HJ 608-2017 for production, treatment or outlet."""
    return bool(LOCAL_CODES[what].fullmatch(code))
