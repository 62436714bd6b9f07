"""Size budgets: functions, files, templates, scripts; and nothing inline in a template."""

import ast
import re
import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
PACKAGE = ROOT / "src/bihuan"
FUNCTION, MODULE, TEMPLATE, SCRIPT = 60, 400, 150, 150
JINJA = re.compile(r"{%.*?%}|{{.*?}}")
INLINE = re.compile(r"<style|\sstyle=|\son[a-z]+=\"|<script(?![^>]*\bsrc=)(?![^>]*application/json)")


def own(pattern: str) -> list[Path]:
    skipped = ("vendor", "migrations", "node_modules")
    return [path for path in sorted(PACKAGE.rglob(pattern)) if not set(skipped) & set(path.parts)]


def lines(path: Path) -> int:
    return len(path.read_text(encoding="utf-8").splitlines())


def long_functions(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            length = (node.end_lineno or node.lineno) - node.lineno + 1
            if length > FUNCTION:
                yield f"{path.relative_to(ROOT)}:{node.lineno}: {node.name} has {length} lines"


def faults() -> Iterator[str]:
    for pattern, limit in (("*.py", MODULE), ("*.html", TEMPLATE), ("*.js", SCRIPT)):
        for path in own(pattern):
            if lines(path) > limit:
                yield f"{path.relative_to(ROOT)}: {lines(path)} lines, the limit is {limit}"
    for path in own("*.py"):
        yield from long_functions(path)
    for path in own("*.html"):
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
            if INLINE.search(JINJA.sub("", line)):
                yield f"{path.relative_to(ROOT)}:{number}: inline script or style"


if __name__ == "__main__":
    found = list(faults())
    print("\n".join(found) or "Every room has its size.")
    sys.exit(1 if found else 0)
