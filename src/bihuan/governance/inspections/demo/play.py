"""Plays one problem through the loop at given days, each step by the person whose step it is."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from django.utils import timezone

from bihuan.governance.inspections.demo.pictures import photo
from bihuan.governance.inspections.demo.players import Cast, Worker
from bihuan.loop import actions
from bihuan.loop.models import Attachment, Problem
from bihuan.loop.rules.acceptance import STANDARDS
from bihuan.loop.rules.states import TimeLimit

HOURS = (9, 10, 11, 14, 15, 16)
SELF_CHECK = {
    1: "整改方案所列措施已全部落实(演示)",
    2: "涉及的违法行为已依法查处(演示)",
    3: "经监测,治理效果符合法律法规和技术规范要求(演示)",
    4: "已对同类点位开展排查并整改(演示)",
    5: "已建立日常巡查和长效管护制度(演示)",
}
TICKS = {number: True for number in STANDARDS}
TELEPHONE = "0573-00000000"


@dataclass(frozen=True)
class PlanText:
    """What the plan of a story says; without a deadline it is to be kept up long-term."""

    goal: str
    standard: str
    measures: tuple[str, ...]
    milestones: tuple[tuple[str, date, int], ...]
    deadline: date | None = None


class Play:
    """One problem on stage. Steps may be told a day; the hour moves on by itself, never backward."""

    def __init__(self, problem: Problem, cast: Cast, rng: Any, *, lead: Worker, acceptor: Worker) -> None:
        self.problem, self.cast, self.rng = problem, cast, rng
        self.lead, self.acceptor = lead, acceptor
        self.at = problem.reported_at

    def when(self, day: date | None) -> datetime:
        """Working hours of the day, after the step before and before now."""
        earliest = self.at + timedelta(minutes=self.rng.randrange(7, 50))
        if day is not None:
            wanted = timezone.make_aware(datetime.combine(day, time(self.rng.choice(HOURS))))
            earliest = max(earliest, wanted)
        self.at = min(earliest, timezone.now())
        return self.at

    def do(self, name: str, by: Any, day: date | None = None, **fields: Any) -> Any:
        result = getattr(actions, name)(self.problem, by=by, at=self.when(day), **fields)
        self.problem.refresh_from_db()
        return result

    def assign(self, day: date, **fields: Any) -> None:
        self.do(
            "assign",
            self.cast.city_officer,
            day,
            lead_unit=self.lead.unit,
            acceptance_unit=self.acceptor.unit,
            leading_official=self.cast.leader,
            **fields,
        )

    def submit(self, day: date, plan: PlanText) -> None:
        self.do(
            "submit_plan",
            self.lead.user,
            day,
            goal=plan.goal,
            standard=plan.standard,
            measures=plan.measures,
            milestones=plan.milestones,
            time_limit=TimeLimit.DATE if plan.deadline else TimeLimit.LONG_TERM,
            deadline=plan.deadline,
        )

    def start(self, submitted: date, approved: date, plan: PlanText) -> None:
        self.submit(submitted, plan)
        self.do("approve_plan", self.acceptor.user, approved)
        self.do("start", self.lead.user)
        self.picture(Attachment.Side.BEFORE)

    def progress(self, day: date, text: str) -> None:
        self.do("record_progress", self.lead.user, day, text=text)

    def meet(self, order: int, day: date) -> None:
        """Milestone number `order` is reported and accepted on the same day."""
        milestone = self.problem.plans.get(cycle=self.problem.cycle, status="approved").milestones.get(
            order=order
        )
        self.do("claim_milestone", self.lead.user, day, milestone=milestone)
        self.do("accept_milestone", self.acceptor.user, milestone=milestone)

    def picture(self, side: str) -> None:
        moment = self.when(None)
        place = None
        if self.problem.lon is not None and self.problem.lat is not None:
            place = (self.problem.lon, self.problem.lat)
        by = self.lead.user
        file = photo(str(side), by=by, at=moment, place=place, rng=self.rng)
        caption = "整改前(演示)" if side == Attachment.Side.BEFORE else "整改后(演示)"
        lon, lat = place or (None, None)
        self.do("attach", by, file=file, side=side, caption=caption, claimed_at=moment, lon=lon, lat=lat)

    def apply(self, day: date, statement: str = "整改任务已全部完成,申请验收(演示)。") -> None:
        self.picture(Attachment.Side.AFTER)
        self.do("self_check", self.lead.user, day, standards=SELF_CHECK, statement=statement)

    def passed(self, day: date) -> None:
        names = [self.acceptor.user.name]
        by = self.acceptor.user
        self.do("pass_acceptance", by, day, checklist=TICKS, visited_on=day, signatures=names)

    def publicise(self, day: date, *, convention: str = "publicity_5wd") -> None:
        text = f"{self.problem.title}整改情况公示:整改目标、措施和完成情况见整改方案及验收意见(演示)。"
        by = self.lead.user
        self.do("publicise", by, day, text=text, telephone=TELEPHONE, convention=convention)

    @property
    def notice(self) -> Any:
        return self.problem.notices.get(cycle=self.problem.cycle, withdrawn=False)

    def close(self, index: str, *, filed: str = "") -> None:
        """Sign and close on the first days after the notice; file where a number is given."""
        after = self.notice.ends_on + timedelta(days=1)
        self.do("sign_closure", self.acceptor.user, after)
        self.do("close", self.cast.city_officer, after + timedelta(days=1), archive_index=index)
        if filed:
            self.do(
                "file_with_superior", self.cast.city_officer, after + timedelta(days=3), document_ref=filed
            )

    def visits(self, until: date, findings: Sequence[str]) -> None:
        """The look-back visits that fell due by then, each on its day."""
        owed = self.problem.lookbacks.filter(cycle=self.problem.cycle, visited_on=None, due_on__lt=until)
        for number, lookback in enumerate(owed.order_by("due_on")):
            finding = findings[number % len(findings)]
            by = self.cast.officer(self.problem.jurisdiction)
            self.do("visit", by, lookback.due_on, lookback=lookback, finding=finding)
