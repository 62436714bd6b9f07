"""What the demo city's enterprises do, with the outlets, limits and facilities that go with it.

The limits are those that a permit of the trade usually carries; each is shown as one of a demo permit.
"""

from dataclasses import dataclass
from decimal import Decimal

from bihuan.oversight.enterprises.rules.vocabulary import Averaging, ManagementClass, Medium

HOUR, DAY = Averaging.HOUR, Averaging.DAY


@dataclass(frozen=True)
class LimitSpec:
    factor: str
    averaging: str
    upper: Decimal
    lower: Decimal | None = None
    oxygen: Decimal | None = None


@dataclass(frozen=True)
class OutletSpec:
    name: str
    medium: Medium
    limits: tuple[LimitSpec, ...]
    treatment: str
    process: str


@dataclass(frozen=True)
class Trade:
    """`share` is how many of a thousand enterprises; `words` the middle of the name."""

    words: tuple[str, ...]
    industry: str
    code: str
    share: int
    management: ManagementClass
    production: tuple[str, ...]
    outlets: tuple[OutletSpec, ...]


def _limit(factor: str, averaging: Averaging, upper: str, *, lower: str = "", oxygen: str = "") -> LimitSpec:
    return LimitSpec(
        factor,
        averaging,
        Decimal(upper),
        Decimal(lower) if lower else None,
        Decimal(oxygen) if oxygen else None,
    )


def _water(cod: str, ammonia: str) -> tuple[LimitSpec, ...]:
    nitrogen = (_limit("w21001", DAY, "15"), _limit("w21011", DAY, "0.5"))
    return (
        _limit("w01001", DAY, "9", lower="6"),
        _limit("w01018", DAY, cod),
        _limit("w21003", DAY, ammonia),
        *nitrogen,
    )


def _boiler(dust: str, so2: str, nox: str, *, oxygen: str) -> tuple[LimitSpec, ...]:
    values = (("a34013", dust), ("a21026", so2), ("a21002", nox))
    return tuple(_limit(factor, HOUR, value, oxygen=oxygen) for factor, value in values)


DRAIN = OutletSpec("废水总排口", Medium.WATER, _water("80", "10"), "综合废水处理站", "物化+生化")
SEWER = OutletSpec("废水纳管口", Medium.WATER, _water("500", "35"), "污水预处理设施", "混凝沉淀")
PLANT_DRAIN = OutletSpec("尾水总排口", Medium.WATER, _water("50", "5"), "深度处理单元", "AAO+反硝化滤池")
CHIMNEY = OutletSpec(
    "燃煤锅炉烟囱",
    Medium.FLUE_GAS,
    _boiler("5", "35", "50", oxygen="6"),
    "脱硫脱硝除尘系统",
    "SCR+湿法脱硫+湿电",
)
GAS_BOILER = OutletSpec(
    "燃气锅炉排气筒", Medium.FLUE_GAS, _boiler("10", "35", "50", oxygen="3.5"), "低氮燃烧装置", "低氮燃烧"
)
INCINERATOR = OutletSpec(
    "1号焚烧炉烟囱",
    Medium.INCINERATION,
    (
        *(_limit(factor, DAY, value, oxygen="11") for factor, value in (("a34013", "20"), ("a21026", "80"))),
        *(_limit(factor, DAY, value, oxygen="11") for factor, value in (("a21002", "250"), ("a21005", "80"))),
        _limit("a21024", DAY, "50", oxygen="11"),
    ),
    "焚烧烟气净化系统",
    "SNCR+半干法+活性炭+布袋",
)
STENTER = OutletSpec(
    "定型废气排气筒",
    Medium.VOC,
    (_limit("a24088", HOUR, "40"), _limit("a34013", HOUR, "15")),
    "定型废气净化装置",
    "水喷淋+静电",
)
COATING = OutletSpec(
    "喷涂废气排气筒", Medium.VOC, (_limit("a24088", HOUR, "60"),), "VOCs 治理装置", "干式过滤+活性炭+RTO"
)
PRINTING = OutletSpec(
    "印刷废气排气筒", Medium.VOC, (_limit("a24088", HOUR, "70"),), "VOCs 治理装置", "活性炭吸附+催化燃烧"
)
WORKSHOP = OutletSpec(
    "车间废气排气筒", Medium.VOC, (_limit("a24088", HOUR, "80"),), "活性炭吸附箱", "活性炭吸附"
)

KEY, SIMPLIFIED, REGISTRATION = (
    ManagementClass.KEY,
    ManagementClass.SIMPLIFIED,
    ManagementClass.REGISTRATION,
)
TRADES = (
    Trade(
        ("印染", "染整", "丝绸印染"),
        "棉印染精加工",
        "1713",
        14,
        KEY,
        ("染缸", "定型机", "烘干机"),
        (DRAIN, STENTER),
    ),
    Trade(("热电", "热力"), "热电联产", "4412", 4, KEY, ("1号锅炉", "2号锅炉"), (CHIMNEY, SEWER)),
    Trade(("环保能源",), "生物质能发电", "4417", 1, KEY, ("1号焚烧炉",), (INCINERATOR,)),
    Trade(("水务", "污水处理"), "污水处理及其再生利用", "4620", 5, KEY, ("生化池",), (PLANT_DRAIN,)),
    Trade(
        ("化工", "新材料", "助剂"),
        "有机化学原料制造",
        "2614",
        9,
        KEY,
        ("反应釜", "精馏塔"),
        (SEWER, WORKSHOP),
    ),
    Trade(("造纸", "纸业"), "机制纸及纸板制造", "2221", 5, KEY, ("抄纸机", "制浆线"), (DRAIN, CHIMNEY)),
    Trade(("电镀", "表面处理"), "金属表面处理及热处理加工", "3360", 6, KEY, ("电镀线", "酸洗线"), (DRAIN,)),
    Trade(("皮革",), "皮革鞣制加工", "1910", 4, KEY, ("转鼓", "喷涂线"), (DRAIN, COATING)),
    Trade(("化纤",), "涤纶纤维制造", "2822", 8, KEY, ("纺丝线", "加弹机"), (SEWER, GAS_BOILER)),
    Trade(
        ("包装印务", "彩印"), "包装装潢及其他印刷", "2319", 60, SIMPLIFIED, ("凹印机", "复合机"), (PRINTING,)
    ),
    Trade(("家具", "家居"), "木质家具制造", "2110", 60, SIMPLIFIED, ("喷漆房", "晾干房"), (COATING,)),
    Trade(("食品",), "肉制品及副产品加工", "1353", 34, SIMPLIFIED, ("蒸煮线",), (SEWER,)),
    Trade(("汽车零部件",), "汽车零部件及配件制造", "3670", 50, SIMPLIFIED, ("涂装线", "固化炉"), (COATING,)),
    Trade(("五金", "紧固件", "精密机械"), "紧固件制造", "3482", 260, REGISTRATION, ("冷镦机",), (WORKSHOP,)),
    Trade(
        ("塑料", "塑业"), "塑料零件及其他塑料制品制造", "2929", 180, REGISTRATION, ("注塑机",), (WORKSHOP,)
    ),
    Trade(
        ("针织", "服饰", "纺织"), "针织或钩针编织物织造", "1761", 170, REGISTRATION, ("经编机",), (WORKSHOP,)
    ),
    Trade(("电子", "光电"), "其他电子元件制造", "3989", 80, REGISTRATION, ("焊接线",), (WORKSHOP,)),
    Trade(("木业", "箱包"), "其他木材加工", "2019", 50, REGISTRATION, ("开料锯",), (WORKSHOP,)),
)
