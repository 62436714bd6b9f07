from django.contrib.postgres.indexes import OpClass
from django.db import models
from django.utils.translation import gettext_lazy as _

from bihuan.kernel.database.models import CityModel


class Jurisdiction(CityModel):
    """An area somebody answers for: a division of GB/T 2260, or a functional area without such a code.

    `path` is the codes from the province down, each ended by a slash ("33/3304/330402/"), so that
    "everything inside" is one prefix.
    """

    class Level(models.TextChoices):
        PROVINCE = "province", _("province")
        CITY = "city", _("city")
        COUNTY = "county", _("county")
        TOWN = "town", _("town or subdistrict")
        VILLAGE = "village", _("village or community")
        FUNCTIONAL = "functional", _("functional area")
        OUTSIDE = "outside", _("place outside this city")

    code = models.CharField(max_length=12, unique=True)
    name = models.CharField(max_length=60)
    level = models.CharField(max_length=12, choices=Level)
    parent = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="children")
    path = models.CharField(max_length=60, unique=True)
    boundary = models.JSONField(null=True, help_text=_("GeoJSON geometry, WGS-84"))
    label_lon = models.FloatField(null=True)
    label_lat = models.FloatField(null=True)
    schematic = models.BooleanField(default=False)

    class Meta:
        verbose_name = _("jurisdiction")
        ordering = ["path"]
        indexes = [
            models.Index(OpClass("path", name="varchar_pattern_ops"), name="jurisdiction_path_prefix"),
        ]

    def __str__(self) -> str:
        return self.name
