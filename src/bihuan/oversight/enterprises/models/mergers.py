import pgtrigger
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from bihuan.kernel.database.models import CityModel
from bihuan.kernel.people.models import User
from bihuan.oversight.enterprises.models.enterprise import Enterprise


class Merger(CityModel):
    """Two entries for one enterprise made one: what moved from the duplicate, so that it can go back.

    `moved` names the rows by model; `taken` what the kept entry took over because it had none.
    """

    stays_when_merged = True

    duplicate = models.ForeignKey(Enterprise, on_delete=models.PROTECT, related_name="mergers_away")
    kept = models.ForeignKey(Enterprise, on_delete=models.PROTECT, related_name="mergers_in")
    moved = models.JSONField()
    taken = models.JSONField()
    reason = models.TextField(_("reason"))
    merged_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    merged_at = models.DateTimeField(_("merged at"))
    undone_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    undone_at = models.DateTimeField(_("undone at"), null=True)
    undone_because = models.TextField(blank=True)

    class Meta:
        verbose_name = _("merger of two entries")
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(condition=~Q(duplicate=F("kept")), name="merger_of_two"),
            models.UniqueConstraint(
                fields=["duplicate"], condition=Q(undone_at=None), name="merger_one_standing"
            ),
        ]
        triggers = [pgtrigger.Protect(name="merger_is_kept", operation=pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"{self.duplicate} → {self.kept}"
