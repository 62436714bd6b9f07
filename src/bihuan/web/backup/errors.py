from django.utils.translation import gettext_lazy as _

from bihuan.kernel.errors import Unusable


class AlreadyThere(Unusable):
    message = _("%(file)s is already there; a backup is never written over.")


class PlaceNotEmpty(Unusable):
    message = _("This place already holds %(what)s; restore into an empty BIHUAN_HOME and an empty database.")


class NewerSchema(Unusable):
    message = _(
        "The backup comes from a newer program: it names migrations that this one doesn't know (%(names)s). "
        "Install the version %(program)s or a later one."
    )


class OtherCity(Unusable):
    message = _(
        "The backup is of the city %(theirs)s, this instance of %(ours)s; set BIHUAN_CITY=%(theirs)s."
    )


class UnsafeName(Unusable):
    message = _("The backup names a file outside the home: %(name)s.")


class HalfRestored(Unusable):
    message = _(
        "The restore broke off: %(reason)s The database of DATABASE_URL is half filled; drop it and "
        "create it anew before the next attempt."
    )


class NoPassphrase(Unusable):
    message = _("%(file)s holds no passphrase: its first line is empty.")
