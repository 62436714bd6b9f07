"""Problems of municipal supervision around today, one or two in every state, so that desks live."""

from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from typing import Any

from django.utils import timezone

from bihuan.governance.inspections.demo.play import PlanText, Play
from bihuan.governance.inspections.demo.players import Cast
from bihuan.kernel.places.models import Jurisdiction
from bihuan.loop import actions
from bihuan.loop.models import Attachment
from bihuan.loop.rules.states import Origin

SUBJECTS = (
    "河道沿岸堆放建筑垃圾", "工地裸土未覆盖", "雨水口混入生活污水", "企业车间无组织废气逸散", "餐饮油烟扰民",
    "危险废物贮存间标识不全", "农田退水直排河道", "沉淀池污泥外溢", "码头堆场扬尘", "污水管网破损渗漏",
    "夜间施工噪声", "废旧轮胎露天堆放", "养殖尾水未处理外排", "垃圾中转站异味", "入河排口水质发黑",
)  # fmt: skip
PLACES = ("南湖区", "秀洲区", "嘉善县", "海盐县", "海宁市", "平湖市", "桐乡市", "嘉兴经开区", "嘉兴港区")
# (how far it goes, days since it was found): together they leave some late, some due this week.
STAGES: tuple[tuple[str, int], ...] = (
    ("reported", 1), ("reported", 9), ("verifying", 4), ("verifying", 12), ("assigned", 5),
    ("registered", 3),
    ("registered", 6), ("assigned", 20), ("submitted", 16), ("submitted", 12), ("planned", 22),
    ("rectifying", 40), ("rectifying", 55), ("rectifying", 80), ("rectifying", 70), ("rectifying", 34),
    ("suspended", 60), ("self_checked", 45), ("self_checked", 62), ("failed", 66), ("accepted", 75),
    ("accepted", 58), ("publicised", 80), ("publicised", 84), ("closed", 120), ("closed", 150),
    ("closed", 200), ("closed", 240), ("reopened", 170), ("unfounded", 18), ("duplicate", 8),
    ("not_accepted", 10), ("rectifying", 36), ("assigned", 8), ("self_checked", 50), ("publicised", 82),
    ("rectifying", 90), ("closed", 300), ("verifying", 2), ("reported", 2), ("rectifying", 38),
)  # fmt: skip
LONG_WAY = (
    "planned", "rectifying", "suspended", "self_checked", "failed", "accepted", "publicised", "closed",
    "reopened",
)  # fmt: skip


def build_municipal(cast: Cast, rng: Any) -> int:
    for number, (stage, days) in enumerate(STAGES):
        place = cast.place(PLACES[number % len(PLACES)])
        found = timezone.localdate() - timedelta(days=days)
        _Municipal(cast, rng, place, number=number, found=found).go(stage)
    return len(STAGES)


class _Municipal:
    """One problem, played as far as its stage."""

    def __init__(self, cast: Cast, rng: Any, place: Jurisdiction, *, number: int, found: date) -> None:
        self.cast, self.rng, self.place, self.number, self.found = cast, rng, place, number, found
        self.officer = cast.officer(place)
        self.play = Play(
            self._report(),
            cast,
            rng,
            lead=cast.worker(place, turn=number),
            acceptor=cast.acceptor("生态环境"),
        )

    def _report(self) -> Any:
        spread = [self.rng.uniform(-0.04, 0.04) for _axis in range(2)]
        lon, lat = self.place.label_lon or 120.75, self.place.label_lat or 30.75
        return actions.report(
            by=self.officer,
            title=f"{self.place.name}{SUBJECTS[self.number % len(SUBJECTS)]}",
            description="市级督查现场发现，已取证（演示）。",
            place=f"{self.place.name}演示点位{self.number + 1}号",
            jurisdiction=self.place,
            procedure="municipal",
            origin=(Origin.PEER, Origin.PUBLIC, Origin.SELF)[self.number % 3],
            discovered_on=self.found,
            lon=round(lon + spread[0], 6),
            lat=round(lat + spread[1], 6),
            at=timezone.make_aware(datetime.combine(self.found, time(9, self.number))),
        )

    def go(self, stage: str) -> None:
        side_doors: dict[str, Callable[[], None]] = {
            "reported": lambda: None,
            "duplicate": self._duplicate,
            "not_accepted": self._decline,
        }
        if stage in side_doors:
            side_doors[stage]()
            return
        self.play.do("accept_report", self.officer, self.day(1))
        if stage == "unfounded":
            self.play.do(
                "find_unfounded", self.officer, self.day(4), reason="现场复核未发现所反映问题（演示）。"
            )
        elif stage != "verifying":
            self._onward(stage)

    def day(self, after: int) -> date:
        return self.found + timedelta(days=after)

    def _duplicate(self) -> None:
        master = type(self.play.problem).objects.exclude(pk=self.play.problem.pk).earliest("reported_at")
        self.play.do("link_duplicate", self.officer, self.day(1), master=master)

    def _decline(self) -> None:
        self.play.do(
            "decline",
            self.officer,
            self.day(1),
            reason="属物业管理纠纷（演示）",
            redirected_to="市政服务热线",
        )

    def _onward(self, stage: str) -> None:
        level = ("general", "serious", "major")[self.number % 3]
        self.play.do("register", self.cast.list_manager, self.day(2), level=level)
        if stage == "registered":
            return
        self.play.assign(self.day(4))
        if stage == "submitted":
            self.play.submit(self.day(9), self._plan())
        elif stage in LONG_WAY:
            self._work(stage)

    def _plan(self) -> PlanText:
        """Every third plan ends soon, so that some are late and some due this week."""
        end = timezone.localdate() + timedelta(days=(-6, 2, 45)[self.number % 3])
        end = max(end, self.day(30))
        return PlanText(
            goal="问题整改到位，不反弹（演示）",
            standard="现场核查达到要求（演示）",
            measures=("立即清理整治（演示）", "落实长效管护（演示）"),
            milestones=(("立行立改", self.day(20), 40), ("全面完成", end, 60)),
            deadline=end,
        )

    def _work(self, stage: str) -> None:
        plan = self._plan()
        self.play.submit(self.day(9), plan)
        self.play.do("approve_plan", self.play.acceptor.user, self.day(11))
        if stage == "planned":
            return
        self.play.do("start", self.play.lead.user, self.day(12))
        self.play.picture(Attachment.Side.BEFORE)
        self.play.progress(self.day(16), "已完成现场清理，正在落实管护责任（演示）。")
        self.play.meet(1, self.day(19))
        if stage == "suspended":
            self.play.do(
                "suspend", self.cast.city_officer, self.day(24),
                resume_on=timezone.localdate() + timedelta(days=30), reason="汛期停工（演示）",
            )  # fmt: skip
        elif stage != "rectifying":
            self._check(stage)

    def _check(self, stage: str) -> None:
        self.play.apply(self.day(28))
        if stage == "failed":
            self.play.do(
                "fail_acceptance",
                self.play.acceptor.user,
                self.day(33),
                defects="东侧仍有残留，需继续清理（演示）",
            )
        elif stage != "self_checked":
            self.play.passed(self.day(34))
            self._close(stage)

    def _close(self, stage: str) -> None:
        if stage == "accepted":
            return
        started = timezone.localdate() - timedelta(days=2) if stage == "publicised" else self.day(36)
        self.play.publicise(started)
        if stage == "publicised":
            return
        index = f"市督销-{self.found.year}-{self.number:03d}"
        long_ago = stage == "closed" and self.found < timezone.localdate() - timedelta(days=180)
        self.play.close(
            index, filed=f"嘉督备〔{self.found.year}〕{self.number}号（演示）" if long_ago else ""
        )
        if stage == "reopened":
            self.play.do(
                "reopen", self.cast.city_officer, self.day(70), finding="回头看发现同一点位再次出现（演示）"
            )
