"""The data of a segment: items between semicolons, fields between commas, one factor an item (6.3.3)."""

import re
from collections import Counter
from collections.abc import Iterator
from decimal import Decimal, InvalidOperation
from functools import lru_cache, partial
from itertools import compress, pairwise
from typing import NamedTuple

from bihuan.oversight.monitoring.rules.frame.faults import Fault
from bihuan.oversight.monitoring.rules.frame.times import read_time
from bihuan.oversight.monitoring.rules.frame.types import Field, Item, Note

NUMBERS = (
    "Rtd", "Min", "Avg", "Max", "Cou", "ZsRtd", "ZsMin", "ZsAvg", "ZsMax",
    "Data", "DayData", "NightData", "RS", "RT", "SampleRd", "StandardValue",
)  # fmt: skip
FLAGS = ("Flag",)
TIMES = ("SampleTime", "CompleteTime")
TEXTS = ("EFlag", "Info", "SN", "SampleType", "ResultType")
SUFFIXES = (*NUMBERS, *FLAGS, *TIMES, *TEXTS)
TIME_NAMES = frozenset(
    ("DataTime", "SystemTime", "BeginTime", "EndTime", "RestartTime", "AlarmTime", "SKCreateTime")
)
FLAG = "Flag"
LONGEST_KEPT = 2048  # plans of longer data are made anew each time, so that nobody fills the memory with them
UNCOUNTED = frozenset((*FLAGS, *TIMES, *TEXTS))

_NUMBER = re.compile(r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]{1,3})?")
_BY_LETTERS = {suffix.lower(): suffix for suffix in SUFFIXES}
_MISPRINTS = {"td": "Rtd"}
_CAPITAL_CODE = re.compile(r"[WAEGIDP][0-9]{5}|[EGD][0-9A-F][0-9]{4}")
_BUT_SEPARATORS = bytes(set(range(256)) - set(b";,="))
_SEPARATOR = re.compile("[;,]")
_FULL_WIDTH = str.maketrans("；，＝", ";,=")


class Name(NamedTuple):
    """What the name of a field says: factor, kind of value, and what had to be repaired."""

    code: str
    suffix: str
    fault: Fault | None = None


class _Plan(NamedTuple):
    """What the names of a message say, the same each time: fields in items, and the faults of names."""

    columns: tuple[tuple[Name, ...], ...]
    notes: tuple[Note, ...]


class _Regular(NamedTuple):
    """A plan in one row, for data without blanks, logs and stray signs; `bounds` cut it into items."""

    codes: tuple[str, ...]
    suffixes: tuple[str, ...]
    counted: tuple[bool, ...]
    bounds: tuple[slice, ...]
    notes: tuple[Note, ...]


Names = tuple[tuple[str, ...], ...]
BARE_FLAG = Name("", FLAG)
_new_field = partial(tuple.__new__, Field)


def read(text: str, notes: list[Note]) -> tuple[Item, ...]:
    """The items of the data in order; what is wrong is added to `notes`."""
    if (
        len(text) <= LONGEST_KEPT
        and text.isascii()
        and " " not in text
        and text.isprintable()
        and "//" not in text
    ):
        parts = text.replace(";", "=").replace(",", "=").split("=")
        names = tuple(parts[::2])
        if plan := _regular(text.encode().translate(None, _BUT_SEPARATORS), names):
            return _read_regular(plan, names, parts[1::2], notes)
    plain = text.translate(_FULL_WIDTH) if not text.isascii() and "//" not in text else text
    if plain != text:
        notes.append(Note(Fault.FULL_WIDTH))
    pairs = [[_pair(token, notes) for token in tokens] for tokens in _tokens(plain, notes)]
    return _read_irregular(pairs, notes)


def _read_regular(
    plan: _Regular, names: tuple[str, ...], texts: list[str], notes: list[Note]
) -> tuple[Item, ...]:
    notes += plan.notes
    numbers = _plain_numbers(plan, texts) or _numbers(plan, texts)
    for place, number in enumerate(numbers):
        if number is None and (fault := _fault_of(names[place], texts[place], plan.suffixes[place])):
            notes.append(Note(fault, f"{names[place]}={texts[place]}"))
    fields = tuple(map(_new_field, zip(names, texts, plan.codes, plan.suffixes, numbers, strict=True)))
    return tuple(fields[bound] for bound in plan.bounds)


def _plain_numbers(plan: _Regular, texts: list[str]) -> list[Decimal | None] | None:
    """All numbers at once where nothing but digits, points and signs is sent; None where they need a look."""
    due = list(compress(texts, plan.counted))
    if "".join(due).encode().translate(None, b"0123456789.+-"):
        return None
    try:
        found = map(Decimal, due)
        return [next(found) if counts else None for counts in plan.counted]
    except InvalidOperation:
        return None


def _numbers(plan: _Regular, texts: list[str]) -> list[Decimal | None]:
    return [
        Decimal(text) if due and _NUMBER.fullmatch(text) else None
        for text, due in zip(texts, plan.counted, strict=True)
    ]


def _read_irregular(pairs: list[list[tuple[str, str]]], notes: list[Note]) -> tuple[Item, ...]:
    plan = _plan_of(tuple(tuple(name for name, _ in item) for item in pairs))
    notes += plan.notes
    return tuple(
        tuple(
            Field(name, text, said.code, said.suffix, _value(name, text, said.suffix, notes))
            for (name, text), said in zip(item, columns, strict=True)
        )
        for item, columns in zip(pairs, plan.columns, strict=True)
    )


@lru_cache(maxsize=2048)
def _regular(separators: bytes, names: tuple[str, ...]) -> _Regular | None:
    """The plan for fields separated like this; None when a field lacks its name or its equals sign."""
    if separators[::2] != b"=" * len(names) or len(separators) != 2 * len(names) - 1 or "" in names:
        return None
    ends = [place + 1 for place, sign in enumerate(separators[1::2]) if sign == ord(";")]
    bounds = tuple(slice(*pair) for pair in pairwise((0, *ends, len(names))))
    plan = _plan_of(tuple(names[bound] for bound in bounds))
    columns = [column for item in plan.columns for column in item]
    return _Regular(
        tuple(column.code for column in columns),
        tuple(column.suffix for column in columns),
        tuple(_counts(name, column.suffix) for name, column in zip(names, columns, strict=True)),
        bounds,
        plan.notes,
    )


def _counts(name: str, suffix: str) -> bool:
    return suffix not in UNCOUNTED and name not in TIME_NAMES


def _tokens(text: str, notes: list[Note]) -> Iterator[list[str]]:
    if not text:
        return
    if text[-1] in ";,":
        notes.append(Note(Fault.TRAILING_SEPARATOR))
        text = text[:-1]
    items = _with_logs(text) if "=//" in text else [item.split(",") for item in text.split(";")]
    for tokens in items:
        kept = [token for token in tokens if token.strip()]
        if len(kept) != len(tokens):
            notes.append(Note(Fault.STRAY_SEPARATOR, ",".join(tokens)))
        if kept:
            yield kept


def _with_logs(text: str) -> list[list[str]]:
    """Items and fields where log text between // may itself hold commas and semicolons (table B.10)."""
    items: list[list[str]] = [[]]
    at = 0
    while at <= len(text):
        end = _token_end(text, at)
        items[-1].append(text[at:end])
        if text[end : end + 1] == ";":
            items.append([])
        at = end + 1
    return items


def _token_end(text: str, at: int) -> int:
    found = _SEPARATOR.search(text, at)
    end = found.start() if found else len(text)
    opened = text.find("=//", at, end)
    closed = text.find("//", opened + 3) if opened >= 0 else -1
    if closed < 0:
        return end
    behind = _SEPARATOR.search(text, closed + 2)
    return behind.start() if behind else len(text)


def _pair(token: str, notes: list[Note]) -> tuple[str, str]:
    name, equals, value = token.partition("=")
    if not equals:
        notes.append(Note(Fault.NO_EQUALS, token))
    elif name.isspace() or not name:
        notes.append(Note(Fault.NO_NAME, token))
    if "=" in value and value[:2] != "//":
        notes.append(Note(Fault.EXTRA_EQUALS, token))
    if token.isprintable() and " " not in token:
        return name, value
    stripped = name.strip(), value.strip()
    if stripped != (name, value):
        notes.append(Note(Fault.BLANKS, token))
    return stripped


def _value(name: str, text: str, suffix: str, notes: list[Note]) -> Decimal | None:
    if _counts(name, suffix) and _NUMBER.fullmatch(text):
        return Decimal(text)
    if fault := _fault_of(name, text, suffix):
        notes.append(Note(fault, f"{name}={text}"))
    return None


def _fault_of(name: str, text: str, suffix: str) -> Fault | None:
    """What is wrong with the text of a field that is no number."""
    if suffix in TIMES or name in TIME_NAMES:
        return read_time(text)[1]
    if not text:
        return Fault.NO_VALUE
    if suffix == FLAG:
        return Fault.FLAG_TOO_LONG if len(text) > 1 else None
    return Fault.NOT_A_NUMBER if suffix in NUMBERS else None


def _plan_of(names: Names) -> _Plan:
    notes: list[Note] = []
    items = [_mend([_read_name(name, notes) for name in item], notes) for item in names]
    _attach_flags(items, notes)
    _look_over(names, items, notes)
    return _Plan(tuple(items), tuple(notes))


def _read_name(name: str, notes: list[Note]) -> Name:
    said = read_name(name)
    if said.fault:
        notes.append(Note(said.fault, name))
    return said


def read_name(name: str) -> Name:
    """Factor code and suffix of a field name; a keyword has neither."""
    code, dash, suffix = name.rpartition("-")
    if not dash:
        return Name("", FLAG) if name == FLAG else Name("", "")
    fault = None
    known = _BY_LETTERS.get(suffix.lower()) or _MISPRINTS.get(suffix.lower())
    if known and known != suffix:
        suffix, fault = known, Fault.SUFFIX_MISPRINT
    if _CAPITAL_CODE.fullmatch(code):
        code, fault = code.lower(), Fault.CODE_CASE
    return Name(code, suffix, fault)


def _mend(columns: list[Name], notes: list[Note]) -> tuple[Name, ...]:
    """Give a code without its first letter the letter its neighbours have (misprint of table C.14)."""
    codes = {name.code for name in columns if name.code}
    if len(codes) < 2:
        return tuple(columns)
    whole = {code[1:]: code for code in codes if len(code) > 1 and code[0].isalpha()}
    lacking = codes & whole.keys()
    notes += [Note(Fault.CODE_MISPRINT, code) for code in sorted(lacking)]
    if len(codes - lacking) > 1:
        notes.append(Note(Fault.SEVERAL_FACTORS, ", ".join(sorted(codes - lacking)[:4])))
    return tuple(name._replace(code=whole.get(name.code, name.code)) for name in columns)


def _attach_flags(items: list[tuple[Name, ...]], notes: list[Note]) -> None:
    """A bare `Flag=N` belongs to the one factor of its item, or else of the item before."""
    before: set[str] = set()
    for number, item in enumerate(items):
        codes = {name.code for name in item if name.code}
        if BARE_FLAG in item:
            notes.append(Note(Fault.FLAG_WITHOUT_FACTOR))
            owner = codes or before
            code = next(iter(owner)) if len(owner) == 1 else ""
            items[number] = tuple(Name(code, FLAG) if name == BARE_FLAG else name for name in item)
        before = codes or before


def _look_over(names: Names, items: list[tuple[Name, ...]], notes: list[Note]) -> None:
    """Repeated names, and factors whose fields are spread over several items."""
    counted = Counter(name for item in names for name in item)
    notes += [Note(Fault.REPEATED_NAME, name) for name, count in counted.items() if count > 1]
    home: dict[str, int] = {}
    split: dict[str, None] = {}
    for number, item in enumerate(items):
        for name, said in zip(names[number], item, strict=True):
            if (
                said.code
                and name != FLAG
                and counted[name] == 1
                and home.setdefault(said.code, number) != number
            ):
                split[said.code] = None
    notes += [Note(Fault.SPLIT_FACTOR, code) for code in split]
