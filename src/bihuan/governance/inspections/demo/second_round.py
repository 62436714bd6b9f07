"""The second central round as it stood: 3 specific and 9 common items, 8 of them done by 2023-01-20.

Published are the totals, the sludge item and the farming item; the other texts are made up and say so.
"""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from django.utils import timezone

from bihuan.governance.inspections.actions import NewItem, open_round, receive_item, submit_round_plan
from bihuan.governance.inspections.demo.play import PlanText, Play
from bihuan.governance.inspections.demo.players import Cast
from bihuan.governance.inspections.models import Round
from bihuan.governance.inspections.rules.counts import Nature
from bihuan.loop.rules.states import Level, TimeLimit

FEEDBACK = date(2021, 2, 4)
REPORTED_ON = date(2023, 1, 20)
SLUDGE_DEADLINE, SLUDGE_ACCEPTED = date(2022, 11, 30), date(2021, 12, 30)
FINDINGS = ("现场复核未见反弹（演示）。", "周边群众走访无异议（演示）。", "水质监测数据稳定（演示）。")


@dataclass(frozen=True)
class Item:
    """One item of the list; without `accepted_on` it is kept up long-term and on track."""

    title: str
    text: str
    nature: Nature
    place: str
    trade: str
    goal: str
    deadline: date | None = None
    accepted_on: date | None = None
    position: tuple[float, float] | None = None
    highlight: bool = False


def _made_up(subject: str) -> str:
    return f"督察指出，{subject}（演示文本）。"


ITEMS: tuple[Item, ...] = (
    Item(
        "嘉兴港区三期地块历史堆存污泥",
        "2003年至2010年污水处理厂运行产生的50多万吨污泥临时堆存于嘉兴港区三期地块，存在二次污染隐患。",
        Nature.SPECIFIC, "嘉兴港区", "建设",
        "堆存污泥全部清运处置", SLUDGE_DEADLINE, SLUDGE_ACCEPTED, (121.05, 30.61), True,
    ),
    Item(
        "农业减肥减药及面源污染", _made_up("农业化肥农药减量和面源污染治理仍需加强"),
        Nature.SPECIFIC, "海宁市", "农业", "稻田退水零直排模式建成并推广",
        date(2022, 12, 31), date(2022, 10, 28),
        (120.62, 30.48),
    ),
    Item(
        "个别入海溪闸总磷总氮浓度偏高", _made_up("个别入海溪闸总磷总氮浓度控制压力较大"),
        Nature.SPECIFIC, "海盐县", "水利", "入海溪闸总磷总氮浓度持续下降", None, None, (120.95, 30.52),
    ),
    Item(
        "城镇污水管网雨污分流不彻底", _made_up("部分城镇雨污分流不彻底"),
        Nature.COMMON, "南湖区", "住房", "重点区域雨污分流改造完成", date(2022, 6, 30), date(2022, 5, 25),
    ),
    Item(
        "建筑工地扬尘管控不到位", _made_up("部分工地扬尘防治措施落实不到位"),
        Nature.COMMON, "秀洲区", "住房", "工地扬尘防治措施全覆盖", date(2021, 12, 31), date(2021, 12, 10),
    ),
    Item(
        "小微企业危险废物收集体系不健全", _made_up("小微企业危险废物收集体系尚不健全"),
        Nature.COMMON, "平湖市", "政府", "小微收集平台实现全覆盖", date(2022, 6, 30), date(2022, 6, 17),
    ),
    Item(
        "挥发性有机物治理水平不高", _made_up("部分企业挥发性有机物治理设施简易低效"),
        Nature.COMMON, "桐乡市", "政府", "低效治理设施完成改造", date(2022, 12, 31), date(2022, 11, 30),
    ),
    Item(
        "生活垃圾处置能力结构性不足", _made_up("生活垃圾处置能力存在结构性短板"),
        Nature.COMMON, "嘉善县", "住房", "处置能力满足需要", date(2022, 9, 30), date(2022, 9, 9),
    ),
    Item(
        "河道断面水质不能稳定达标", _made_up("个别断面水质不能稳定达标"),
        Nature.COMMON, "嘉善县", "水利", "断面水质稳定达到Ⅲ类", date(2022, 12, 31), date(2022, 12, 9),
    ),
    Item(
        "产业结构和能源结构偏重", _made_up("产业结构和能源结构调整任务较重"),
        Nature.COMMON, "海宁市", "政府", "单位产值能耗持续下降",
    ),
    Item(
        "生态环境保护责任压实不够", _made_up("少数地方生态环境保护责任压实不够"),
        Nature.COMMON, "嘉兴经开区", "管理", "责任体系健全并长期运行",
    ),
    Item(
        "农村生活污水治理设施运维不规范", _made_up("部分农村生活污水治理设施运维不规范"),
        Nature.COMMON, "秀洲区", "农业", "运维标准化并长期坚持",
    ),
)  # fmt: skip


def build_second_round(cast: Cast, rng: Any) -> None:
    opened = open_second_round(cast)
    for ordinal, item in enumerate(ITEMS, start=1):
        play_item(opened, item, ordinal, cast=cast, rng=rng)


def open_second_round(cast: Cast) -> Round:
    opened = open_round(
        by=cast.city_officer,
        name="第二轮中央生态环境保护督察",
        inspected=cast.city,
        ordinal=2,
        team="中央第三生态环境保护督察组",
        publisher="中央生态环境保护督察嘉兴市整改工作协调联络组",
        on_site_from=date(2020, 9, 1),
        on_site_to=date(2020, 10, 1),
        feedback_on=FEEDBACK,
        document_ref="督察反馈意见（演示）",
        at=_at(FEEDBACK),
    )
    return submit_round_plan(
        opened, by=cast.city_officer, document_ref="整改方案报送件（演示）", at=_at(date(2021, 3, 19))
    )


def _at(day: date, hour: int = 9) -> datetime:
    return timezone.make_aware(datetime.combine(day, time(hour)))


def play_item(opened: Round, item: Item, ordinal: int, *, cast: Cast, rng: Any) -> None:
    place = cast.place(item.place)
    lon, lat = item.position or (None, None)
    record = receive_item(
        opened,
        NewItem(
            text=item.text,
            title=item.title,
            nature=item.nature,
            jurisdiction=place,
            ordinal=ordinal,
            goal=item.goal,
            time_limit=TimeLimit.DATE if item.deadline else TimeLimit.LONG_TERM,
            deadline=item.deadline,
            level=Level.MAJOR if item.nature == Nature.SPECIFIC else Level.SERIOUS,
            highlight=item.highlight,
            lon=lon,
            lat=lat,
        ),
        by=cast.city_officer,
        at=_at(FEEDBACK + timedelta(days=1)),
    )
    lead = cast.worker(place, item.trade, turn=ordinal)
    assert record.problem is not None
    play = Play(record.problem, cast, rng, lead=lead, acceptor=cast.acceptor("生态环境"))
    play.assign(date(2021, 2, 8))
    play.start(date(2021, 2, 20), date(2021, 2, 24), plan_of(item))
    if item.accepted_on is not None:
        finish(play, item, ordinal)
    else:
        keep_up(play)


def plan_of(item: Item) -> PlanText:
    last = (item.accepted_on or REPORTED_ON) - timedelta(days=20)
    middle = FEEDBACK + (last - FEEDBACK) / 2
    ends = (
        ("制定方案并启动", date(2021, 4, 30), 20),
        ("完成主体整改任务", middle, 50),
        ("完成整改并自查", last, 30),
    )
    lasting = (
        ("建立责任和管护制度", date(2021, 9, 30), 40),
        ("年度复核达标", date(2022, 9, 30), 30),
        ("长效机制评估", date(2027, 12, 31), 30),
    )
    return PlanText(
        goal=item.goal,
        standard="现场核查达到整改目标，监测数据符合相关标准（演示）",
        measures=(
            "明确责任分工，挂图作战（演示）",
            "实施工程治理和规范管理（演示）",
            "开展举一反三排查（演示）",
        ),
        milestones=ends if item.deadline else lasting,
        deadline=item.deadline,
    )


def finish(play: Play, item: Item, ordinal: int) -> None:
    """To the end of the loop, with its look-back visits up to the day of the report and after."""
    accepted = item.accepted_on or REPORTED_ON
    plan = plan_of(item)
    for order, (_name, due_on, _weight) in enumerate(plan.milestones, start=1):
        play.progress(due_on - timedelta(days=6), f"第{order}阶段任务按计划推进（演示）。")
        play.meet(order, due_on - timedelta(days=2))
    play.apply(accepted - timedelta(days=8))
    play.passed(accepted)
    play.publicise(
        accepted + timedelta(days=1), convention="publicity_7d" if ordinal % 2 else "publicity_5wd"
    )
    play.close(
        f"嘉环督销-{accepted.year}-{ordinal:02d}", filed=f"嘉整办备〔{accepted.year}〕{ordinal}号（演示）"
    )
    play.visits(timezone.localdate(), FINDINGS)


def keep_up(play: Play) -> None:
    """The first two milestones met on time, the last one years ahead: on track without an end."""
    for order, day in ((1, date(2021, 9, 27)), (2, date(2022, 9, 27))):
        play.progress(day - timedelta(days=5), "按整改方案序时推进（演示）。")
        play.meet(order, day)
    play.progress(date(2023, 1, 10), "常态化开展巡查和管护（演示）。")
