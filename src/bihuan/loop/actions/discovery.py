"""From a finding to a registered problem."""

from datetime import date, datetime
from typing import Any

from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from bihuan.kernel.errors import Refused
from bihuan.kernel.ledger.actions import append
from bihuan.kernel.ledger.rules import SYSTEM, Actor
from bihuan.kernel.people.access import post_for, require, user_token
from bihuan.kernel.places.models import Jurisdiction
from bihuan.kernel.registers.search import bigrams
from bihuan.loop.actions.clocks import refresh_due, start_clock
from bihuan.loop.actions.engine import begin, finish, take_turn, turn_in
from bihuan.loop.actions.news import tell_whose_turn_it_is
from bihuan.loop.models import Problem, SourceRecord, StateSpan
from bihuan.loop.rules.procedures import procedure as procedure_of
from bihuan.loop.rules.states import Level, Origin, State, Substantiation
from bihuan.loop.rules.transitions import MACHINE_VERSION

SEARCH_LIMIT = 4000


@transaction.atomic
def report(
    *,
    by: Any,
    title: str,
    jurisdiction: Jurisdiction,
    procedure: str,
    origin: str = Origin.PEER,
    description: str = "",
    place: str = "",
    category: str = "",
    discovered_on: date | None = None,
    lon: float | None = None,
    lat: float | None = None,
    source: SourceRecord | None = None,
    at: datetime | None = None,
) -> Problem:
    """The one door in. A source that already has its problem gets that problem back, unchanged."""
    if source is not None:
        source = type(source).objects.select_for_update(of=("self",)).get(pk=source.pk)
        if source.problem is not None:
            return source.problem
    actor = SYSTEM if by is None else require(by, "problem.report")
    moment = at or timezone.now()
    problem = Problem(
        pk=_next_key(),
        **Problem.where(jurisdiction),
        title=title[:200],
        description=description,
        place=place,
        lon=lon,
        lat=lat,
        origin=origin,
        category=category,
        procedure_key=procedure,
        needs_plan=procedure_of(procedure).needs_plan,
        discovered_on=discovered_on or timezone.localdate(moment),
        reported_at=moment,
        reported_by=by,
        parties=[user_token(by.pk)] if by is not None else [],
    )
    problem.number = f"WT{problem.discovered_on.year}{problem.pk:06d}"
    fill_search(problem, source)
    problem.save(force_insert=True)
    _open(problem, source, actor=actor, at=moment)
    return problem


def fill_search(problem: Problem, source: SourceRecord | None = None) -> None:
    words = (
        problem.number,
        source.number if source else "",
        problem.title,
        problem.place,
        problem.description,
    )
    problem.search_text = " ".join(word for word in words if word)[:SEARCH_LIMIT]
    problem.search_terms = bigrams(problem.search_text)


def _open(problem: Problem, source: SourceRecord | None, *, actor: Actor, at: datetime) -> None:
    StateSpan.objects.create(problem=problem, cycle=1, state=problem.state, entered_at=at, event="report")
    start_clock(problem, "triage", at=at)
    if source is not None:
        _join(problem, source, at=at)
    take_turn(problem, turn_in(problem))
    refresh_due(problem)
    problem.save(update_fields=["turn", "turn_unit", "due_on", "due_provisional"])
    event = append(
        problem.stream,
        "problem.report",
        by=actor,
        payload={
            "number": problem.number,
            "title": problem.title,
            "place": problem.place,
            "jurisdiction": problem.jurisdiction.code,
            "origin": str(problem.origin),
            "procedure": problem.procedure_key,
            "source": f"{source.kind}:{source.number}" if source else None,
            "to": str(State.REPORTED),
            "cycle": 1,
        },
        rule_version=MACHINE_VERSION,
        at=at,
    )
    tell_whose_turn_it_is(problem, event, at=at)


def _join(problem: Problem, source: SourceRecord, *, at: datetime) -> None:
    source.problem = problem
    source.save(update_fields=["problem"])
    if problem.procedure.source_clock:
        start_clock(problem, problem.procedure.source_clock, at=at, source=source)


@transaction.atomic
def add_source(problem: Problem, *, by: Any, source: SourceRecord, at: datetime | None = None) -> Problem:
    """A further record about a problem that is known: it keeps its own clock and its own answer."""
    actor = require(by, "problem.triage", path=problem.jurisdiction_path)
    moment = at or timezone.now()
    locked = Problem.objects.select_for_update(of=("self",)).get(pk=problem.pk)
    if source.problem_id is not None:
        raise Refused(reason=_("This source already belongs to a problem."))
    _join(locked, source, at=moment)
    refresh_due(locked)
    locked.save(update_fields=["due_on", "due_provisional"])
    append(
        locked.stream,
        "problem.add_source",
        by=actor,
        payload={"source": f"{source.kind}:{source.number}"},
        rule_version=MACHINE_VERSION,
        at=moment,
    )
    return locked


@transaction.atomic
def link_duplicate(
    problem: Problem, *, by: Any, master: Problem, reason: str = "", at: datetime | None = None
) -> Problem:
    """The sources stay with the duplicate and are still owed an answer."""
    step = begin(problem, "link_duplicate", by=by, at=at)
    if master.pk == problem.pk or master.state == State.DUPLICATE:
        raise Refused(reason=_("Choose the original problem, not this one or another duplicate."))
    return finish(step, changes={"master": master}, payload={"master": master.number}, reason=reason)


@transaction.atomic
def decline(
    problem: Problem, *, by: Any, reason: str, redirected_to: str, at: datetime | None = None
) -> Problem:
    step = begin(problem, "decline", by=by, at=at)
    return finish(step, payload={"redirected_to": redirected_to}, reason=required(reason))


@transaction.atomic
def accept_report(problem: Problem, *, by: Any, reason: str = "", at: datetime | None = None) -> Problem:
    return finish(begin(problem, "accept_report", by=by, at=at), reason=reason)


@transaction.atomic
def find_unfounded(
    problem: Problem, *, by: Any, reason: str, signed_by: Any = None, at: datetime | None = None
) -> Problem:
    """`signed_by` is the leader who was on the spot; petitions of an inspection need one."""
    step = begin(problem, "find_unfounded", by=by, at=at)
    if step.problem.procedure.leader_signs_unfounded and not _may_sign(signed_by, step.problem):
        raise Refused(reason=_("A leader must sign that this petition is unsubstantiated."))
    signature = signed_by.name if signed_by else None
    changes = {"substantiation": str(Substantiation.UNFOUNDED)}
    return finish(step, changes=changes, payload={"signed_by": signature}, reason=required(reason))


def _may_sign(leader: Any, problem: Problem) -> bool:
    return leader is not None and bool(post_for(leader, "problem.sign", path=problem.jurisdiction_path))


@transaction.atomic
def register(
    problem: Problem,
    *,
    by: Any,
    level: str = Level.GENERAL,
    category: str = "",
    substantiation: str = Substantiation.TRUE,
    reason: str = "",
    at: datetime | None = None,
) -> Problem:
    step = begin(problem, "register", by=by, at=at)
    if substantiation in (Substantiation.UNKNOWN, Substantiation.UNFOUNDED):
        raise Refused(reason=_("Only what is at least partly substantiated is registered."))
    changes = {
        "level": str(level),
        "category": category or step.problem.category,
        "substantiation": str(substantiation),
    }
    return finish(step, changes=changes, payload=changes, reason=reason)


@transaction.atomic
def answer_source(
    problem: Problem, *, by: Any, source: SourceRecord, text: str, at: datetime | None = None
) -> SourceRecord:
    """Answer one source; only this stops its clock, closing the problem does not."""
    actor = require(by, "problem.answer", path=problem.jurisdiction_path, units=[problem.lead_unit_id])
    locked = Problem.objects.select_for_update(of=("self",)).get(pk=problem.pk)
    source = SourceRecord.objects.select_for_update(of=("self",)).get(pk=source.pk, problem=locked)
    if source.answered_on is not None:
        raise Refused(reason=_("This source has been answered already."))
    moment = at or timezone.now()
    source.answer, source.answered_on = required(text), timezone.localdate(moment)
    source.save(update_fields=["answer", "answered_on"])
    locked.clocks.filter(source=source, stopped_at=None).update(stopped_at=moment, outcome="answered")
    refresh_due(locked)
    locked.save(update_fields=["due_on", "due_provisional"])
    append(
        locked.stream,
        "problem.answer_source",
        by=actor,
        payload={"source": f"{source.kind}:{source.number}", "answer": text},
        rule_version=MACHINE_VERSION,
        at=moment,
    )
    return source


def required(text: str) -> str:
    if not text.strip():
        raise Refused(reason=_("A reason in words is required."))
    return text


def _next_key() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval(pg_get_serial_sequence('loop_problem', 'id'))")
        key: int = cursor.fetchone()[0]
    return key
