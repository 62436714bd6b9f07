"""Steps of a story, so that a test can begin where it wants to look."""

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from django.utils import timezone

from bihuan.loop import actions
from bihuan.loop.models import Attachment, LookBack, Problem, PublicNotice
from bihuan.loop.rules.acceptance import STANDARDS
from bihuan.loop.rules.states import State
from bihuan.loop.tests.files import photo

START = timezone.make_aware(datetime(2022, 3, 1, 9, 0))
WORDS = {number: f"第{number}条已落实" for number in STANDARDS}
TICKS = {number: True for number in STANDARDS}


@dataclass
class Story:
    """Plays one problem forward; each step happens an hour after the one before unless a day is given."""

    world: Any
    procedure: str = "municipal"
    at: datetime = START
    problem: Problem = field(init=False)

    def __post_init__(self) -> None:
        self.problem = actions.report(
            by=self.world.county_officer,
            title="某河段直排污水",
            jurisdiction=self.world.county,
            procedure=self.procedure,
            place="长安镇运河边",
            at=self.at,
        )

    def tick(self, hours: int = 1) -> datetime:
        self.at += timedelta(hours=hours)
        return self.at

    def do(self, name: str, by: Any, **fields: Any) -> Any:
        result = getattr(actions, name)(self.problem, by=by, at=self.tick(), **fields)
        self.problem = Problem.objects.get(pk=self.problem.pk)
        return result

    def registered(self) -> "Story":
        if self.problem.state == State.REGISTERED:
            return self
        if not self.problem.procedure.established:
            self.do("accept_report", self.world.county_officer)
        self.do("register", self.world.list_manager, level="serious")
        return self

    def assigned(self) -> "Story":
        self.registered()
        self.do(
            "assign",
            self.world.city_officer,
            lead_unit=self.world.bureau,
            responsible_units=[self.world.second_bureau],
            acceptance_unit=self.world.acceptance_bureau,
            leading_official=self.world.leader,
        )
        return self

    def plan_submitted(self, deadline: date | None = date(2022, 12, 31)) -> "Story":
        self.do(
            "submit_plan",
            self.world.handler,
            goal="污水全部纳管",
            standard="连续三次监测达标",
            measures=["封堵排口", "接入管网"],
            milestones=[("封堵", date(2022, 6, 30), 40), ("纳管", date(2022, 11, 30), 60)],
            time_limit="date" if deadline else "long_term",
            deadline=deadline,
        )
        return self

    def rectifying(self, deadline: date | None = date(2022, 12, 31)) -> "Story":
        self.assigned()
        if self.problem.needs_plan:
            self.plan_submitted(deadline)
            self.do("approve_plan", self.world.acceptor)
        self.do("start", self.world.handler)
        return self

    def self_checked(self) -> "Story":
        for side in (Attachment.Side.BEFORE, Attachment.Side.AFTER):
            self.do("attach", self.world.handler, file=photo(self.world.handler, side), side=side)
        self.do("self_check", self.world.handler, standards=WORDS, statement="已完成")
        return self

    def accepted(self) -> "Story":
        self.rectifying().self_checked()
        day = timezone.localdate(self.at)
        self.do("pass_acceptance", self.world.acceptor, checklist=TICKS, visited_on=day)
        return self

    def publicised(self) -> "Story":
        self.accepted()
        self.do("publicise", self.world.handler, text="公示内容", telephone="0573-12369")
        return self

    @property
    def notice(self) -> PublicNotice:
        return self.problem.notices.get(cycle=self.problem.cycle, withdrawn=False)

    def after_notice(self) -> "Story":
        self.at = timezone.make_aware(
            datetime.combine(self.notice.ends_on + timedelta(days=1), datetime.min.time())
        )
        return self

    def closed(self) -> "Story":
        if self.problem.procedure.notice_mandatory:
            self.publicised().after_notice()
            self.do("sign_closure", self.world.acceptor)
        else:
            self.accepted()
        self.do("close", self.world.city_officer, archive_index="2022-001")
        return self

    @property
    def first_visit(self) -> LookBack:
        return self.problem.lookbacks.order_by("due_on").first()
