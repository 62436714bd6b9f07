"""A big city's enterprises as rows for COPY: what the actions would have written."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import timedelta
from typing import Any

from django.db import connection, models
from django.utils import timezone

from bihuan.kernel.database.copying import copy, encode
from bihuan.kernel.ledger.bulk import Draft, chain
from bihuan.kernel.ledger.rules import SYSTEM
from bihuan.oversight.enterprises import keys
from bihuan.oversight.enterprises.actions.codes import key_in_force
from bihuan.oversight.enterprises.actions.records import make_findable
from bihuan.oversight.enterprises.demo.plants import MARK, Pipe, Plant, tightened
from bihuan.oversight.enterprises.models import (
    Enterprise,
    EnterpriseCode,
    FacilityLink,
    Logger,
    LoggerOutlet,
    Outlet,
    OutletLimit,
    ProductionFacility,
    Site,
    TreatmentFacility,
)
from bihuan.oversight.enterprises.queries.books import factor_table
from bihuan.oversight.enterprises.rules.codes import token_of
from bihuan.oversight.enterprises.rules.vocabulary import Edition, IdKind, Medium, OutletKind, TreatedMedium

BATCH = 1_000
ONE_DAY = timedelta(days=1)
ORDER = (
    Enterprise, Site, Outlet, OutletLimit, ProductionFacility, TreatmentFacility, FacilityLink, Logger,
    LoggerOutlet, EnterpriseCode,
)  # fmt: skip


class Writer:
    """Rows with their keys; `random` gives the bytes of the codes' tokens."""

    def __init__(self, random: Any) -> None:
        self.random = random
        self.next: dict[type[models.Model], int] = defaultdict(lambda: 1)
        self.units = _units()
        self.key_version = key_in_force().version
        self.now = timezone.now()
        for model in ORDER:
            self.next[model] = (model._default_manager.aggregate(last=models.Max("pk"))["last"] or 0) + 1

    def write(self, plants: Iterable[Plant]) -> Iterator[int]:
        """Copies in portions; yields how many enterprises are written."""
        waiting: list[models.Model] = []
        done = 0
        for done, plant in enumerate(plants, start=1):
            waiting += self.rows(plant)
            if done % BATCH == 0:
                _send(waiting)
                waiting = []
                yield done
        if waiting:
            _send(waiting)
            yield done
        self._count_on()

    def rows(self, plant: Plant) -> Iterator[models.Model]:
        where = {
            "jurisdiction_id": plant.spot.jurisdiction_id,
            "jurisdiction_path": plant.spot.path,
            "remark": MARK,
        }
        enterprise = self._enterprise(plant, where)
        yield enterprise
        own = {**where, "enterprise_id": enterprise.pk}
        site = self._row(
            Site, name=plant.name, source_code=plant.source_code, address=plant.address,
            industry_code=plant.trade.code, lon=plant.lon, lat=plant.lat, **own,
        )  # fmt: skip
        yield site
        yield from self._outlets(plant, {**own, "site_id": site.pk})
        yield self._row(
            EnterpriseCode, enterprise_id=enterprise.pk, token=token_of(self.random.randbytes(16)),
            key_version=self.key_version, issued_at=plant.coded_at,
        )  # fmt: skip
        yield from self._events(plant, enterprise)

    def _enterprise(self, plant: Plant, where: dict[str, Any]) -> Enterprise:
        enterprise: Enterprise = self._row(
            Enterprise, name=plant.name, id_kind=IdKind.USCC, uscc=plant.uscc, address=plant.address,
            legal_representative=plant.legal, contact_name=plant.contact, contact_phone=plant.phone,
            industry_code=plant.trade.code, industry=plant.trade.industry, key_unit=plant.key,
            management_class=plant.trade.management, lon=plant.lon, lat=plant.lat,
            registered_on=timezone.localdate(plant.coded_at), changed_at=self.now, **where,
        )  # fmt: skip
        make_findable(enterprise)
        return enterprise

    def _outlets(self, plant: Plant, at: dict[str, Any]) -> Iterator[models.Model]:
        machines = list(self._machines(plant, at))
        yield from machines
        own = {name: value for name, value in at.items() if name != "site_id"}
        for number, pipe in enumerate(plant.pipes):
            outlet = self._row(
                Outlet, code=pipe.code, name=pipe.spec.name, medium=pipe.spec.medium,
                system_code=pipe.system_code, must_monitor=pipe.monitored, lon=pipe.lon, lat=pipe.lat,
                kind=OutletKind.MAIN if plant.key else OutletKind.GENERAL, **at,
            )  # fmt: skip
            yield outlet
            yield from self._limits(plant, pipe, {**own, "outlet_id": outlet.pk})
            if machines:
                yield from self._treated(
                    plant, pipe, machines, number=number, at={**at, "outlet_id": outlet.pk}
                )
            if pipe.monitored:
                yield from self._logger(plant, number, {**at}, outlet_id=outlet.pk)

    def _limits(self, plant: Plant, pipe: Pipe, own: dict[str, Any]) -> Iterator[models.Model]:
        since, stricter = timezone.localdate(plant.coded_at), plant.stricter_since
        for spec in pipe.spec.limits:
            said = {
                "factor_code": spec.factor, "averaging": spec.averaging, "lower": spec.lower,
                "unit": self.units[spec.factor], "reference_oxygen_pct": spec.oxygen,
                "source": plant.source(), "decimals": max(-int(spec.upper.as_tuple().exponent), 0),
            }  # fmt: skip
            split = stricter if stricter and spec.lower is None else None
            ends = split - ONE_DAY if split else None
            yield self._row(OutletLimit, upper=spec.upper, valid_from=since, valid_to=ends, **said, **own)
            if split:
                upper = tightened(spec.upper)
                said["decimals"] = max(-int(upper.as_tuple().exponent), 0)
                yield self._row(OutletLimit, upper=upper, valid_from=split, **said, **own)

    def _machines(self, plant: Plant, at: dict[str, Any]) -> Iterator[ProductionFacility]:
        names = plant.trade.production if plant.has_facilities else ()
        for number, name in enumerate(names, start=1):
            meter = f"d201{number:02d}" if plant.key else ""
            yield self._row(
                ProductionFacility, code=f"MF{number:04d}", name=name, meter=meter, rated_kw=75, **at
            )

    def _treated(
        self, plant: Plant, pipe: Pipe, machines: list[ProductionFacility], *, number: int, at: dict[str, Any]
    ) -> Iterator[models.Model]:
        water, outlet = pipe.spec.medium == Medium.WATER, at.pop("outlet_id")
        treatment = self._row(
            TreatmentFacility, code=f"T{'W' if water else 'A'}{number + 1:03d}", name=pipe.spec.treatment,
            process=pipe.spec.process, medium=TreatedMedium.WATER if water else TreatedMedium.AIR,
            meter=f"d301{number + 1:02d}" if plant.key else "", rated_kw=22, **at,
        )  # fmt: skip
        yield treatment
        for place, machine in enumerate(machines):
            yield self._row(
                FacilityLink, production_id=machine.pk, treatment_id=treatment.pk,
                outlet_id=None if place else outlet, valid_from=timezone.localdate(plant.coded_at), **at,
            )  # fmt: skip

    def _logger(
        self, plant: Plant, number: int, at: dict[str, Any], *, outlet_id: int
    ) -> Iterator[models.Model]:
        enciphered = plant.edition == Edition.E2025
        logger = self._row(
            Logger, mn=plant.mn(number), edition=plant.edition, maker="演示仪器厂", password="123456",
            sealed_key=keys.sealed(f"{plant.number:016d}".encode()) if enciphered else "",
            valid_from=plant.coded_at, changed_at=self.now, **at,
        )  # fmt: skip
        yield logger
        yield self._row(LoggerOutlet, logger_id=logger.pk, outlet_id=outlet_id)

    def _events(self, plant: Plant, enterprise: Enterprise) -> Iterator[models.Model]:
        payload = {
            "id": enterprise.pk,
            "named": enterprise.name,
            "changes": {"uscc": [None, enterprise.uscc]},
        }
        drafts = [
            Draft("enterprise.entered", SYSTEM, plant.coded_at, payload),
            Draft("enterprise.code_issued", SYSTEM, plant.coded_at, {"code": self.next[EnterpriseCode] - 1}),
        ]
        events, head = chain(enterprise.stream, drafts, recorded_at=self.now)
        yield from events
        yield head

    def _row(self, model: Any, **fields: Any) -> Any:
        row = model(pk=self.next[model], **fields)
        self.next[model] += 1
        return row

    def _count_on(self) -> None:
        """The sequences go on behind the keys given here."""
        with connection.cursor() as cursor:
            for model in ORDER:
                cursor.execute(
                    "SELECT setval(pg_get_serial_sequence(%s, 'id'), %s)",
                    [model._meta.db_table, self.next[model]],
                )


def _send(rows: list[models.Model]) -> None:
    """Each model's rows at once, those that others point to first; the database numbers the ledger's."""
    by_model: dict[type[models.Model], list[models.Model]] = defaultdict(list)
    for row in rows:
        by_model[type(row)].append(row)
    ordered = sorted(by_model, key=lambda model: ORDER.index(model) if model in ORDER else len(ORDER))
    copy(encode(by_model[model], with_key=model in ORDER) for model in ordered)


def _units() -> dict[str, str]:
    return {row.code: row.unit_2017 for row in reversed(factor_table().rows)}
