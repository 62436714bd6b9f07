"""The loop's share of a city at full scale: the problems its grids have found and solved over the years."""

from bihuan.loop.demo.building import SOLVED, build, build_solved

__all__ = ["SOLVED", "build", "build_solved"]
