"""The arrows of the house: read every import, fail on one that points up, sideways or in a circle."""

import ast
import sys
from collections.abc import Iterator
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

SOURCE = Path(__file__).resolve().parents[1] / "src"
PACKAGE = SOURCE / "bihuan"

FLOORS = (
    "kernel.errors",
    "kernel.outgoing",
    "kernel.database",
    "kernel.ledger",
    "kernel.calendar",
    "kernel.places",
    "kernel.people",
    "kernel.evidence",
    "kernel.figures",
    "kernel.registers",
    "kernel.identity",
    "kernel.notices",
    "loop",
    "AREAS",
    "reports",
    "web",
)
AREA_GROUPS = ("governance", "quality", "oversight", "transition")


def room_of(module: str) -> str:
    """The room a dotted name lies in: `bihuan.governance.petitions.models` in `governance.petitions`."""
    parts = module.split(".")[1:]
    deep = parts[:1] and parts[0] in (*AREA_GROUPS, "kernel")
    return ".".join(parts[:2] if deep else parts[:1])


def floor_of(room: str) -> int | None:
    name = "AREAS" if room.split(".")[0] in AREA_GROUPS else room
    return FLOORS.index(name) if name in FLOORS else None


def imports(path: Path) -> Iterator[tuple[int, str]]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module and node.module.startswith("bihuan"):
            yield from ((node.lineno, f"{node.module}.{name.name}") for name in node.names)
        elif isinstance(node, ast.Import):
            yield from ((node.lineno, name.name) for name in node.names if name.name.startswith("bihuan"))


def faults() -> Iterator[str]:
    uses: dict[str, set[str]] = {}
    for path in sorted(PACKAGE.rglob("*.py")):
        if {"tests", "migrations"} & set(path.parts) or path.parent == PACKAGE:
            continue
        here = room_of(".".join(path.relative_to(SOURCE).with_suffix("").parts))
        for line, target in imports(path):
            there = room_of(target)
            if there in ("", here):
                continue
            if problem := fault_of(here, there, target):
                yield f"{path.relative_to(SOURCE)}:{line}: {target}: {problem}"
            else:
                uses.setdefault(here, set()).add(there)
    yield from circle_in(uses)


def fault_of(here: str, there: str, target: str) -> str:
    up, down = floor_of(here), floor_of(there)
    if up is None:
        return f"{here} stands on no floor of the house"
    if down is None:
        return "what only tests use"
    if down > up:
        return "the arrow points up"
    areas = FLOORS.index("AREAS")
    if up == down == areas and target.split(".")[3:4] != ["public"]:
        return "an area may use only another area's `public`"
    return ""


def circle_in(uses: dict[str, set[str]]) -> Iterator[str]:
    try:
        TopologicalSorter(uses).prepare()
    except CycleError as circle:
        yield f"a circle: {' → '.join(circle.args[1])}"


if __name__ == "__main__":
    found = list(faults())
    print("\n".join(found) or "Every arrow points down.")
    sys.exit(1 if found else 0)
