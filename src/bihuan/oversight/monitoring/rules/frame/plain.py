"""A frame as plain data, for programs and for pages."""

from collections.abc import Sequence
from typing import Any

from bihuan.oversight.monitoring.rules.frame.faults import FAULTS, Fault
from bihuan.oversight.monitoring.rules.frame.types import Frame


def as_plain(frame: Frame) -> dict[str, Any]:
    """Header and data in the order sent. `cp` is a list of pairs where a name comes twice, else a mapping."""
    pairs = [[field.name, field.text] for field in frame.fields]
    names = {name for name, _ in pairs}
    return {
        "crc_ok": frame.crc_ok,
        "standard": frame.standard,
        "header": frame.head,
        "cp": pairs if len(names) < len(pairs) else dict(pairs),
        "faults": [str(fault) for fault in frame.faults],
        "check": {"by": str(frame.check), "received": frame.received, "computed": f"{frame.computed:04X}"},
        "data_time": frame.data_time.isoformat() if frame.data_time else None,
        "fields": [
            {
                "name": field.name,
                "text": field.text,
                "code": field.code,
                "suffix": field.suffix,
                "number": None if field.number is None else str(field.number),
            }
            for field in frame.fields
        ],
        "notes": [
            {"fault": str(note.fault), "gravity": FAULTS[note.fault][0].name.lower(), "detail": note.detail}
            for note in frame.notes
        ],
    }


def line_as_plain(frames: Sequence[Frame]) -> dict[str, Any]:
    """All that one line holds as one object: its first frame, further ones under `more`."""
    whole = [frame for frame in frames if Fault.NO_ENVELOPE not in frame.faults]
    first, *more = whole or frames
    shown = as_plain(first)
    said = shown["faults"]
    if whole and len(whole) < len(frames):
        said.append(str(Fault.RUBBISH))
    if more:
        said.append(str(Fault.GLUED))
    return shown | {"more": [as_plain(frame) for frame in more]}
