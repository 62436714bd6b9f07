"""Ways out beside the inbox. A channel says whether it reaches a reader, and sends one text."""

import smtplib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Protocol

from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.utils import timezone

from bihuan.kernel.notices.models import Notice, Preference, Rhythm, Robot
from bihuan.kernel.notices.rules import robots
from bihuan.kernel.notices.rules.robots import RobotKind, Verdict
from bihuan.kernel.notices.rules.wording import one_line
from bihuan.kernel.notices.sealing import CannotUnseal, unseal
from bihuan.kernel.outgoing import post as outgoing
from bihuan.kernel.outgoing.mail import sends_mail
from bihuan.kernel.people.models import User

MAIL_BYTES = 200_000
SAID = 300
PERMANENT = 500


class NotDelivered(Exception):
    """How a sending failed: `verdict` says whether to try again, `why` is the key of a reason."""

    def __init__(self, verdict: Verdict, why: str, said: str = "") -> None:
        super().__init__(why)
        self.verdict, self.why, self.said = verdict, why, one_line(said)[:SAID]


class Channel(Protocol):
    @property
    def limit(self) -> int:
        """The longest text in bytes."""

    def reaches(self, reader: Any) -> bool: ...

    def rhythm(self, reader: Any) -> str: ...

    def send(self, reader: Any, *, subject: str, text: str, number: int) -> None:
        """Send to one reader; raises NotDelivered. `number` is the same at each attempt."""


@dataclass(frozen=True)
class Mail:
    limit: int = MAIL_BYTES

    def reaches(self, reader: User) -> bool:
        able = bool(reader.email) and reader.is_active and sends_mail()
        return able and self.rhythm(reader) != Rhythm.OFF

    def rhythm(self, reader: User) -> str:
        chosen = Preference.objects.filter(user=reader).values_list("email", flat=True).first()
        return chosen or Rhythm.AT_ONCE

    def send(self, reader: User, *, subject: str, text: str, number: int) -> None:
        """Before the server is open nothing has been said; once it is, a broken line leaves a doubt."""
        connection = get_connection()
        headers = {
            "Message-ID": f"<notice-{number}@{settings.BIHUAN_CITY}.bihuan>",
            "Auto-Submitted": "auto-generated",
        }
        message = EmailMessage(
            one_line(subject), text, to=[reader.email], headers=headers, connection=connection
        )
        try:
            connection.open()
        except (OSError, smtplib.SMTPException) as error:
            raise NotDelivered(Verdict.AGAIN, "unreachable") from error
        try:
            with _mail_refusals():
                message.send()
        finally:
            with _broken_lines():
                connection.close()


@contextmanager
def _mail_refusals() -> Iterator[None]:
    try:
        yield
    except smtplib.SMTPRecipientsRefused as refused:
        raise _refused(*next(iter(refused.recipients.values()))) from refused
    except smtplib.SMTPResponseException as refused:
        raise _refused(refused.smtp_code, refused.smtp_error) from refused
    except (OSError, smtplib.SMTPException) as error:
        raise NotDelivered(Verdict.DOUBTFUL, "no_answer") from error


@contextmanager
def _broken_lines() -> Iterator[None]:
    """A line that breaks when we hang up takes nothing back of what was accepted."""
    try:
        yield
    except (OSError, smtplib.SMTPException):
        return


def _refused(code: int, said: bytes | str) -> NotDelivered:
    words = said.decode("utf-8", "replace") if isinstance(said, bytes) else said
    return NotDelivered(Verdict.NEVER if code >= PERMANENT else Verdict.AGAIN, "refused", f"{code} {words}")


@dataclass(frozen=True)
class Group:
    kind: str

    @property
    def limit(self) -> int:
        return robots.SERVICES[self.kind].limit

    def reaches(self, reader: Robot) -> bool:
        return reader.is_active

    def rhythm(self, reader: Robot) -> str:
        return reader.rhythm

    def send(self, reader: Robot, *, subject: str, text: str, number: int) -> None:  # noqa: ARG002 (groups have neither)
        try:
            kept = unseal(reader.sealed, owner=owner_of(reader))
        except CannotUnseal as error:
            raise NotDelivered(Verdict.NEVER, "unsealed") from error
        asked = robots.request(self.kind, kept.address, secret=kept.secret, text=text, now=timezone.now())
        answer = self._post(asked)
        verdict, said = robots.judge(self.kind, answer.status, answer.body)
        said = robots.without_secrets(said, (kept.secret, kept.address, robots.token_of(kept.address)))
        if verdict is not Verdict.TAKEN:
            raise NotDelivered(verdict, "unclear" if verdict is Verdict.DOUBTFUL else "refused", said)

    def _post(self, asked: robots.Request) -> outgoing.Answer:
        try:
            return outgoing.post(asked.address, asked.body)
        except (outgoing.NotAllowed, outgoing.ForbiddenNetwork) as error:
            raise NotDelivered(Verdict.NEVER, "not_allowed", str(error)) from error
        except outgoing.NotReached as error:
            raise NotDelivered(Verdict.AGAIN, "unreachable") from error
        except outgoing.NoAnswer as error:
            raise NotDelivered(Verdict.DOUBTFUL, "no_answer") from error


def owner_of(robot: Robot) -> str:
    """For whom a robot's secrets are sealed."""
    return f"robot of {robot.unit_id} at {robot.kind}"


MAIL = "email"
CHANNELS: dict[str, Channel] = {MAIL: Mail(), **{str(kind): Group(kind) for kind in RobotKind}}


def ways_to(notice: Notice) -> list[str]:
    """The channels on which this notice's reader can be reached now."""
    wanted = [MAIL] if notice.robot is None else [notice.robot.kind]
    return [name for name in wanted if CHANNELS[name].reaches(notice.reader)]
