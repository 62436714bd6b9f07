"""Why a message has not gone out: a key that is stored, its sentence made when somebody reads it."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

REASONS: dict[str, Promise | str] = {
    "unreachable": _("The other side could not be reached."),
    "refused": _("The other side refused the message: %(said)s"),
    "no_answer": _("The other side didn't answer in time; the message may have arrived."),
    "unclear": _("The answer can't be understood: %(said)s. The message may have arrived."),
    "interrupted": _("The sending was interrupted; the message may have arrived."),
    "not_allowed": _("The address is not allowed: %(said)s"),
    "unsealed": _("The robot's secret can't be opened with this instance's key; enter it again."),
    "no_way": _("The recipient can't be reached this way any more."),
}


def said_why(why: str, said: str) -> str:
    return str(REASONS[why]) % {"said": said} if why else ""
