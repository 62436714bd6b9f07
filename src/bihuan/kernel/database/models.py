from django.conf import settings
from django.db import models


def this_city() -> str:
    return str(settings.BIHUAN_CITY)


class CityModel(models.Model):
    """Base of every table: `city` is the division code of the city that owns the row, so that
    a province can subscribe to the tables of many cities without rewriting keys."""

    city = models.CharField(max_length=6, default=this_city, editable=False)

    class Meta:
        abstract = True
