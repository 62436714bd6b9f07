from collections.abc import Iterable
from datetime import date, datetime
from typing import Any, ClassVar, Self, TypeVar

import pgtrigger
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import models
from django.db.models import Exists, F, FilteredRelation, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from bihuan.kernel.calendar.models import ClockBase
from bihuan.kernel.database.models import CityModel
from bihuan.kernel.people.access import Reader, party_tokens
from bihuan.kernel.people.models import Unit, User
from bihuan.kernel.people.scope import ScopedModel, ScopedQuerySet
from bihuan.loop.rules import states
from bihuan.loop.rules.procedures import Procedure, procedure
from bihuan.loop.rules.transitions import allowed_pairs

S = TypeVar("S", bound=models.Model)


class ProblemQuerySet(ScopedQuerySet["Problem"]):
    def in_states(self, wanted: Iterable[str], as_of: datetime | None = None) -> Self:
        """Problems in one of the states now, or as they stood at a past moment."""
        wanted = [str(state) for state in wanted]
        if as_of is None:
            return self.filter(state__in=wanted)
        spans = StateSpan.objects.at(as_of).filter(state__in=wanted)
        return self.filter(pk__in=spans.values("problem_id"))

    def standing_at(self, moment: datetime) -> Self:
        """Problems that had been reported by the moment, with the state in which they stood: `state_then`."""
        lasting = Q(spans__left_at=None) | Q(spans__left_at__gt=moment)
        span = FilteredRelation("spans", condition=lasting & Q(spans__entered_at__lte=moment))
        # Not span__isnull: that would join the spans a second time.
        then = self.annotate(span=span, state_then=F("span__state")).filter(state_then__isnull=False)
        return then.filter(reported_at__lte=moment)

    def open(self, as_of: datetime | None = None) -> Self:
        return self.in_states(states.OPEN, as_of)

    def overdue(self, today: date) -> Self:
        """Open problems whose most urgent running clock ended before `today`."""
        return self.filter(state__in=[*states.OPEN], due_on__lt=today)


class Problem(ScopedModel):
    """Whatever anyone or anything found wrong; the row every source, clock and proof hangs on.

    `due_on` is the date of the most urgent running clock; `turn` and `turn_unit` say whose move it is.
    All three are kept by the actions so that a desk is one indexed read.
    """

    number = models.CharField(_("number"), max_length=20, unique=True)
    title = models.CharField(_("problem"), max_length=200)
    description = models.TextField(_("description"), blank=True)
    place = models.CharField(_("place"), max_length=200, blank=True)
    lon = models.FloatField(null=True, blank=True)
    lat = models.FloatField(null=True, blank=True)
    origin = models.CharField(max_length=12, choices=states.Origin)
    category = models.CharField(max_length=40, blank=True)
    level = models.CharField(max_length=10, choices=states.Level, blank=True)
    procedure_key = models.CharField(max_length=20)
    state = models.CharField(max_length=20, choices=states.State, default=states.State.REPORTED)
    substantiation = models.CharField(
        max_length=20, choices=states.Substantiation, default=states.Substantiation.UNKNOWN
    )
    cycle = models.PositiveSmallIntegerField(default=1)
    time_limit = models.CharField(max_length=10, choices=states.TimeLimit, default=states.TimeLimit.DATE)
    discovered_on = models.DateField()
    reported_at = models.DateTimeField()
    reported_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    lead_unit = models.ForeignKey(Unit, null=True, on_delete=models.PROTECT, related_name="led_problems")
    responsible_units = models.ManyToManyField(Unit, related_name="problems")
    acceptance_unit = models.ForeignKey(Unit, null=True, on_delete=models.PROTECT, related_name="+")
    leading_official = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    master = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="duplicates")
    due_on = models.DateField(null=True)
    due_provisional = models.BooleanField(default=False)
    turn = models.CharField(max_length=40, blank=True)
    turn_unit = models.ForeignKey(Unit, null=True, on_delete=models.PROTECT, related_name="+")
    closure_signed_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    archive_index = models.CharField(max_length=80, blank=True)
    filed_reference = models.CharField(max_length=80, blank=True)
    needs_plan = models.BooleanField(default=False)
    times_returned = models.PositiveSmallIntegerField(default=0)
    times_suspended = models.PositiveSmallIntegerField(default=0)
    attempts = models.PositiveSmallIntegerField(default=0)
    listed = models.BooleanField(default=False)
    false_rectification = models.BooleanField(default=False)
    escalation_level = models.PositiveSmallIntegerField(default=0)
    search_text = models.TextField(blank=True)
    search_terms = ArrayField(models.CharField(max_length=40), default=list)

    objects: ClassVar[Any] = ProblemQuerySet.as_manager()

    class Meta:
        verbose_name = _("problem")
        ordering = ["-pk"]
        indexes = [
            *ScopedModel.Meta.indexes,
            models.Index(fields=["state", "due_on"]),
            models.Index(fields=["turn", "due_on"]),
            models.Index(fields=["turn_unit", "due_on"]),
            models.Index(
                fields=["reported_at", "id"], include=["jurisdiction_path"], name="problem_reported"
            ),
            models.Index(fields=["state", "reported_at"], name="problem_state_reported"),
            models.Index(fields=["level", "reported_at"], name="problem_level_reported"),
            models.Index(fields=["procedure_key", "reported_at"], name="problem_kind_reported"),
            models.Index(fields=["due_on", "id"], name="problem_due"),
            models.Index(fields=["jurisdiction_path", "id"], name="problem_place"),
            models.Index(
                OpClass("jurisdiction_path", name="varchar_pattern_ops"), "state", name="problem_place_state"
            ),
            GinIndex(fields=["search_terms"], name="problem_search"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(acceptance_unit=None) | Q(lead_unit=None) | ~Q(acceptance_unit=F("lead_unit")),
                name="problem_acceptor_is_not_lead",
            ),
        ]
        triggers = [
            pgtrigger.FSM(name="allowed_transition", field="state", transitions=allowed_pairs()),
            pgtrigger.Protect(name="no_delete", operation=pgtrigger.Delete),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.title}"

    @property
    def procedure(self) -> Procedure:
        return procedure(self.procedure_key)

    @property
    def stream(self) -> str:
        return f"problem:{self.pk}"

    @property
    def is_long_term(self) -> bool:
        return self.time_limit == states.TimeLimit.LONG_TERM

    def is_overdue(self, today: date) -> bool:
        return self.state in states.OPEN and self.due_on is not None and self.due_on < today


class SourceQuerySet(ScopedQuerySet[S]):
    @classmethod
    def readable(cls, user: Reader) -> Q:
        """Sources in reach, and those that name the user or one of their units, or whose problem does."""
        own, tokens = super().readable(user), party_tokens(user)
        return own | Q(problem__parties__overlap=tokens) if tokens else own

    def in_states(self, wanted: Iterable[str], as_of: datetime) -> Self:
        """Sources whose problem stood in one of the states at that moment."""
        return self._stood(StateSpan.objects.at(as_of).filter(state__in=[str(state) for state in wanted]))

    def received_by(self, as_of: datetime) -> Self:
        """Sources whose problem existed at that moment, in whatever state."""
        return self._stood(StateSpan.objects.at(as_of))

    def _stood(self, spans: "StateSpanQuerySet") -> Self:
        """From the sources, which are few, to the spans, which are very many: never the other way round."""
        return self.filter(Exists(spans.filter(problem=OuterRef("problem"))))


class SourceRecord(ScopedModel):
    """Where a problem came from: one numbered record with its own clocks and its own answer.

    An area subclasses it (multi-table) with what it knows beyond this.
    """

    kind = models.CharField(max_length=30)
    number = models.CharField(_("number"), max_length=80)
    problem = models.ForeignKey(Problem, null=True, on_delete=models.PROTECT, related_name="sources")
    title = models.CharField(max_length=200)
    received_on = models.DateField(null=True)
    answered_on = models.DateField(null=True)
    answer = models.TextField(blank=True)

    objects: ClassVar[Any] = SourceQuerySet.as_manager()

    class Meta:
        verbose_name = _("source")
        ordering = ["-pk"]
        indexes = [*ScopedModel.Meta.indexes]
        constraints = [models.UniqueConstraint(fields=["kind", "number"], name="source_number_once")]
        triggers = [pgtrigger.Protect(name="source_no_delete", operation=pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"{self.number} {self.title}"


class StateSpanQuerySet(models.QuerySet["StateSpan"]):
    def at(self, moment: datetime) -> Self:
        return self.filter(Q(left_at=None) | Q(left_at__gt=moment), entered_at__lte=moment)


class StateSpan(CityModel):
    """One stay in one state: the past of the state axis, readable at any moment."""

    problem = models.ForeignKey(Problem, on_delete=models.PROTECT, related_name="spans")
    cycle = models.PositiveSmallIntegerField()
    state = models.CharField(max_length=20, choices=states.State)
    entered_at = models.DateTimeField()
    left_at = models.DateTimeField(null=True)
    event = models.CharField(max_length=40)

    objects = StateSpanQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        indexes = [models.Index(fields=["state", "entered_at", "left_at"])]
        constraints = [
            models.UniqueConstraint(fields=["problem"], condition=Q(left_at=None), name="one_current_state"),
        ]
        triggers = [pgtrigger.Protect(name="span_no_delete", operation=pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"{self.problem_id} {self.state}"


class Clock(ClockBase, CityModel):
    problem = models.ForeignKey(Problem, on_delete=models.PROTECT, related_name="clocks")
    source = models.ForeignKey(SourceRecord, null=True, on_delete=models.PROTECT, related_name="clocks")
    cycle = models.PositiveSmallIntegerField()
    name = models.CharField(max_length=40)

    class Meta:
        ordering = ["pk"]
        indexes = [models.Index(fields=["problem", "stopped_at"])]
        triggers = [pgtrigger.Protect(name="clock_no_delete", operation=pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"{self.problem_id} {self.name}"


class AcceptanceStep(CityModel):
    """One level of acceptance in the order in which the levels must pass."""

    problem = models.ForeignKey(Problem, on_delete=models.CASCADE, related_name="acceptance_steps")
    cycle = models.PositiveSmallIntegerField()
    order = models.PositiveSmallIntegerField()
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["order"]
        constraints = [
            models.UniqueConstraint(fields=["problem", "cycle", "order"], name="acceptance_step_once"),
        ]

    def __str__(self) -> str:
        return f"{self.problem_id} {self.order} {self.unit_id}"
