"""What can go wrong, said once. Only the web layer and the command line turn these into answers."""

from typing import Any

from django.utils.translation import gettext_lazy as _


class BihuanError(Exception):
    """Base of every refusal that a person should read; `fields` fill the placeholders of `message`."""

    message: Any = _("The request could not be carried out.")

    def __init__(self, **fields: Any) -> None:
        self.fields = fields
        super().__init__(fields)

    def __str__(self) -> str:
        return str(self.message) % self.fields


class Forbidden(BihuanError):
    message = _("You may not do this: it needs the permission “%(permission)s” here.")


class Refused(BihuanError):
    """A guard said no; `reason` is already a full sentence in the reader's language."""

    message = _("%(reason)s")


class Unusable(BihuanError):
    """An input or an outside part can't be used at all; the command line exits with 2."""

    message = _("%(reason)s")
