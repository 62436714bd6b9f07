"""The number of a petition case. Rounds wrote it in many ways: it is recognised, never refused.

Central rounds since 2019 write D3SX202505280018: channel (D call, X letter), round, province, date, serial.
"""

import re
import unicodedata
from dataclasses import dataclass
from datetime import date

CURRENT = "current"
UNKNOWN = "unknown"
MISSING = "missing"

CHANNELS = {"D": "phone", "X": "letter", "信": "letter", "电": "phone"}

_CHANNEL = r"(?P<channel>[DX])"
_DAY = r"(?P<day>\d{8})"

# Name, whether it stands for one case in the whole country's rounds, and how it is written.
PATTERNS: tuple[tuple[str, bool, re.Pattern[str]], ...] = tuple(
    (name, lasting, re.compile(pattern))
    for name, lasting, pattern in (
        (CURRENT, True, rf"{_CHANNEL}(?P<round>[1-9])(?P<province>[A-Z]{{2}}){_DAY}(?P<serial>\d{{4}})"),
        ("province_code", True, rf"{_CHANNEL}(?P<province>\d{{6}}){_DAY}(?P<serial>\d{{4}})"),
        ("channel_date", True, rf"(?P<place>[一-鿿]{{2,4}})?{_CHANNEL}{_DAY}(?P<serial>\d{{3,4}})"),
        (
            "round_year",
            True,
            rf"{_CHANNEL}(?P<round>[1-9])(?P<province>[A-Z]{{2}})(?P<year>\d{{4}})(?P<serial>\d{{5}})",
        ),
        ("letters_date", True, rf"[A-Z]{{2,4}}{_DAY}(?P<serial>\d{{2}})"),
        ("visit_year", True, r"[访信电]受?〔(?P<year>\d{4})〕(?P<month_day>\d{4})(?P<serial>\d{3})"),
        ("word_date", True, rf"(?P<channel>[信电访]){_DAY}(?P<serial>\d{{3}})"),
        ("date_serial", True, rf"{_DAY}(?P<serial>\d{{2}})"),
        ("year_serial", False, r"〔(?P<year>\d{4})〕(?P<serial>\d+)号?"),
        ("serial", False, r"(?P<serial>\d{1,6})"),
        ("list_position", False, r"序号(?P<serial>\d+)"),
        ("starred_serial", False, rf"{_CHANNEL}\*(?P<serial>\d+)"),
    )
)


@dataclass(frozen=True)
class Number:
    """What a printed number says. `lasting` numbers name one case wherever they are printed; others are
    serials that each list begins anew. `starred` marks a key case."""

    printed: str
    text: str
    pattern: str
    lasting: bool = False
    channel: str = ""
    round: int | None = None
    province: str = ""
    received_on: date | None = None
    serial: str = ""
    starred: bool = False
    flags: tuple[str, ...] = ()


def parse(printed: str | None) -> Number:
    """Recognise a number; an unknown way of writing or an impossible date is flagged and kept."""
    text = _plain(printed or "")
    if not text:
        return Number(printed or "", "", MISSING, flags=("number_missing",))
    starred = len(text) > 1 and (text.startswith("*") or text.endswith("*"))
    text = text.strip("*") if starred else text
    for name, lasting, pattern in PATTERNS:
        if found := pattern.fullmatch(text):
            return _number(printed or "", text, name, lasting, starred, found.groupdict())
    return Number(printed or "", text, UNKNOWN, starred=starred, flags=("number_pattern_unknown",))


def _number(
    printed: str, text: str, name: str, lasting: bool, starred: bool, parts: dict[str, str | None]
) -> Number:
    said = parts.get("day") or ""
    if parts.get("month_day"):
        said = f"{parts['year']}{parts['month_day']}"
    day = _day(said)
    return Number(
        printed=printed,
        text=text,
        pattern=name,
        lasting=lasting,
        channel=CHANNELS.get(parts.get("channel") or "", ""),
        round=int(parts["round"]) if parts.get("round") else None,  # type: ignore[arg-type]
        province=parts.get("province") or "",
        received_on=day,
        serial=parts.get("serial") or "",
        starred=starred,
        flags=("number_date_impossible",) if said and day is None else (),
    )


def _plain(printed: str) -> str:
    """Without blanks and width differences, letters large, brackets of one kind."""
    folded = "".join(unicodedata.normalize("NFKC", printed).split()).upper()
    return re.sub(r"[\[(【﹝]", "〔", re.sub(r"[\])】﹞]", "〕", folded))


def _day(text: str) -> date | None:
    try:
        return date(int(text[:4]), int(text[4:6]), int(text[6:8]))
    except ValueError:
        return None
