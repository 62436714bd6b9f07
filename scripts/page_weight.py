"""What each kind of page weighs, and how fast it stands, on a phone: starts a demo city and opens each page
in an empty browser. Prints a table for docs/benchmarks.md; exit code 1 when a page is over its budget.

Network and processor are slowed as Lighthouse does for its mobile figures: 150 ms, 1.6 Mbit/s, a quarter of
the processor. Maps and charts load their libraries late and are counted apart.
"""

import os
import sys
from dataclasses import dataclass, field
from typing import Any

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "bihuan.web.settings")

BUDGET_KB = 350
PHONE: dict[str, Any] = {
    "viewport": {"width": 360, "height": 740},
    "is_mobile": True,
    "device_scale_factor": 2,
}
NETWORK = {"offline": False, "latency": 150, "downloadThroughput": 200_000, "uploadThroughput": 93_750}
SLOWDOWN = 4
SETTLED_MS = 1_500
LATE = ("echarts", "maplibre", "map.", "chart.", ".geojson")
OBSERVE = """
window.seen = { lcp: 0, cls: 0, tbt: 0 };
new PerformanceObserver((list) => {
  for (const one of list.getEntries()) seen.lcp = one.startTime;
}).observe({ type: "largest-contentful-paint", buffered: true });
new PerformanceObserver((list) => {
  for (const one of list.getEntries()) if (!one.hadRecentInput) seen.cls += one.value;
}).observe({ type: "layout-shift", buffered: true });
new PerformanceObserver((list) => {
  for (const one of list.getEntries()) seen.tbt += Math.max(0, one.duration - 50);
}).observe({ type: "longtask", buffered: true });
"""


@dataclass
class Weighed:
    """Bytes as they crossed the network, by address; times in milliseconds."""

    name: str
    bytes: dict[str, int] = field(default_factory=dict)
    lcp: float = 0
    cls: float = 0
    tbt: float = 0

    @property
    def late(self) -> int:
        return sum(size for url, size in self.bytes.items() if any(part in url for part in LATE))

    @property
    def first(self) -> int:
        return sum(self.bytes.values()) - self.late

    def row(self) -> str:
        return (
            f"| {self.name} | {len(self.bytes)} | {self.first / 1024:.0f} | {self.late / 1024:.0f} "
            f"| {self.lcp / 1000:.2f} | {self.cls:.3f} | {self.tbt:.0f} |"
        )


def weigh(page: Any, name: str, url: str) -> Weighed:
    found, urls = Weighed(name), {}
    tools = page.context.new_cdp_session(page)
    tools.send("Network.enable")
    tools.send("Network.setCacheDisabled", {"cacheDisabled": True})
    tools.send("Network.emulateNetworkConditions", NETWORK)
    tools.send("Emulation.setCPUThrottlingRate", {"rate": SLOWDOWN})
    tools.on(
        "Network.requestWillBeSent", lambda said: urls.update({said["requestId"]: said["request"]["url"]})
    )
    tools.on("Network.loadingFinished", lambda said: found.bytes.update(
        {urls.get(said["requestId"], said["requestId"]): int(said["encodedDataLength"])}))  # fmt: skip
    page.goto(url)
    page.wait_for_load_state("networkidle")
    page.wait_for_timeout(SETTLED_MS)
    seen = page.evaluate("window.seen")
    found.lcp, found.cls, found.tbt = seen["lcp"], seen["cls"], seen["tbt"]
    tools.detach()
    return found


def main() -> int:
    import django

    django.setup()
    from bihuan.living import DEMO_CITY, chromium, living
    from bihuan.web.tests.camera import PAGES, Camera

    print("| Page | Requests | First load, kB | Map and charts, kB | LCP, s | CLS | TBT, ms |")
    print("|---|--:|--:|--:|--:|--:|--:|")
    heavy, observed = [], set()
    with living(DEMO_CITY, BIHUAN_DEMO="1") as city, chromium() as browser:
        camera = Camera(city, browser, (360, 740))
        camera.view = PHONE
        for name in PAGES:
            page = camera.visit(name)
            if page not in observed:
                page.add_init_script(OBSERVE)
                observed.add(page)
            weighed = weigh(page, name, page.url)
            print(weighed.row(), flush=True)
            if weighed.first > BUDGET_KB * 1024:
                heavy.append(name)
        camera.close()
    print(f"over {BUDGET_KB} kB: {', '.join(heavy)}" if heavy else f"No page is over {BUDGET_KB} kB.")
    return 1 if heavy else 0


if __name__ == "__main__":
    sys.exit(main())
