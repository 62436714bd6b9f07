"""Plays one matter and its petitions through the loop, each step by the person whose step it is."""

import io
from collections import Counter
from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from PIL import Image, ImageDraw

from bihuan.governance.petitions import actions
from bihuan.governance.petitions.actions import NewCase
from bihuan.governance.petitions.demo.cast import Cast
from bihuan.governance.petitions.demo.stories import DAYS, FIRST_DAY, Story, Told
from bihuan.governance.petitions.models import Effect, PetitionBatch, PetitionCase
from bihuan.governance.petitions.rules import number as numbers
from bihuan.governance.petitions.rules.vocabulary import Pollution, Type
from bihuan.kernel.evidence.actions import store
from bihuan.kernel.evidence.models import EvidenceFile
from bihuan.loop import actions as loop
from bihuan.loop.models import Attachment, Problem
from bihuan.loop.rules.acceptance import STANDARDS

INSPECTION = "第二轮中央督察"
WORDS = {number: "已落实（演示）" for number in STANDARDS}
TICKS = {number: True for number in STANDARDS}
TELEPHONE = "0573-00000000"


class Play:
    def __init__(self, cast: Cast, rng: Any) -> None:
        self.cast, self.rng = cast, rng
        self.batches: dict[date, PetitionBatch] = {}
        self.pictures: dict[int, EvidenceFile] = {}
        self.at = timezone.now()

    def announce(self, told: Iterable[Story]) -> None:
        """One batch a day with the numbers of that day, cumulative from the first."""
        came = [(petition.day, story) for story in told for petition in story.petitions]
        regions: Counter[str] = Counter()
        types: Counter[str] = Counter()
        for offset in range(DAYS):
            day = FIRST_DAY + timedelta(days=offset)
            today = [story for other, story in came if other == day]
            by_region = Counter(story.place.name for story in today)
            by_type = Counter(story.word for story in today)
            regions += by_region
            types += by_type
            printed = {
                "area": "嘉兴市",
                "inspection": INSPECTION,
                "batch_no": str(offset + 1),
                "handover_date": day.isoformat(),
                "total": len(today),
                "by_region": dict(by_region),
                "by_type": dict(by_type),
                "type_basis": "petition",
                "cumulative_total": sum(types.values()),
                "cumulative_by_region": dict(regions),
                "cumulative_by_type": dict(types),
                "source": "演示数据",
            }
            number = f"演示·{INSPECTION}·{offset + 1}"
            by, at = self.cast.city_officer, _moment(day, 8)
            self.batches[day], _outcome = actions.receive_batch(by=by, number=number, printed=printed, at=at)

    def story(self, story: Story) -> None:
        first, *later = story.petitions
        case = self.receive(story, first)
        problem = case.problem
        assert problem is not None
        self.at = _moment(first.day, 9)
        self.loop(problem, "accept_report", self.cast.officer(story.place))
        if story.finding == "unfounded":
            self.check(case, story, first.day + timedelta(days=2))
            self.conclude(case, story)
            return
        cases = [case, *(self.receive(story, petition, same_as=case) for petition in later)]
        self.rectify(problem, cases, story)

    def receive(self, story: Story, told: Told, *, same_as: PetitionCase | None = None) -> PetitionCase:
        number = numbers.parse(told.number)
        new = NewCase(
            key=told.number,
            number=number,
            text=told.text,
            jurisdiction=story.place,
            types=(Type(Pollution(story.kind), story.word),),
            level="central",
            inspection=INSPECTION,
            round=2,
            batch=self.batches[told.day],
            batch_no=self.batches[told.day].batch_no,
            channel=told.channel,
            key_case=told.key_case,
            received_on=told.day,
            area_printed=f"{story.place.name}{story.town}",
            repeats=(story.petitions[0].number,) if same_as else (),
            printed={"petition_no": told.number, "problem": told.text, "source": "演示数据"},
            complainant={"name": "演示举报人", "phone": "00000000000"} if told.channel == "phone" else {},
        )
        by, at = self.cast.city_officer, _moment(told.day, 9)
        return actions.receive_case(new, by=by, same_as=same_as, at=at)

    def rectify(self, problem: Problem, cases: list[PetitionCase], story: Story) -> None:
        last = story.petitions[-1].day
        worker, acceptor = self.cast.worker(story.place, story.turn), self.cast.acceptor
        for case in cases:
            self.check(case, story, last + timedelta(days=2))
        self.loop(
            problem, "register", self.cast.list_manager, substantiation=story.finding, category=story.kind
        )
        self.loop(
            problem, "assign", self.cast.city_officer, lead_unit=worker.unit, acceptance_unit=acceptor.unit
        )
        self.loop(problem, "start", worker.user)
        self.effects(cases[0], story)
        self.loop(problem, "attach", worker.user, file=self.picture(story.turn), side=Attachment.Side.AFTER)
        for case in cases:
            self.conclude_case(case, story)
        self.wait(self.rng.randrange(5, 60))
        self.loop(problem, "self_check", worker.user, standards=WORDS, statement=f"{story.done}（演示）")
        self.wait(self.rng.randrange(2, 9))
        day = timezone.localdate(self.at)
        self.loop(problem, "pass_acceptance", acceptor.user, checklist=TICKS, visited_on=day)
        self.loop(problem, "publicise", worker.user, text=f"{story.done}（演示）", telephone=TELEPHONE)
        self.wait((problem.notices.get(withdrawn=False).ends_on - timezone.localdate(self.at)).days + 1)
        self.loop(problem, "sign_closure", acceptor.user)
        self.loop(
            problem, "close", self.cast.city_officer, archive_index=f"嘉信访销〔2020〕{story.turn + 1}号"
        )
        for case in cases:
            self.strike_off(case, story)
        self.look_back(problem, story)

    def look_back(self, problem: Problem, story: Story) -> None:
        """Filed with the superior level, then visited on each day that was owed."""
        reference = f"嘉信访备〔2020〕{story.turn + 1}号"
        self.loop(problem, "file_with_superior", self.cast.city_officer, document_ref=reference)
        for lookback in problem.lookbacks.order_by("due_on"):
            self.at = _moment(lookback.due_on, 10)
            officer = self.cast.officer(story.place)
            self.loop(problem, "visit", officer, lookback=lookback, finding="现场无反弹（演示）。")

    def check(self, case: PetitionCase, story: Story, day: date) -> None:
        """The finding on the spot, by the county's officer; a leader signs where nothing was found."""
        self.at = max(self.at + timedelta(minutes=20), _moment(day, 10))
        by, at = self.cast.officer(story.place), self.at
        actions.record_finding(
            case, by=by, finding=story.finding, verification=story.found, signed_by=self.cast.leader, at=at
        )

    def conclude(self, case: PetitionCase, story: Story) -> None:
        self.conclude_case(case, story)
        self.wait(self.rng.randrange(10, 60))
        self.strike_off(case, story)

    def conclude_case(self, case: PetitionCase, story: Story) -> None:
        at, text = self.tick(), story.done
        by = self.cast.officer(story.place)
        actions.record_handling(
            case, by=by, handling="concluded", rectification=text, accountability="无", at=at
        )
        actions.answer(case, by=by, text=f"{story.found}；{text}。", at=self.tick())

    def strike_off(self, case: PetitionCase, story: Story) -> None:
        reference = f"嘉信访销〔2020〕{story.turn + 1}号"
        by = self.cast.city_officer
        actions.strike_off(case, by=by, step="struck_off", document_ref=reference, at=self.tick())

    def effects(self, case: PetitionCase, story: Story) -> None:
        by, at = self.cast.officer(story.place), self.tick()
        said: dict[str, Any] = {"by": by, "at": at, "decided_on": timezone.localdate(at)}
        if story.turn % 3 == 0:
            actions.record_effect(case, kind=Effect.Kind.ORDER, note="演示数据", **said)
        if story.turn % 7 == 0:
            amount = Decimal(self.rng.randrange(1, 20)) * 10_000
            actions.record_effect(case, kind=Effect.Kind.FINE, amount_yuan=amount, note="演示数据", **said)
        if story.turn % 11 == 0:
            actions.record_effect(case, kind=Effect.Kind.INTERVIEW, persons=1, note="演示数据", **said)

    def loop(self, problem: Problem, name: str, by: Any, **fields: Any) -> None:
        getattr(loop, name)(problem, by=by, at=self.tick(), **fields)

    def tick(self) -> datetime:
        self.at += timedelta(minutes=self.rng.randrange(5, 50))
        return self.at

    def wait(self, days: int) -> None:
        self.at = _moment(timezone.localdate(self.at) + timedelta(days=days), 9)

    def picture(self, turn: int) -> EvidenceFile:
        """One of a few drawings marked DEMO; many problems share one."""
        at = turn % 6
        if at not in self.pictures:
            image = Image.new("RGB", (640, 420), ("#bcd9e8", "#cfe3c8", "#e4dcc4")[at % 3])
            pen = ImageDraw.Draw(image)
            pen.rectangle((0, 260, 640, 420), fill=("#6f9a5b", "#5d97a8")[at % 2])
            pen.text((16, 396), f"DEMO {at + 1}", fill="#1f2a24")
            buffer = io.BytesIO()
            image.save(buffer, "JPEG", quality=80)
            upload = SimpleUploadedFile(f"demo-{at + 1}.jpg", buffer.getvalue(), content_type="image/jpeg")
            self.pictures[at] = store(upload, by=self.cast.city_officer)
        return self.pictures[at]


def _moment(day: date, hour: int) -> datetime:
    return timezone.make_aware(datetime.combine(day, time(hour)))
