from typing import IO

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.utils.translation import gettext_lazy as _

from bihuan.kernel.database.models import CityModel
from bihuan.kernel.evidence.storage import store
from bihuan.kernel.people.models import User


class EvidenceFile(CityModel):
    """One content, kept once under its SHA-256; what the photo says about itself stands beside it."""

    sha256 = models.CharField(max_length=64, unique=True)
    name = models.CharField(max_length=200)
    media_type = models.CharField(max_length=80)
    size = models.PositiveBigIntegerField()
    display_sha256 = models.CharField(max_length=64, blank=True)
    exif_taken_at = models.DateTimeField(null=True)
    exif_lon = models.FloatField(null=True)
    exif_lat = models.FloatField(null=True)
    uploaded_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    uploaded_at = models.DateTimeField()

    class Meta:
        verbose_name = _("evidence file")
        ordering = ["-pk"]

    def __str__(self) -> str:
        return self.name

    def open(self) -> IO[bytes]:
        """The original, byte for byte."""
        return store().read(self.sha256)

    def open_display(self) -> IO[bytes]:
        """The small copy without metadata; only pictures have one."""
        return store().read(self.display_sha256)

    @property
    def is_image(self) -> bool:
        return self.media_type.startswith("image/")


class PhotoPrint(CityModel):
    """What a photo looks like (see prints.py), with the quarters of its hashes to look it up by."""

    file = models.OneToOneField(
        EvidenceFile, primary_key=True, on_delete=models.PROTECT, related_name="photo_print"
    )
    whole = models.BigIntegerField(null=True)
    parts = ArrayField(models.BigIntegerField(), default=list)
    whole_bands = ArrayField(models.IntegerField(), default=list)
    part_bands = ArrayField(models.IntegerField(), default=list)

    class Meta:
        verbose_name = _("photo print")
        indexes = [
            GinIndex(fields=["whole_bands"], name="photo_print_whole"),
            GinIndex(fields=["part_bands"], name="photo_print_parts"),
        ]

    def __str__(self) -> str:
        return str(self.file_id)
