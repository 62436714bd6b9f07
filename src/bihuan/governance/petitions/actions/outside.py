"""Where records of other cities go: a place of their own, so that no figure of this city counts them."""

from django.conf import settings
from django.utils.translation import gettext as _

from bihuan.governance.petitions.models import OUTSIDE_CODE
from bihuan.kernel.places.models import Jurisdiction


def outside_place() -> Jurisdiction:
    """“Outside this city”, made when the first such record comes in; the city office reads it."""
    city = Jurisdiction.objects.get(code=settings.BIHUAN_CITY)
    place, _made = Jurisdiction.objects.get_or_create(
        code=OUTSIDE_CODE,
        defaults={
            "name": _("Outside this city"),
            "level": Jurisdiction.Level.OUTSIDE,
            "parent": city,
            "path": f"{city.path}{OUTSIDE_CODE}/",
        },
    )
    return place
