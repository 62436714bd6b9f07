"""One problem from found to closed, as unsaved rows: what the actions would have written."""

import random
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cached_property
from typing import Any

from django.db import models
from django.utils import timezone

from bihuan.kernel.calendar.rules import Deadline, deadline
from bihuan.kernel.ledger.bulk import Draft, chain
from bihuan.kernel.people.access import unit_token, user_token
from bihuan.loop.actions.discovery import fill_search
from bihuan.loop.demo.stage import CLOCKS, PROCEDURE, Player, Spot, Stage
from bihuan.loop.demo.subjects import DONE, SPOTS, SUBJECTS
from bihuan.loop.models import Acceptance, AcceptanceStep, Attachment, Clock, Problem, SelfCheck, StateSpan
from bihuan.loop.rules.acceptance import STANDARDS
from bihuan.loop.rules.states import Level, Origin, State, Substantiation
from bihuan.loop.rules.transitions import ALL_CLOCKS, BY_EVENT, MACHINE_VERSION, Transition

# Each step: who takes it, and how many minutes after the one before at least and at most.
STEPS: tuple[tuple[str, str, int, int], ...] = (
    ("accept_report", "officer", 10, 600),
    ("register", "list_manager", 30, 2_000),
    ("assign", "city_officer", 20, 1_500),
    ("start", "lead", 30, 600),
    ("attach", "lead", 60, 9_000),
    ("self_check", "lead", 5, 120),
    ("pass_acceptance", "acceptor", 60, 6_000),
    ("close", "officer", 60, 2_500),
)
TICKS = {str(number): True for number in STANDARDS}
SAID = {str(number): "已落实（演示）" for number in STANDARDS}
ORIGINS = (Origin.SELF, Origin.PEER, Origin.PUBLIC)
LEVELS = (Level.GENERAL, Level.GENERAL, Level.GENERAL, Level.SERIOUS)
RESPONSIBLE: Any = Problem.responsible_units.through


@dataclass
class Solved:
    """Rows by model of one problem, its key already given."""

    problem: Problem
    rows: list[models.Model]


class Writer:
    """Writes solved problems; one per process, since it remembers the deadlines it has worked out."""

    def __init__(self, stage: Stage, *, recorded_at: datetime) -> None:
        self.stage, self.recorded_at = stage, recorded_at
        self._dues: dict[tuple[str, date], Deadline] = {}

    def solved(self, key: int, *, found_at: datetime) -> Solved:
        return _Story(self, random.Random(f"{PROCEDURE}/{key}"), key, found_at).told()

    def due(self, clock: str, day: date) -> Deadline:
        if (clock, day) not in self._dues:
            rule = self.stage.rules[clock]
            self._dues[clock, day] = deadline(
                day,
                rule.length,
                rule.unit,
                calendar=self.stage.calendar,
                start_inclusive=rule.start_inclusive,
                roll=rule.roll,
            )
        return self._dues[clock, day]


class _Story:
    def __init__(self, writer: Writer, rng: random.Random, key: int, found_at: datetime) -> None:
        self.writer, self.rng, self.at = writer, rng, found_at
        self.spot: Spot = rng.choice(writer.stage.spots)
        self.lead: Player = rng.choice(self.spot.leads)
        self.acceptor: Player = rng.choice(writer.stage.acceptors)
        self.photo = rng.choice(writer.stage.photos)
        self.problem = self._found(key)
        self.drafts: list[Draft] = []
        self.rows: list[models.Model] = []
        self.span = StateSpan(
            problem_id=key, cycle=1, state=State.REPORTED, entered_at=found_at, event="report"
        )
        self.running: dict[str, Clock] = {}

    def told(self) -> Solved:
        self._run("triage")
        self._note("report", self.spot.finder, self._report())
        for event, who, least, most in STEPS:
            self.at += timedelta(minutes=self.rng.randrange(least, most))
            self._step(event, self._players[who])
        self.rows.append(self.span)
        events, head = chain(self.problem.stream, self.drafts, recorded_at=self.writer.recorded_at)
        self.rows += [self.problem, *events, head]
        return Solved(self.problem, self.rows)

    @cached_property
    def _players(self) -> Mapping[str, Player]:
        stage = self.writer.stage
        return {
            "officer": self.spot.officer,
            "list_manager": stage.list_manager,
            "city_officer": stage.city_officer,
            "lead": self.lead,
            "acceptor": self.acceptor,
        }

    def _found(self, key: int) -> Problem:
        subject = self.rng.choices(_NAMES, cum_weights=_WEIGHTS)[0]
        place = f"{self.spot.town}{self.spot.village}{self.rng.choice(SPOTS)}"
        found_on = timezone.localdate(self.at)
        units = [unit_token(self.lead.unit_id), unit_token(self.acceptor.unit_id)]
        problem = Problem(
            pk=key,
            number=f"WT{found_on.year}{key:06d}",
            title=f"{self.spot.village}{subject}",
            description=f"网格巡查发现{subject}，已拍照取证（演示）。",
            place=place,
            lon=round(self.spot.lon + self.rng.uniform(-0.01, 0.01), 6),
            lat=round(self.spot.lat + self.rng.uniform(-0.01, 0.01), 6),
            jurisdiction_id=self.spot.jurisdiction_id,
            jurisdiction_path=self.spot.path,
            parties=sorted({user_token(self.spot.finder.user_id), *units}),
            origin=self.rng.choice(ORIGINS),
            level=self.rng.choice(LEVELS),
            procedure_key=PROCEDURE,
            state=State.CLOSED,
            substantiation=Substantiation.TRUE,
            discovered_on=found_on,
            reported_at=self.at,
            reported_by_id=self.spot.finder.user_id,
            lead_unit_id=self.lead.unit_id,
            acceptance_unit_id=self.acceptor.unit_id,
            attempts=1,
            archive_index=f"WG-{found_on.year}-{key}",
        )
        fill_search(problem)
        return problem

    def _step(self, event: str, player: Player) -> None:
        act = BY_EVENT[event]
        said: dict[str, Any] = getattr(self, f"_said_at_{event}", dict)()
        if isinstance(act, Transition):
            said |= {"from": self.span.state, "to": str(act.target)}
            self._enter(act)
        evidence = (self.photo[1],) if event in ("attach", "self_check") else ()
        self._note(event, player, {"cycle": 1, **said}, evidence)

    def _note(self, event: str, by: Player, said: Mapping[str, Any], evidence: tuple[str, ...] = ()) -> None:
        draft = Draft(f"problem.{event}", by.actor, self.at, said, evidence, MACHINE_VERSION)
        self.drafts.append(draft)

    def _enter(self, row: Transition) -> None:
        self.span.left_at = self.at
        self.rows.append(self.span)
        self.span = StateSpan(
            problem_id=self.problem.pk, cycle=1, state=str(row.target), entered_at=self.at, event=row.event
        )
        for name in list(self.running) if row.stops == ALL_CLOCKS else row.stops:
            if name in self.running:
                clock = self.running.pop(name)
                clock.stopped_at, clock.outcome = self.at, row.event
                self.rows.append(clock)
        for name in row.starts:
            if name in CLOCKS:
                self._run(name)

    def _run(self, name: str) -> None:
        rule, due = self.writer.stage.rules[name], self.writer.due(name, timezone.localdate(self.at))
        self.running[name] = Clock(
            problem_id=self.problem.pk,
            cycle=1,
            name=name,
            rule_id=rule.rule_id,
            rule_version=rule.version,
            calendar_version=self.writer.stage.calendar.version,
            started_at=self.at,
            due_on=due.day,
            provisional=due.provisional,
        )

    def _report(self) -> dict[str, Any]:
        return {
            "number": self.problem.number,
            "title": self.problem.title,
            "place": self.problem.place,
            "jurisdiction": self.spot.code,
            "origin": str(self.problem.origin),
            "procedure": PROCEDURE,
            "source": None,
            "to": str(State.REPORTED),
            "cycle": 1,
        }

    def _said_at_register(self) -> dict[str, Any]:
        return {
            "level": str(self.problem.level),
            "category": "",
            "substantiation": str(self.problem.substantiation),
        }

    def _said_at_assign(self) -> dict[str, Any]:
        key = self.problem.pk
        self.rows += [
            RESPONSIBLE(problem_id=key, unit_id=self.lead.unit_id),
            AcceptanceStep(problem_id=key, cycle=1, order=1, unit_id=self.acceptor.unit_id),
        ]
        return {
            "lead_unit": self.lead.unit,
            "responsible_units": [self.lead.unit],
            "acceptance_units": [self.acceptor.unit],
            "leading_official": None,
            "needs_plan": False,
        }

    def _said_at_attach(self) -> dict[str, Any]:
        caption = self.rng.choice(DONE)
        self.rows.append(
            Attachment(
                problem_id=self.problem.pk,
                cycle=1,
                step=State.RECTIFYING,
                side=Attachment.Side.AFTER,
                file_id=self.photo[0],
                caption=caption,
                by_id=self.lead.user_id,
                at=self.at,
            )
        )
        return {"side": str(Attachment.Side.AFTER), "caption": caption, "mismatches": []}

    def _said_at_self_check(self) -> dict[str, Any]:
        statement = f"{self.rng.choice(DONE)}，申请验收（演示）。"
        self.rows.append(
            SelfCheck(
                problem_id=self.problem.pk,
                cycle=1,
                attempt=1,
                standards=SAID,
                statement=statement,
                by_id=self.lead.user_id,
                at=self.at,
            )
        )
        return {"attempt": 1, "standards": SAID, "statement": statement}

    def _said_at_pass_acceptance(self) -> dict[str, Any]:
        visited_on, names = timezone.localdate(self.at), [self.acceptor.actor.name]
        self.rows.append(
            Acceptance(
                problem_id=self.problem.pk,
                cycle=1,
                attempt=1,
                unit_id=self.acceptor.unit_id,
                passed=True,
                checklist=TICKS,
                visited_on=visited_on,
                signatures=names,
                by_id=self.acceptor.user_id,
                at=self.at,
            )
        )
        return {"attempt": 1, "checklist": TICKS, "visited_on": visited_on.isoformat(), "signatures": names}

    def _said_at_close(self) -> dict[str, Any]:
        return {"archive_index": self.problem.archive_index}


_NAMES = tuple(name for name, _often in SUBJECTS)
_WEIGHTS: list[int] = []
for _name, _often in SUBJECTS:
    _WEIGHTS.append((_WEIGHTS[-1] if _WEIGHTS else 0) + _often)
