"""What a public text may not carry: telephone and identity numbers that somebody wrote into the story."""

import re

HIDDEN = "〔已隐去〕"

_NUMBERS = re.compile(
    r"(?<!\d)(?:1[3-9]\d[\s-]?\d{4}[\s-]?\d{4}|0\d{2,3}[\s-]?\d{7,8}|\d{17}[\dXx]|\d{15})(?!\d)"
)
_NAMED = re.compile(r"((?:举报人|投诉人|信访人|反映人)(?:姓名)?[::]\s*)([一-鿿]{2,4})(?=[,，。;；、\s(（]|$)")


def mask(text: str) -> str:
    """The text without numbers of persons; a case's own number (D3SX202505280018) stays."""
    hidden = _NUMBERS.sub(lambda found: _hide(found, text), text)
    return _NAMED.sub(lambda found: f"{found[1]}{HIDDEN}", hidden)


def carries_numbers(text: str) -> bool:
    return mask(text) != text


def _hide(found: re.Match[str], text: str) -> str:
    before = text[max(0, found.start() - 3) : found.start()]
    return found[0] if before and before[-1].isascii() and before[-1].isalpha() else HIDDEN
