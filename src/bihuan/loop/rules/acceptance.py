"""The five general standards of acceptance (published in Anhui 2019 and Huangshan 2022)."""

from collections.abc import Mapping

from django.utils.translation import gettext_lazy as _

from bihuan.kernel.errors import Refused

STANDARDS = {
    1: _("Every measure of the plan has been carried out."),
    2: _("Violations have been punished."),
    3: _("The effect meets the law and the technical norms."),
    4: _("Look-alike problems of the same body or place have been fixed."),
    5: _("The root cause is treated and a long-term mechanism stands."),
}


def check_standards(standards: Mapping[int, str]) -> None:
    """Refuse unless each of the five standards has a word said to it."""
    missing = [number for number in STANDARDS if not str(standards.get(number, "")).strip()]
    if missing:
        numbers = "、".join(str(number) for number in missing)
        raise Refused(reason=_("Nothing is said about standard %(numbers)s.") % {"numbers": numbers})


def unmet(checklist: Mapping[int, bool]) -> list[int]:
    """The numbers of the standards that are not ticked."""
    return [number for number in STANDARDS if not checklist.get(number)]
