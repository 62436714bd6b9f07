"""axe-core, as it stands in a page."""

from collections.abc import Iterator
from typing import Any

from django.conf import settings

AXE = (settings.SOURCE_ROOT.parents[1] / "node_modules/axe-core/axe.min.js").read_text(encoding="utf-8")
RUN = "axe.run(document, {resultTypes: ['violations']})"
GRAVE = ("serious", "critical")


def findings(name: str, page: Any) -> Iterator[str]:
    page.evaluate(AXE)
    for violation in page.evaluate(RUN)["violations"]:
        if violation["impact"] in GRAVE:
            for node in violation["nodes"]:
                yield f"{name}: {violation['id']}: {node['target']}: {node['failureSummary']}"
