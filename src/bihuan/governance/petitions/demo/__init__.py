"""The area's share of the demo city: the 235 petitions of the second central round, generated."""

from typing import Any

from bihuan.governance.petitions.demo.cast import cast_of
from bihuan.governance.petitions.demo.play import Play
from bihuan.governance.petitions.demo.stories import stories

__all__ = ["TOTAL", "build"]

TOTAL = 235


def build(
    city_world: Any,  # noqa: ARG001
    rng: Any,
    progress: Any = None,
    *,
    scale: str = "small",  # noqa: ARG001
    total: int = TOTAL,
) -> None:
    """Take in, check, rectify, answer and strike off every case through the real actions, dated 2020."""
    cast = cast_of()
    told = stories(cast, rng, total)
    play = Play(cast, rng)
    play.announce(told)
    for story in told:
        play.story(story)
    if progress is not None:
        progress(f"第二轮中央督察：{total} 件信访件全部办结销号")
