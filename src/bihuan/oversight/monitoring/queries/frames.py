"""A frame as its reader sees it: the raw text on one side, what the decoder made of it on the other."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils import timezone

from bihuan.oversight.enterprises.public import logger_at
from bihuan.oversight.monitoring.labels import flag_word
from bihuan.oversight.monitoring.rules import commands
from bihuan.oversight.monitoring.rules.frame import names
from bihuan.oversight.monitoring.rules.frame.decode import decode_all
from bihuan.oversight.monitoring.rules.frame.faults import FAULTS, Fault, Grave
from bihuan.oversight.monitoring.rules.frame.types import Check, Field, Frame, small_number
from bihuan.oversight.monitoring.words import factor_name, shown_unit, table

MARKS = {Grave.NOTE: "info", Grave.REPAIR: "soon", Grave.LOSS: "late"}
SECRET = re.compile(r"\b((?:New)?(?:PW|SK)\s*=\s*)[^;&,]*", re.IGNORECASE)
SECRETS = frozenset(("PW", "NEWPW", "NEWSK"))
HIDDEN = "••••••"
INVISIBLE = {ord("\r"): "␍", ord("\n"): "␊\n", ord("\t"): "␉", 0: "␀"}
FLAG_SUFFIX = "Flag"


@dataclass(frozen=True)
class FaultLine:
    mark: str
    text: Any
    detail: str = ""


@dataclass(frozen=True)
class Line:
    """One field as sent (`name`, `text`) and what it means in words."""

    name: str
    text: str
    meaning: str


@dataclass(frozen=True)
class Group:
    """The fields of one factor together; `title` is empty for what belongs to no factor."""

    code: str
    title: str
    unit: str
    lines: Sequence[Line]


@dataclass(frozen=True)
class FrameView:
    frame: Frame
    header: Sequence[Line]
    groups: Sequence[Group]
    faults: Sequence[FaultLine]

    @property
    def mark(self) -> str:
        gravest = self.frame.gravity
        return MARKS[Grave(gravest)] if gravest else "ok"

    @property
    def command(self) -> Any:
        return names.command_name(small_number(self.frame.head.get("CN")))

    @property
    def check_fits(self) -> bool:
        return self.frame.check is Check.RIGHT


def raw_text(raw: bytes) -> str:
    """The bytes as text, what is invisible made visible, passwords and keys not shown."""
    text = raw.decode("utf-8", "backslashreplace").translate(INVISIBLE)
    return SECRET.sub(rf"\g<1>{HIDDEN}", text)


def views(raw: bytes, *, mn: str = "", at: datetime | None = None) -> list[FrameView]:
    """Every frame in the bytes, opened with the key that its device had at the time, or has now."""
    found = []
    for frame in decode_all(raw):
        number = mn or frame.head.get("MN", "")
        if {Fault.NO_KEY, Fault.ENCRYPTED} & set(frame.faults):
            frame = _opened(frame, number, at)
        found.append(view_of(frame))
    return found


def _opened(frame: Frame, mn: str, at: datetime | None) -> Frame:
    logger = (logger_at(mn, at) if at else None) or logger_at(mn, timezone.now())
    if logger is None or not logger.sealed_key:
        return frame
    return next(iter(decode_all(frame.raw, key=logger.sm4_key)), frame)


def view_of(frame: Frame) -> FrameView:
    edition = frame.standard
    return FrameView(
        frame=frame,
        header=[Line(name, _shown(name, text), _header_meaning(name, text)) for name, text in frame.header],
        groups=list(_groups(frame, edition)),
        faults=[fault_line(str(note.fault), note.detail) for note in frame.notes],
    )


def fault_line(code: str, detail: str = "") -> FaultLine:
    """A fault in words; the code itself where another version of the program wrote it."""
    if code not in FAULTS:
        return FaultLine("info", code, detail)
    gravity, text = FAULTS[Fault(code)]
    return FaultLine(MARKS[gravity], text, detail)


def _shown(name: str, text: str) -> str:
    return HIDDEN if name.upper() in SECRETS else text


def _header_meaning(name: str, text: str) -> str:
    word = str(names.HEADER.get(name, ""))
    said = {"CN": names.command_name(small_number(text)), "ST": names.SYSTEMS.get(text, "")}.get(name, "")
    return f"{word}：{said}" if said else word


def _groups(frame: Frame, edition: str) -> Iterator[Group]:
    by_code: dict[str, list[Field]] = {}
    for field in frame.fields:
        by_code.setdefault(field.code, []).append(field)
    for code, fields in by_code.items():
        row = table().find(code) if code else None
        unit = row.unit(edition) if row is not None and edition in ("2005", "2017", "2025") else ""
        title = factor_name(code) if row is not None else ""
        lines = [Line(one.name, _shown(one.name, one.text), _meaning(one)) for one in fields]
        yield Group(code, title, shown_unit(unit), lines)


def _meaning(field: Field) -> str:
    if field.name in names.FIELDS:
        said = _answer(field)
        return f"{names.FIELDS[field.name]}{f'：{said}' if said else ''}"
    if field.suffix == FLAG_SUFFIX:
        return f"{names.SUFFIXES[FLAG_SUFFIX]}：{flag_word(field.text)}"
    return str(names.SUFFIXES.get(field.suffix, ""))


def _answer(field: Field) -> str:
    """What a return code says (HJ 212-2017 tables 6 and 7)."""
    code = small_number(field.text)
    tables = {"ExeRtn": commands.EXECUTIONS, "QnRtn": commands.REQUESTS}
    return str(tables[field.name].get(code or 0, "")) if field.name in tables else ""
