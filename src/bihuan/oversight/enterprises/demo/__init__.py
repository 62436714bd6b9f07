"""The area's share of the demo city: invented enterprises with valid codes, marked 演示数据."""

from bihuan.oversight.enterprises.demo.building import COUNTS, build

__all__ = ["COUNTS", "build"]
