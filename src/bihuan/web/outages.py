"""When something that the pages stand on fails: which it is, what the reader may do, what an operator does.

Recognised by what the failing part itself says (SQLSTATE, errno), never by the words of a message.
"""

import errno
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from smtplib import SMTPException
from typing import Any

import psycopg
from django.utils.translation import gettext_lazy as _

from bihuan.kernel.evidence.storage import StoreUnreachable

FULL = (errno.ENOSPC, errno.EDQUOT)


@dataclass(frozen=True)
class Outage:
    """`key` is the chapter of docs/operate.md that helps."""

    key: str
    heading: Any
    said: Any
    advice: Any


DATABASE_GONE = Outage(
    "database-gone",
    _("The database does not answer"),
    _("The pages run, but the records can't be reached just now."),
    _("Wait half a minute and try again. If it goes on, tell the administrator the number below."),
)
READ_ONLY = Outage(
    "database-read-only",
    _("Nothing can be changed just now"),
    _("The records can be read, but the database takes no changes: it is being maintained or moved."),
    _("Everything can still be looked up. Try again later, or ask the administrator how long it lasts."),
)
DISK_FULL = Outage(
    "disk-full",
    _("There is no room left to store this"),
    _("The server's disk is full. What was confirmed before is safe."),
    _("Tell the administrator at once, with the number below. Then try again."),
)
STORE_GONE = Outage(
    "evidence-store-gone",
    _("The evidence files can't be reached"),
    _("The store of photos and documents does not answer; everything else works."),
    _("Try again in a few minutes. What needs no file can be done now."),
)
MAIL_GONE = Outage(
    "mail-gone",
    _("The mail could not be sent"),
    _("The mail server does not answer or refused the message."),
    _("Try again in a few minutes. If it goes on, tell the administrator the number below."),
)
BUSY = Outage(
    "busy",
    _("Too many at once"),
    _("The same record was being changed by others, or the server is very busy. Nothing was changed."),
    _("Try again: it usually works the second time."),
)


def outage_of(error: BaseException | None) -> Outage | None:
    """The outage behind an exception, or behind what caused it; None for anything else."""
    for link in _chain(error):
        for applies, outage in TABLE:
            if applies(link):
                return outage
    return None


def _chain(error: BaseException | None) -> Iterator[BaseException]:
    seen = error
    while seen is not None:
        yield seen
        seen = seen.__cause__ or seen.__context__


def _state(*classes: str) -> Callable[[BaseException], bool]:
    """A database's error whose SQLSTATE begins with one of `classes` (PostgreSQL's manual, appendix A)."""
    return lambda error: isinstance(error, psycopg.Error) and (error.sqlstate or "-").startswith(classes)


def _without_state(error: BaseException) -> bool:
    """psycopg's own word that a connection could not be made, or was lost."""
    return isinstance(error, psycopg.OperationalError | psycopg.InterfaceError) and error.sqlstate is None


TABLE: tuple[tuple[Callable[[BaseException], bool], Outage], ...] = (
    (_state("25006"), READ_ONLY),
    (_state("53100"), DISK_FULL),
    (_state("53300", "53200", "55P03", "57014", "40"), BUSY),
    (_state("08", "57P", "58"), DATABASE_GONE),
    (_without_state, DATABASE_GONE),
    (lambda error: isinstance(error, StoreUnreachable), STORE_GONE),
    (lambda error: isinstance(error, SMTPException), MAIL_GONE),
    (lambda error: isinstance(error, OSError) and error.errno in FULL, DISK_FULL),
    (lambda error: isinstance(error, OSError) and error.errno == errno.EROFS, DISK_FULL),
)
