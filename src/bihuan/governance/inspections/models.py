from typing import Any, ClassVar, Self

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from bihuan.governance.inspections.rules.counts import Nature
from bihuan.kernel.calendar.models import ClockBase
from bihuan.kernel.database.models import CityModel
from bihuan.kernel.people.access import Reader, posts_of
from bihuan.kernel.places.models import Jurisdiction
from bihuan.loop.models import SourceQuerySet, SourceRecord
from bihuan.loop.rules.states import TimeLimit


class RoundQuerySet(models.QuerySet["Round"]):
    def visible_to(self, user: Reader) -> Self:
        """A round is a public fact: whoever holds a post reads it. Its items have their own rule."""
        return self if posts_of(user) else self.none()


class Round(ClockBase, CityModel):
    """One inspection of this place: a round, and where rounds come in batches the batch that came here.

    The clock it carries is that of the plan due to the superior level, fixed when the feedback arrived
    and stopped when the plan was sent.
    """

    class Level(models.TextChoices):
        CENTRAL = "central", _("central inspection")
        PROVINCIAL = "provincial", _("provincial inspection")

    class Kind(models.TextChoices):
        ROUTINE = "routine", _("routine inspection")
        SPECIAL = "special", _("special inspection")
        LOOK_BACK = "look_back", _("inspection look-back")
        WARNING_FILM = "warning_film", _("warning film")

    name = models.CharField(_("name"), max_length=120, unique=True)
    level = models.CharField(_("level"), max_length=12, choices=Level)
    kind = models.CharField(_("kind"), max_length=12, choices=Kind, default=Kind.ROUTINE)
    ordinal = models.PositiveSmallIntegerField(_("round"), null=True, blank=True)
    batch = models.PositiveSmallIntegerField(_("batch"), null=True, blank=True)
    inspected = models.ForeignKey(Jurisdiction, on_delete=models.PROTECT, related_name="+")
    team = models.CharField(_("inspection team"), max_length=120, blank=True)
    publisher = models.CharField(_("publishing body"), max_length=120, blank=True)
    on_site_from = models.DateField(_("on site from"), null=True, blank=True)
    on_site_to = models.DateField(_("on site to"), null=True, blank=True)
    feedback_on = models.DateField(_("feedback on"), null=True, blank=True)
    document_ref = models.CharField(_("feedback document"), max_length=200, blank=True)

    # A round read from a list of measures alone has no feedback day yet, so its clock hasn't started.
    started_at = models.DateTimeField(null=True)  # type: ignore[assignment]

    objects: ClassVar[Any] = RoundQuerySet.as_manager()

    class Meta:
        verbose_name = _("inspection round")
        ordering = ["-feedback_on", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(on_site_to=None) | Q(on_site_from__lte=models.F("on_site_to")),
                name="round_ends_after_it_begins",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def stream(self) -> str:
        return f"round:{self.pk}"


class FeedbackItem(SourceRecord):
    """One problem as an inspection fed it back. Its text is kept word for word and never edited."""

    round = models.ForeignKey(Round, on_delete=models.PROTECT, related_name="items")
    ordinal = models.PositiveSmallIntegerField(_("ordinal"))
    original_text = models.TextField(_("text of the feedback"))
    nature = models.CharField(_("nature"), max_length=10, choices=Nature)
    problem_type = models.CharField(_("type of problem"), max_length=60, blank=True)
    task = models.TextField(_("rectification task"), blank=True)
    goal = models.TextField(_("goal"), blank=True)
    time_limit = models.CharField(_("time limit"), max_length=10, choices=TimeLimit, default=TimeLimit.DATE)
    deadline = models.DateField(_("deadline"), null=True, blank=True)
    parent_item = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="children"
    )
    parent_reference = models.CharField(_("item of the superior's list"), max_length=120, blank=True)
    highlight = models.BooleanField(_("highlight of the round"), default=False)
    source_number = models.CharField(_("number in the source"), max_length=60, blank=True)
    source_document = models.CharField(_("source document"), max_length=300, blank=True)
    printed = models.JSONField(default=dict, help_text=_("the row as the source printed it"))
    flags = ArrayField(models.CharField(max_length=40), default=list)

    objects: ClassVar[Any] = SourceQuerySet.as_manager()

    class Meta:
        verbose_name = _("feedback item")
        ordering = ["round", "ordinal"]
        constraints = [
            models.UniqueConstraint(fields=["round", "ordinal"], name="item_ordinal_once_per_round"),
            models.UniqueConstraint(
                fields=["source_number"], condition=~Q(source_number=""), name="item_source_number_once"
            ),
            models.CheckConstraint(
                condition=Q(time_limit=TimeLimit.DATE) | Q(deadline=None),
                name="item_kept_up_long_term_has_no_deadline",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.ordinal}. {self.title}"
