"""Petition cases of inspections. Three axes that are never one column: finding, handling, strike-off;
how they stood at a past moment is read from `Standing`."""

from datetime import datetime
from fractions import Fraction
from typing import Any, ClassVar, Self

import pgtrigger
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import F, FilteredRelation, Q
from django.utils.translation import gettext_lazy as _

from bihuan.governance.petitions.rules import reconcile, vocabulary
from bihuan.kernel.database.models import CityModel
from bihuan.kernel.people.access import Reader, posts_of
from bihuan.kernel.places.models import Jurisdiction
from bihuan.loop.models import SourceQuerySet, SourceRecord

OUTSIDE_CODE = "OUTSIDE"


class Level(models.TextChoices):
    CENTRAL = "central", _("central inspection")
    PROVINCIAL = "provincial", _("provincial inspection")
    LOCAL = "local", _("other inspection")


class Channel(models.TextChoices):
    PHONE = "phone", _("by telephone")
    LETTER = "letter", _("by letter")


class Finding(models.TextChoices):
    UNKNOWN = "unknown", _("not yet known")
    TRUE = vocabulary.Finding.TRUE.value, _("substantiated")
    LARGELY_TRUE = vocabulary.Finding.LARGELY_TRUE.value, _("largely substantiated")
    PARTLY_TRUE = vocabulary.Finding.PARTLY_TRUE.value, _("partly substantiated")
    UNFOUNDED = vocabulary.Finding.UNFOUNDED.value, _("unsubstantiated")


SUBSTANTIATED = (Finding.TRUE, Finding.LARGELY_TRUE, Finding.PARTLY_TRUE)


class Handling(models.TextChoices):
    UNKNOWN = "unknown", _("not stated")
    IN_PROGRESS = vocabulary.Handling.IN_PROGRESS.value, _("being handled")
    STAGE_CONCLUDED = vocabulary.Handling.STAGE_CONCLUDED.value, _("concluded in stages")
    CONCLUDED = vocabulary.Handling.CONCLUDED.value, _("concluded")


class StrikeOff(models.TextChoices):
    NONE = vocabulary.StrikeOff.NONE.value, _("not struck off")
    PROPOSED = vocabulary.StrikeOff.PROPOSED.value, _("proposed for striking off")
    UNDER_NOTICE = vocabulary.StrikeOff.UNDER_NOTICE.value, _("under notice for striking off")
    STRUCK_OFF = vocabulary.StrikeOff.STRUCK_OFF.value, _("struck off")


class Pollution(models.TextChoices):
    AIR = vocabulary.Pollution.AIR.value, _("air")
    WATER = vocabulary.Pollution.WATER.value, _("water")
    NOISE = vocabulary.Pollution.NOISE.value, _("noise")
    ECOLOGY = vocabulary.Pollution.ECOLOGY.value, _("ecology")
    SOIL = vocabulary.Pollution.SOIL.value, _("soil")
    RADIATION = vocabulary.Pollution.RADIATION.value, _("radiation")
    MARINE = vocabulary.Pollution.MARINE.value, _("sea")
    OTHER = vocabulary.Pollution.OTHER.value, _("other")
    FUME = vocabulary.Pollution.FUME.value, _("cooking fume")
    DUST = vocabulary.Pollution.DUST.value, _("dust")
    WASTE = vocabulary.Pollution.WASTE.value, _("waste")
    LIVESTOCK = vocabulary.Pollution.LIVESTOCK.value, _("livestock")


class Verdict(models.TextChoices):
    AGREES = reconcile.Verdict.AGREES.value, _("adds up")
    EXPLAINED = reconcile.Verdict.EXPLAINED.value, _("adds up by its own way of counting")
    SLIP = reconcile.Verdict.SLIP.value, _("a printed share is slightly off")
    MISMATCH = reconcile.Verdict.MISMATCH.value, _("does not add up")


class BatchQuerySet(models.QuerySet["PetitionBatch"]):
    def visible_to(self, user: Reader) -> Self:
        """Announcements are public facts: whoever holds a post reads them."""
        return self if posts_of(user) else self.none()


class PetitionBatch(CityModel):
    """One hand-over as it was announced; what was printed stays as printed, the checks are computed."""

    number = models.CharField(_("number"), max_length=120, unique=True)
    area = models.CharField(_("area"), max_length=60)
    inspection = models.CharField(_("inspection"), max_length=60)
    batch_no = models.CharField(_("batch"), max_length=30, blank=True)
    handover_date = models.DateField(_("handed over on"), null=True)
    total = models.PositiveIntegerField(_("petitions"), null=True)
    printed = models.JSONField(default=dict)
    verdict = models.CharField(_("arithmetic"), max_length=12, choices=Verdict, default=Verdict.AGREES)

    objects: ClassVar[Any] = BatchQuerySet.as_manager()

    class Meta:
        verbose_name = _("petition batch")
        ordering = ["-handover_date", "-pk"]

    def __str__(self) -> str:
        return f"{self.area} {self.inspection} {self.batch_no or self.handover_date or ''}"

    @property
    def stream(self) -> str:
        return f"petition-batch:{self.pk}"


class CaseQuerySet(SourceQuerySet["PetitionCase"]):
    def ours(self) -> Self:
        """Without the records of other cities that a file brought along."""
        return self.exclude(jurisdiction__code=OUTSIDE_CODE)

    def standing_at(self, moment: datetime) -> Self:
        """Cases that existed at the moment, with how their three axes stood: `finding_then` and so on."""
        lasting = Q(standings__until_at=None) | Q(standings__until_at__gt=moment)
        joined = self.annotate(
            stood=FilteredRelation("standings", condition=lasting & Q(standings__from_at__lte=moment)),
            finding_then=F("stood__finding"),
            handling_then=F("stood__handling"),
            strike_off_then=F("stood__strike_off"),
        )
        # Not stood__isnull: that would join the standings a second time.
        return joined.filter(strike_off_then__isnull=False)


class PetitionCase(SourceRecord):
    """One petition that an inspection team handed over. `number` is its key here, `number_printed` the
    source's; `printed` keeps the source's row beside what we make of it."""

    number_printed = models.CharField(_("petition number"), max_length=60, blank=True)
    pattern = models.CharField(_("pattern of the number"), max_length=20)
    channel = models.CharField(_("channel"), max_length=10, choices=Channel, blank=True)
    key_case = models.BooleanField(_("key case"), default=False)
    batch = models.ForeignKey(PetitionBatch, null=True, on_delete=models.PROTECT, related_name="cases")
    batch_no = models.CharField(_("batch"), max_length=30, blank=True)
    level = models.CharField(_("level"), max_length=12, choices=Level, blank=True)
    inspection = models.CharField(_("inspection"), max_length=60, blank=True)
    round = models.PositiveSmallIntegerField(_("round"), null=True)
    area_printed = models.CharField(_("place as printed"), max_length=120, blank=True)
    published_on = models.DateField(_("published on"), null=True)
    problem_text = models.TextField(_("problem as handed over"), blank=True)
    finding = models.CharField(_("substantiation"), max_length=14, choices=Finding, default=Finding.UNKNOWN)
    handling = models.CharField(_("handling"), max_length=16, choices=Handling, default=Handling.UNKNOWN)
    strike_off = models.CharField(_("striking off"), max_length=14, choices=StrikeOff, default=StrikeOff.NONE)
    verification = models.TextField(_("verification"), blank=True)
    rectification = models.TextField(_("rectification"), blank=True)
    accountability = models.TextField(_("accountability"), blank=True)
    closure_target = models.TextField(_("target"), blank=True)
    primary_pollution = models.CharField(_("main type"), max_length=12, choices=Pollution, blank=True)
    repeats = ArrayField(models.CharField(max_length=60), default=list)
    truncated_fields = ArrayField(models.CharField(max_length=30), default=list)
    flags = ArrayField(models.CharField(max_length=40), default=list)
    printed = models.JSONField(default=dict)
    complainant = models.CharField(_("complainant's token"), max_length=40, blank=True)
    search_text = models.TextField(blank=True)
    search_terms = ArrayField(models.CharField(max_length=40), default=list)

    objects: ClassVar[Any] = CaseQuerySet.as_manager()

    class Meta:
        verbose_name = _("petition case")
        ordering = ["-pk"]
        indexes = [
            GinIndex(fields=["search_terms"], name="petition_search"),
            models.Index(fields=["number_printed"]),
        ]
        constraints = [
            models.CheckConstraint(
                condition=~Q(strike_off="struck_off") | Q(handling="concluded"),
                name="petition_struck_off_is_concluded",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number_printed or self.number} {self.title}"

    @property
    def stream(self) -> str:
        return f"petition:{self.pk}"

    @property
    def is_outside(self) -> bool:
        return self.jurisdiction.code == OUTSIDE_CODE


class Standing(CityModel):
    """The three axes of a case from one moment to the next, so that the past can be read."""

    case = models.ForeignKey(PetitionCase, on_delete=models.PROTECT, related_name="standings")
    finding = models.CharField(max_length=14, choices=Finding)
    handling = models.CharField(max_length=16, choices=Handling)
    strike_off = models.CharField(max_length=14, choices=StrikeOff)
    from_at = models.DateTimeField()
    until_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["pk"]
        indexes = [models.Index(fields=["case", "from_at", "until_at"])]
        constraints = [
            models.UniqueConstraint(fields=["case"], condition=Q(until_at=None), name="petition_stands_once"),
        ]
        triggers = [pgtrigger.Protect(name="petition_standing_no_delete", operation=pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"{self.case_id} {self.finding}/{self.handling}/{self.strike_off}"


class PollutionOfCase(CityModel):
    case = models.ForeignKey(PetitionCase, on_delete=models.CASCADE, related_name="pollutions")
    type = models.CharField(max_length=12, choices=Pollution)
    word = models.CharField(max_length=60)
    primary = models.BooleanField(default=False)

    class Meta:
        ordering = ["-primary", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["case", "type"], name="petition_type_once"),
            models.UniqueConstraint(fields=["case"], condition=Q(primary=True), name="petition_primary_once"),
        ]

    def __str__(self) -> str:
        return f"{self.case_id} {self.type}"


class Attribution(CityModel):
    """The part of a case that a place answers for; the parts of a case are 1 together."""

    case = models.ForeignKey(PetitionCase, on_delete=models.CASCADE, related_name="attributions")
    jurisdiction = models.ForeignKey(Jurisdiction, on_delete=models.PROTECT, related_name="+")
    numerator = models.PositiveIntegerField()
    denominator = models.PositiveIntegerField()

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["case", "jurisdiction"], name="petition_attributed_once"),
            models.CheckConstraint(
                condition=Q(numerator__gt=0, numerator__lte=F("denominator")), name="petition_part_up_to_one"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.jurisdiction_id} {self.part}"

    @property
    def part(self) -> Fraction:
        return Fraction(self.numerator, self.denominator)


class Effect(CityModel):
    """What a case led to. Acts and persons are counted apart: one decision may concern several people."""

    class Kind(models.TextChoices):
        ORDER = "order", _("ordered to rectify")
        CASE_FILED = "case_filed", _("case filed for punishment")
        FINE = "fine", _("fine")
        INVESTIGATION = "investigation", _("criminal case opened")
        ADMINISTRATIVE_DETENTION = "administrative_detention", _("administrative detention")
        CRIMINAL_DETENTION = "criminal_detention", _("criminal detention")
        INTERVIEW = "interview", _("interview")
        ACCOUNTABILITY = "accountability", _("held accountable")

    class Rank(models.TextChoices):
        DEPARTMENT = "department", _("department level")
        DIVISION = "division", _("division level")
        SECTION = "section", _("section level")
        OTHER = "other", _("below section level")

    case = models.ForeignKey(PetitionCase, on_delete=models.PROTECT, related_name="effects")
    kind = models.CharField(_("effect"), max_length=26, choices=Kind)
    acts = models.PositiveIntegerField(_("acts"), default=1)
    persons = models.PositiveIntegerField(_("persons"), default=0)
    amount_yuan = models.DecimalField(_("amount in yuan"), max_digits=14, decimal_places=2, null=True)
    rank = models.CharField(_("rank"), max_length=12, choices=Rank, blank=True)
    decided_on = models.DateField(_("decided on"))
    note = models.CharField(_("remark"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("effect of a petition")
        ordering = ["decided_on", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(amount_yuan=None) | Q(kind="fine"), name="petition_only_fines_have_amounts"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.case_id} {self.kind}"


class SealedComplainant(CityModel):
    """Who complained. Nobody reads this table: the token leads to it through the action `unmask` alone."""

    token = models.CharField(max_length=40, unique=True)
    name = models.CharField(max_length=60, blank=True)
    phone = models.CharField(max_length=40, blank=True)
    address = models.CharField(max_length=200, blank=True)

    class Meta:
        verbose_name = _("sealed complainant")

    def __str__(self) -> str:
        return self.token
