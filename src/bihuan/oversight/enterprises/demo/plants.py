"""Inventing enterprises: believable names, codes that pass every check, nothing that exists. No database."""

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal

from django.utils import timezone

from bihuan.oversight.enterprises.demo.trades import TRADES, OutletSpec, Trade
from bihuan.oversight.enterprises.rules import identifiers
from bihuan.oversight.enterprises.rules.vocabulary import SYSTEM_CODES, Edition, ManagementClass, Medium

MARK = "演示数据"
FIRST = "恒嘉永华盛新禾运南秀平海桐乌梅凤锦宏立晟启泰瑞诺"
SECOND = "丰达源泽辉成隆康通裕利格越凯诚"
SURNAMES = "沈陆朱钱顾吴周徐张王李陈杨俞姚许"
GIVEN = ("建国", "伟明", "晓东", "丽华", "志强", "雪芳", "国良", "海平", "文娟", "永兴")
LETTERS = {Medium.WATER: "W"}
EDITIONS = ((Edition.E2017, 72), (Edition.E2025, 20), (Edition.E2005, 8))
STREETS = ("工业大道", "兴业路", "纬二路", "经六路", "环城北路", "创业路", "科技大道")


@dataclass(frozen=True)
class Spot:
    """Where an enterprise may stand."""

    jurisdiction_id: int
    path: str
    code: str
    county: str
    town: str
    lon: float
    lat: float


@dataclass(frozen=True)
class Pipe:
    code: str
    spec: OutletSpec
    system_code: str
    monitored: bool
    lon: float
    lat: float


@dataclass(frozen=True)
class Plant:
    number: int
    name: str
    uscc: str
    spot: Spot
    lon: float
    lat: float
    trade: Trade
    pipes: tuple[Pipe, ...]
    coded_at: datetime
    legal: str
    contact: str
    phone: str
    address: str
    edition: Edition
    stricter_since: date | None

    @property
    def key(self) -> bool:
        return self.trade.management == ManagementClass.KEY

    @property
    def source_code(self) -> str:
        return f"{self.uscc}001{'P' if self.trade.management != ManagementClass.REGISTRATION else 'X'}"

    @property
    def has_facilities(self) -> bool:
        return self.trade.management != ManagementClass.REGISTRATION

    @property
    def monitored(self) -> tuple[Pipe, ...]:
        return tuple(pipe for pipe in self.pipes if pipe.monitored)

    def mn(self, at: int) -> str:
        """An EPC-96 number of an invented maker; unique in the city."""
        return f"010000A8900016F0{self.number * 4 + at:08X}"

    def source(self) -> str:
        return f"{MARK}：排污许可证 {self.source_code}"


def invent(
    rng: random.Random,
    spots: Sequence[Spot],
    trades: Sequence[Trade],
    *,
    first_coded: date,
    home: Sequence[Spot],
) -> Iterator[Plant]:
    """One enterprise for each trade, the first at `home`; codes were issued from `first_coded` on."""
    taken: set[str] = set()
    for number, trade in enumerate(trades, start=1):
        spot = rng.choice(home if number == 1 else spots)
        yield _plant(rng, number, spot, trade, first_coded=first_coded, name=_name(rng, spot, trade, taken))


def in_proportion(rng: random.Random, count: int) -> list[Trade]:
    """Trades by their shares; the first is the first of the table."""
    return [TRADES[0], *rng.choices(TRADES, [trade.share for trade in TRADES], k=count - 1)]


def each_and_often(rng: random.Random, count: int) -> list[Trade]:
    """For a small city: every trade once, then those with a permit more often than in life."""
    often = [trade.share if trade.management == ManagementClass.REGISTRATION else 150 for trade in TRADES]
    return [*TRADES, *rng.choices(TRADES, often, k=count - len(TRADES))]


def _plant(
    rng: random.Random, number: int, spot: Spot, trade: Trade, *, first_coded: date, name: str
) -> Plant:
    lon, lat = _near(rng, spot.lon, spot.lat, 0.05)
    coded = first_coded + timedelta(days=rng.randrange(150))
    person = f"{rng.choice(SURNAMES)}{rng.choice(GIVEN)}"
    return Plant(
        number=number,
        name=name,
        uscc=_uscc(spot.code[:6], number),
        spot=spot,
        lon=lon,
        lat=lat,
        trade=trade,
        pipes=tuple(_pipes(rng, trade, lon, lat)),
        coded_at=timezone.make_aware(datetime.combine(coded, time(9, rng.randrange(60)))),
        legal=person,
        contact=f"{rng.choice(SURNAMES)}{rng.choice(GIVEN)}",
        phone=f"000-{rng.randrange(10**8):08d}",
        address=f"{spot.county}{spot.town}{rng.choice(STREETS)}{rng.randrange(1, 900)}号",
        edition=rng.choices([one for one, _share in EDITIONS], [share for _one, share in EDITIONS])[0],
        stricter_since=date(2025, 1, 1) if rng.random() < 0.3 else None,
    )


def _pipes(rng: random.Random, trade: Trade, lon: float, lat: float) -> Iterator[Pipe]:
    counts = {"A": 0, "W": 0}
    for spec in trade.outlets:
        letter = LETTERS.get(spec.medium, "A")
        counts[letter] += 1
        monitored = trade.management == ManagementClass.KEY and (
            spec.medium != Medium.VOC or rng.random() < 0.4
        )
        east, north = _near(rng, lon, lat, 0.0012)
        yield Pipe(f"D{letter}{counts[letter]:03d}", spec, SYSTEM_CODES[spec.medium], monitored, east, north)


def _name(rng: random.Random, spot: Spot, trade: Trade, taken: set[str]) -> str:
    while True:
        brand = rng.choice(FIRST) + rng.choice(SECOND)
        name = f"{spot.county[:2]}{brand}{rng.choice(trade.words)}有限公司"
        if name not in taken:
            taken.add(name)
            return name


def _uscc(division: str, number: int) -> str:
    """A company's code whose organisation part begins with MA9, and both check characters right."""
    place = division if division.isdigit() else "330499"
    organisation = f"MA9{number:05d}"
    first = f"91{place}{organisation}{identifiers.organisation_check(organisation)}"
    return first + identifiers.uscc_check(first)


def _near(rng: random.Random, lon: float, lat: float, reach: float) -> tuple[float, float]:
    return round(lon + rng.uniform(-reach, reach), 6), round(lat + rng.uniform(-reach, reach), 6)


def tightened(limit: Decimal) -> Decimal:
    """The stricter limit of a renewed permit, a tenth lower."""
    return (limit * Decimal("0.9")).quantize(Decimal("0.01")).normalize()
