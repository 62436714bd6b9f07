"""A plant with limits on both outlets, and a source of readings that tests fill by hand."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pytest

from bihuan.oversight.enterprises.models import LoggerOutlet, OutletLimit
from bihuan.oversight.enterprises.tests.conftest import SINCE, Plant, build_plant
from bihuan.oversight.monitoring.judgement.inputs import OutletData
from bihuan.oversight.monitoring.rules.periods import HOUR, SHANGHAI
from bihuan.oversight.monitoring.rules.readings import Reading

DAY = date(2026, 11, 2)
MIDNIGHT = datetime(2026, 11, 2, tzinfo=SHANGHAI)


class HandFilled:
    """A source in memory: what a test puts in is what judgement reads."""

    def __init__(self) -> None:
        self.hours: dict[tuple[int, str], dict[datetime, tuple[Reading, datetime]]] = defaultdict(dict)
        self.minutes: dict[tuple[int, str], list[tuple[Reading, datetime]]] = defaultdict(list)
        self.days: dict[tuple[int, str], dict[date, Reading]] = defaultdict(dict)

    def hour(
        self, outlet: int, factor: str, at: datetime, value: float | None, *, arrived: datetime | None = None,
        **more: Any,
    ) -> None:  # fmt: skip
        self.hours[(outlet, factor)][at] = (Reading(at, value, **more), arrived or at + HOUR)

    def series(self, outlet: int, factor: str, start: datetime, values: Sequence[float | None]) -> None:
        for n, value in enumerate(values):
            self.hour(outlet, factor, start + n * HOUR, value)

    def minute(self, outlet: int, factor: str, at: datetime, value: float, **more: Any) -> None:
        self.minutes[(outlet, factor)].append((Reading(at, value, **more), at))

    def read(
        self, outlets: Sequence[int], start: datetime, end: datetime, *, arrived_by: datetime
    ) -> Mapping[int, OutletData]:
        found: dict[int, OutletData] = {}
        for outlet in outlets:
            hours = {
                factor: {
                    at: reading
                    for at, (reading, arrived) in rows.items()
                    if start <= at < end and arrived <= arrived_by
                }
                for (owner, factor), rows in self.hours.items()
                if owner == outlet
            }
            minutes = {
                factor: [one for one, came in rows if start <= one.at < end and came <= arrived_by]
                for (owner, factor), rows in self.minutes.items()
                if owner == outlet
            }
            days = {factor: rows for (owner, factor), rows in self.days.items() if owner == outlet}
            found[outlet] = OutletData(
                {factor: rows for factor, rows in minutes.items() if rows},
                {factor: rows for factor, rows in hours.items() if rows},
                days,
            )
        return found

    def touched(self, since: datetime, until: datetime) -> Mapping[int, Sequence[datetime]]:
        found: dict[int, set[datetime]] = defaultdict(set)
        for (outlet, _factor), rows in self.hours.items():
            found[outlet] |= {at for at, (_one, came) in rows.items() if since < came <= until}
        return {outlet: sorted(hours) for outlet, hours in found.items() if hours}


@pytest.fixture
def source() -> HandFilled:
    return HandFilled()


@pytest.fixture
def plant(world: Any) -> Plant:
    """The chimney with SO₂ ≤ 50 mg/m³ by the hour; the drain with COD ≤ 50 mg/L and pH 6–9 by the day."""
    built = build_plant(world)
    built.enterprise.unit = world.enterprise
    built.enterprise.save(update_fields=["unit"])
    LoggerOutlet.objects.create(logger=built.logger, outlet=built.drain)
    own = {**OutletLimit.where(world.town), "enterprise": built.enterprise, "outlet": built.drain}
    for factor, upper, lower, unit in (("w01018", 50, None, "mg/L"), ("w01001", 9, 6, "1")):
        OutletLimit.objects.create(
            factor_code=factor, averaging="day", upper=Decimal(upper), lower=lower, unit=unit,
            valid_from=SINCE, source="排污许可证", decimals=1, **own,
        )  # fmt: skip
    return built
