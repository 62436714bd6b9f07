"""docs/loop.md from the transition table; `--check` fails when the page is older than the table."""

import os
import sys
from pathlib import Path

PAGE = Path(__file__).resolve().parents[1] / "docs/loop.md"
HEAD = """# The loop

Made from `src/bihuan/loop/rules/transitions.py` by `scripts/loop_diagram.py`; change the table, not the page.

```mermaid
stateDiagram-v2
    [*] --> reported: report
"""


def page() -> str:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "bihuan.web.settings")
    import django

    django.setup()
    from django.utils import translation

    with translation.override("en"):
        return HEAD + "".join(arrows()) + "```\n\n" + table() + "\n" + acts()


def arrows() -> list[str]:
    from bihuan.loop.rules.transitions import TRANSITIONS

    return [f"    {source} --> {row.target}: {row.event}\n" for row in TRANSITIONS for source in row.sources]


def table() -> str:
    from bihuan.loop.rules.transitions import TRANSITIONS

    lines = [
        "| From | To | Event | Permission | Held through | Guards | Stops | Starts |",
        "|---|---|---|---|---|---|---|---|",
    ]
    for row in TRANSITIONS:
        cells = (
            ", ".join(row.sources),
            row.target,
            f"`{row.event}` {row.label}",
            f"`{row.permission}`",
            row.holder,
            ", ".join(row.guards),
            ", ".join(row.stops),
            ", ".join(row.starts),
        )
        lines.append(f"| {' | '.join(map(str, cells))} |")
    return "\n".join(lines) + "\n"


def acts() -> str:
    from bihuan.loop.rules.transitions import ACTS

    lines = [
        "Acts that change no state:",
        "",
        "| Act | Possible while | Permission | Held through |",
        "|---|---|---|---|",
    ]
    for act in ACTS:
        states = "any but archived" if act.event == "attach" else ", ".join(act.sources)
        lines.append(f"| `{act.event}` {act.label} | {states} | `{act.permission}` | {act.holder} |")
    return "\n".join(lines) + "\n"


def main() -> int:
    made = page()
    if "--check" not in sys.argv:
        PAGE.write_text(made, encoding="utf-8")
        return 0
    if PAGE.exists() and PAGE.read_text(encoding="utf-8") == made:
        return 0
    print("docs/loop.md is older than the transition table; run scripts/loop_diagram.py", file=sys.stderr)
    return 1


if __name__ == "__main__":
    sys.exit(main())
