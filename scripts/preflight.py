"""Say in one sentence what is missing before anything is installed; runs on the bare machine."""

import importlib.util
import sys

NEEDED = (3, 11)


def main() -> int:
    if sys.version_info < NEEDED:
        found = ".".join(map(str, sys.version_info[:2]))
        print(f"Bihuan needs Python {NEEDED[0]}.{NEEDED[1]} or newer; this is {found}.", file=sys.stderr)
        return 2
    if not all(importlib.util.find_spec(name) for name in ("venv", "ensurepip")):
        print("Python's venv is missing; on Debian: apt-get install python3-venv", file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
