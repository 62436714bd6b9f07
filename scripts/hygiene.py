"""What must never stand in the repository: registry addresses, and paths of one machine."""

import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
FORBIDDEN = re.compile(
    r"\bpypi"
    + r"\.org|files\.pythonhosted|registry\.npm"
    + r"js|/ro"
    + r"ot/|/ho"
    + r"me/[a-z]|/wo"
    + r"rk/(main|shared)"
)
BINARY = (".png", ".docx", ".xlsx", ".ico")


def main() -> int:
    files = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True, text=True)
    found = []
    for name in filter(None, files.stdout.split("\0")):
        path = ROOT / name
        if path.suffix in BINARY or not path.exists():
            continue
        for number, line in enumerate(
            path.read_text(encoding="utf-8", errors="replace").splitlines(), start=1
        ):
            if FORBIDDEN.search(line):
                found.append(f"{name}:{number}: {line.strip()[:120]}")
    print("\n".join(found) or "The repository speaks of Bihuan alone.")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
