from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from bihuan.kernel.notices.rules.robots import RobotKind
from bihuan.kernel.notices.rules.timing import Rhythm
from bihuan.kernel.people.models import Unit
from bihuan.kernel.people.scope import ScopedModel

LANGUAGES = (("zh-hans", _("Chinese")), ("en", _("English")))
GROUP_RHYTHMS = ((Rhythm.AT_ONCE, Rhythm.AT_ONCE.label), (Rhythm.DIGEST, Rhythm.DIGEST.label))


class Robot(ScopedModel):
    """The robot of one unit's chat group. Its address is a secret: sealed here, shown and logged nowhere."""

    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="robots", verbose_name=_("unit"))
    kind = models.CharField(_("service"), max_length=10, choices=RobotKind)
    name = models.CharField(_("name of the group"), max_length=60)
    origin = models.CharField(_("host"), max_length=120, editable=False)
    sealed = models.BinaryField()
    language = models.CharField(_("language"), max_length=10, choices=LANGUAGES, default="zh-hans")
    rhythm = models.CharField(_("when"), max_length=10, choices=GROUP_RHYTHMS, default=Rhythm.AT_ONCE)
    with_text = models.BooleanField(_("send the text too"), default=False)
    is_active = models.BooleanField(_("robot in use"), default=True)
    changed_at = models.DateTimeField(auto_now=True)

    class Meta:
        verbose_name = _("group robot")
        ordering = ["jurisdiction_path", "unit_id", "kind"]
        indexes = [*ScopedModel.Meta.indexes]
        constraints = [
            models.UniqueConstraint(
                fields=["unit", "kind"],
                condition=Q(is_active=True),
                name="one_robot_in_use_per_service",
                violation_error_message=_("The unit already has a robot of this service in use."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name}（{self.get_kind_display()}）"
