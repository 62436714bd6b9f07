"""The area's share of the demo city: the second central round, and municipal problems around today."""

from typing import Any

from bihuan.governance.inspections.demo.municipal import build_municipal
from bihuan.governance.inspections.demo.players import cast_of
from bihuan.governance.inspections.demo.second_round import build_second_round

__all__ = ["build"]


def build(city_world: Any, rng: Any, progress: Any = None, *, scale: str = "small") -> None:  # noqa: ARG001
    """Build through the loop's own actions; `progress` is called with one line for each part done."""
    cast = cast_of(city_world)
    tell = progress or (lambda _line: None)
    build_second_round(cast, rng)
    tell("第二轮中央督察:12 项反馈问题")
    made = build_municipal(cast, rng)
    tell(f"市级督查:{made} 个问题")
