"""Branch coverage: at least 90 % of all, 100 % of every `rules` room."""

import json
import sys
from pathlib import Path

FLOOR, RULES_FLOOR = 90.0, 100.0
OTHER_ROOMS = {"actions", "forms", "models", "queries", "views"}


def share(files: list[dict[str, int]]) -> float:
    """Lines and branches covered, in per cent, as coverage.py counts them."""
    total = sum(file["num_statements"] + file.get("num_branches", 0) for file in files)
    covered = sum(file["covered_lines"] + file.get("covered_branches", 0) for file in files)
    return 100.0 * covered / total if total else 100.0


def is_rules(name: str) -> bool:
    """A room called rules, not a page or an action about rules that stands in another room."""
    path = Path(name)
    return "rules" in path.parts[:-1] or (path.name == "rules.py" and path.parent.name not in OTHER_ROOMS)


def main(report: str) -> int:
    files = {name: file["summary"] for name, file in json.loads(Path(report).read_text())["files"].items()}
    rules = {name: summary for name, summary in files.items() if is_rules(name)}
    everything, of_rules = share(list(files.values())), share(list(rules.values()))
    print(
        f"Branch coverage {everything:.1f} % (floor {FLOOR:.0f} %), "
        f"rules {of_rules:.1f} % (floor {RULES_FLOOR:.0f} %)."
    )
    for name, summary in sorted(rules.items()):
        if share([summary]) < RULES_FLOOR:
            print(f"  {name}: {share([summary]):.1f} %")
    return 0 if everything >= FLOOR and of_rules >= RULES_FLOOR else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
