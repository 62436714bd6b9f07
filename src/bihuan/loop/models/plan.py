from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from bihuan.kernel.database.models import CityModel
from bihuan.kernel.people.models import User
from bihuan.loop.models.problem import Problem
from bihuan.loop.rules.states import TimeLimit


class RectificationPlan(CityModel):
    """The plan of one cycle. After approval its goal and date change only by an approved PlanChange."""

    class Status(models.TextChoices):
        SUBMITTED = "submitted", _("submitted")
        RETURNED = "returned", _("sent back")
        APPROVED = "approved", _("approved")

    problem = models.ForeignKey(Problem, on_delete=models.PROTECT, related_name="plans")
    cycle = models.PositiveSmallIntegerField()
    status = models.CharField(max_length=10, choices=Status, default=Status.SUBMITTED)
    goal = models.TextField(_("goal"))
    standard = models.TextField(_("standard of acceptance"))
    time_limit = models.CharField(_("time limit"), max_length=10, choices=TimeLimit)
    deadline = models.DateField(_("deadline"), null=True)
    submitted_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    submitted_at = models.DateTimeField()
    decided_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    decided_at = models.DateTimeField(null=True)
    returned_because = models.TextField(blank=True)

    class Meta:
        verbose_name = _("rectification plan")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["problem", "cycle"],
                condition=~Q(status="returned"),
                name="one_standing_plan_per_cycle",
            ),
            models.CheckConstraint(
                condition=Q(time_limit="long_term", deadline=None)
                | Q(time_limit="date", deadline__isnull=False),
                name="plan_limit_is_a_date_or_long_term",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.problem_id}/{self.cycle}"


class Measure(CityModel):
    plan = models.ForeignKey(RectificationPlan, on_delete=models.CASCADE, related_name="measures")
    order = models.PositiveSmallIntegerField()
    text = models.TextField()

    class Meta:
        verbose_name = _("measure")
        ordering = ["order"]

    def __str__(self) -> str:
        return self.text


class Milestone(CityModel):
    plan = models.ForeignKey(RectificationPlan, on_delete=models.CASCADE, related_name="milestones")
    order = models.PositiveSmallIntegerField()
    name = models.CharField(max_length=120)
    due_on = models.DateField()
    weight = models.PositiveSmallIntegerField(help_text=_("per cent of the plan"))
    claimed_at = models.DateTimeField(null=True)
    accepted_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("milestone")
        ordering = ["order"]
        constraints = [
            models.CheckConstraint(condition=Q(weight__gt=0, weight__lte=100), name="milestone_weight"),
        ]

    def __str__(self) -> str:
        return self.name


class PlanChange(CityModel):
    """A change of the plan's goal or deadline: asked, then approved or refused; the old value stays."""

    class Field(models.TextChoices):
        GOAL = "goal", _("goal")
        DEADLINE = "deadline", _("deadline")

    plan = models.ForeignKey(RectificationPlan, on_delete=models.PROTECT, related_name="changes")
    field = models.CharField(max_length=10, choices=Field)
    old_value = models.TextField()
    new_value = models.TextField()
    reason = models.TextField()
    requested_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    requested_at = models.DateTimeField()
    approved = models.BooleanField(null=True)
    decided_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    decided_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("change of the plan")
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.plan_id} {self.field}"
