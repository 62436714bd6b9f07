"""Make sure the tests have a browser and a Chinese font; on Debian as root, install them."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

PACKAGES = {"chromium": "chromium", "fonts-noto-cjk": "a Chinese font"}


def missing() -> list[str]:
    gone = [] if shutil.which("chromium") else ["chromium"]
    fonts = (
        subprocess.run(["fc-list", ":lang=zh"], capture_output=True, text=True, check=False)
        if shutil.which("fc-list")
        else None
    )
    if fonts is None or not fonts.stdout.strip():
        gone.append("fonts-noto-cjk")
    return gone


def main() -> int:
    gone = missing()
    if not gone:
        return 0
    if not (Path("/etc/debian_version").exists() and os.geteuid() == 0):
        names = ", ".join(f"{name} ({PACKAGES[name]})" for name in gone)
        print(f"The tests need: {names}. Install with your system's package manager.", file=sys.stderr)
        return 2
    print(f"installing {', '.join(gone)} …")
    quiet = {
        "check": True,
        "stdout": subprocess.DEVNULL,
        "env": {**os.environ, "DEBIAN_FRONTEND": "noninteractive"},
    }
    subprocess.run(["apt-get", "update", "-q"], **quiet)
    subprocess.run(
        ["apt-get", "install", "-y", "-q", "--no-install-recommends", *gone, "fontconfig"], **quiet
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
