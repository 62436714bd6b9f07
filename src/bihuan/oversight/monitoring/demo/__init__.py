"""The area's share of the demo city: a month of records of its devices, judged by the real rules."""

from bihuan.oversight.monitoring.demo.building import build

__all__ = ["build"]
