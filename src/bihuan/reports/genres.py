"""The kinds of report there are. A relative of the rectification report is one more entry."""

from django.utils.translation import gettext_lazy as _

from bihuan.reports.rules.chapters import Genre
from bihuan.reports.rules.rectification import GENRE as RECTIFICATION

GENRES: dict[str, Genre] = {RECTIFICATION.id: RECTIFICATION}
LABELS = {"rectification": _("Rectification report")}
CLAIMS = {
    "petitions_all_closed": _("All petition cases are struck off"),
    "remaining_on_track": _("The remaining items are on track"),
}


def choices() -> list[tuple[str, str]]:
    return [(kind, str(LABELS[kind])) for kind in GENRES]
