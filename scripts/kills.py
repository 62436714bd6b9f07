"""Kill the processes of a loaded instance again and again, and count what was lost: `kills.py 200`.

With `--gateway` it is the gateway for devices and its database that are killed while devices send. It starts
an instance with a home, a database and a port of its own, and leaves nothing behind. Exit code 1 when
something acknowledged is missing, or anything is there twice.
"""

import argparse
import json
import os
import random
import sys
import tempfile
from typing import Any

import django

FAULTS = ("missing", "twice", "photos_missing", "rotten_files", "never_sent")
DEVICES = 60


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("kills", type=int, nargs="?", default=200)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--gateway", action="store_true", help="kill gateway and database under devices")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as home:
        os.environ |= {"BIHUAN_HOME": home, "DJANGO_SETTINGS_MODULE": "bihuan.web.settings"}
        django.setup()
        found = (kill_gateway if asked.gateway else kill)(asked.kills, asked.seed)
    print(json.dumps(found, indent=1))
    return 1 if any(found.get(fault) for fault in FAULTS) else 0


def kill(kills: int, seed: int) -> dict[str, Any]:
    from bihuan.kills import run
    from bihuan.living import living

    with living() as instance:
        return run(instance, kills=kills, seed=seed)


def kill_gateway(kills: int, seed: int) -> dict[str, Any]:
    from bihuan.gateway_kills import run

    chosen = random.Random(seed).choices(("gateway", "database"), (2, 1), k=kills)
    return run(devices=DEVICES, kills=chosen, seed=seed)


if __name__ == "__main__":
    sys.exit(main())
