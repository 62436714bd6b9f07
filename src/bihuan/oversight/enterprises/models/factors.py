from django.db import models
from django.utils.translation import gettext_lazy as _

from bihuan.kernel.database.models import CityModel


class Factor(CityModel):
    """One row of the factor tables of HJ 212, with the unit that each edition prints for it.

    `code` is empty for the four that only the 2005 edition knows, and stands twice where the 2017 table
    prints it twice; a trailing "xx" is the number of the equipment.
    """

    code = models.CharField(_("code"), max_length=10, blank=True)
    old_code = models.CharField(_("code of 2005"), max_length=10, blank=True)
    name_zh = models.CharField(_("Chinese name"), max_length=60)
    name_en = models.CharField(_("English name"), max_length=120)
    kind = models.CharField(_("kind"), max_length=20)
    unit_2005 = models.CharField(_("unit of 2005"), max_length=20, blank=True)
    unit_2017 = models.CharField(_("unit of 2017"), max_length=20, blank=True)
    unit_2025 = models.CharField(_("unit of 2025"), max_length=20, blank=True)
    emission_unit = models.CharField(_("unit of quantities"), max_length=20, blank=True)
    format_2005 = models.CharField(_("format of 2005"), max_length=20, blank=True)
    format_2017 = models.CharField(_("format of 2017"), max_length=20, blank=True)
    source = models.CharField(_("source table"), max_length=60)
    note = models.CharField(_("note"), max_length=250, blank=True)

    class Meta:
        verbose_name = _("factor")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["code", "old_code", "name_zh"], name="factor_row_once"),
        ]

    def __str__(self) -> str:
        return f"{self.code or self.old_code} {self.name_zh}"
