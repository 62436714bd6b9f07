from django.db import models
from django.utils.translation import gettext_lazy as _

from bihuan.kernel.database.models import CityModel
from bihuan.kernel.people.models import User


class Submission(CityModel):
    """One sent form: written in the transaction of what it did, so that sending it again does nothing."""

    key = models.CharField(max_length=64, unique=True)
    user = models.ForeignKey(User, null=True, on_delete=models.CASCADE, related_name="+")
    location = models.TextField(blank=True)
    at = models.DateTimeField(db_index=True)

    class Meta:
        verbose_name = _("sent form")

    def __str__(self) -> str:
        return self.key[:8]
