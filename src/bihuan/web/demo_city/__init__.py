"""The demo city: public facts of Jiaxing and generated records, built through the real actions."""

import random
from collections.abc import Callable
from importlib import import_module

from django.db import transaction

from bihuan.kernel.ledger.actions.sealing import make_checkpoint

SEED = 20230120
SHARES = (
    "bihuan.governance.inspections.demo",
    "bihuan.governance.petitions.demo",
    "bihuan.oversight.enterprises.demo",
    "bihuan.oversight.monitoring.demo",
    "bihuan.reports.demo",
    "bihuan.loop.demo",
)

Progress = Callable[[str], None]


def build_once(scale: str, *, progress: Progress) -> bool:
    """Build the city unless this database holds people already; all of it or nothing."""
    from bihuan.kernel.people.models import User

    if User.objects.exists():
        return False
    with transaction.atomic():
        build(scale, progress=progress)
        if scale == "small":  # a big one is sealed by the job, in portions
            make_checkpoint()
    return True


def build(scale: str, *, progress: Progress) -> None:
    """`scale` is "small" or "city"; each area adds its share in the order of SHARES."""
    from bihuan.web.demo_city.world import build_world

    rng = random.Random(f"{SEED}/{scale}")
    world = build_world(scale)
    progress(f"{len(world.jurisdictions)} 个行政区划和功能区，{len(world.users)} 名演示用户")
    for module in SHARES:
        import_module(module).build(world, rng, progress, scale=scale)
