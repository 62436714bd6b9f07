from django.utils.translation import gettext_lazy as _

from bihuan.kernel.errors import Unusable


class PortInUse(Unusable):
    message = _("Port %(port)s of 127.0.0.1 is in use; choose another with --port.")


class AlreadyRunning(Unusable):
    message = _("This BIHUAN_HOME is already running at %(url)s; stop it first, or choose another.")


class NotADemo(Unusable):
    message = _("This database holds other records than the demo city's; choose another BIHUAN_HOME.")


class NotOursToReset(Unusable):
    message = _("DATABASE_URL names an operator's database; --reset is only for the embedded one.")


class PagesDontAnswer(Unusable):
    message = _("The web pages did not answer; see %(log)s.")


class ProcessEnded(Unusable):
    message = _("The process “%(name)s” has ended; see %(log)s.")


class NotAKey(Unusable):
    message = _("An SM4 key has 32 hex digits or 16 characters.")


class NotAMessage(Unusable):
    message = _("This line is not a message with “header” and “cp”: %(line)s")
