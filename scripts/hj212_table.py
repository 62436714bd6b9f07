"""Write the tables of docs/hj212.md: every fault, and the result for each collected frame if there."""

import json
import re
import sys
from pathlib import Path

from django.conf import settings

from bihuan.oversight.monitoring.rules.frame.decode import decode_all
from bihuan.oversight.monitoring.rules.frame.faults import FAULTS

ROOT = Path(__file__).resolve().parents[1]
PAGE = ROOT / "docs/hj212.md"
FRAMES = ROOT.parent / "shared/data/hj212_frames.jsonl"


def fault_table() -> str:
    rows = [
        f"| `{fault}` | {grave.name.lower()} | {sentence} |" for fault, (grave, sentence) in FAULTS.items()
    ]
    return "\n".join(["| Code | Gravity | Said to the reader |", "|---|---|---|", *rows])


def frame_table() -> str:
    rows = []
    for number, line in enumerate(FRAMES.read_text(encoding="utf-8").splitlines(), 1):
        said = json.loads(line)
        frames = decode_all(said["raw"].encode())
        first = frames[0]
        faults = ", ".join(dict.fromkeys(str(fault) for frame in frames for fault in frame.faults)) or "none"
        agrees = all(
            frame.crc_ok == said["crc_ok"] and frame.standard == said["standard"] for frame in frames
        )
        fields = " + ".join(str(len(frame.fields)) for frame in frames)
        rows.append(
            f"| {number} | {first.head.get('CN', '-')} | {said['standard']} | {yes(said['crc_ok'])} "
            f"| {yes(first.crc_ok)} ({first.check}) | {fields} | {faults} | {yes(agrees)} |"
        )
    head = "| Line | CN | Edition | crc_ok said | crc_ok found | Fields | Faults named | Agrees |"
    return "\n".join([head, "|---|---|---|---|---|---|---|---|", *rows])


def yes(value: bool) -> str:
    return "yes" if value else "no"


def main() -> int:
    settings.configure(USE_I18N=False)
    page = PAGE.read_text(encoding="utf-8")
    tables = {"faults": fault_table()} | ({"frames": frame_table()} if FRAMES.exists() else {})
    fresh = page
    for name, table in tables.items():
        fresh = re.sub(
            rf"(<!-- {name} -->\n).*?(\n<!-- end -->)",
            lambda m, t=table: m[1] + t + m[2],
            fresh,
            flags=re.DOTALL,
        )
    if "--check" in sys.argv:
        print(
            "docs/hj212.md is up to date." if fresh == page else "docs/hj212.md: run scripts/hj212_table.py"
        )
        return int(fresh != page)
    PAGE.write_text(fresh, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
