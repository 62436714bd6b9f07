"""What goes wrong in a field of devices, by name, and how often. The shares are ours, for exercises."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from bihuan.kernel.errors import BihuanError


class UnknownFault(BihuanError):
    message = _("There is no fault called “%(name)s”. Choose from: %(known)s.")


@dataclass(frozen=True)
class Kind:
    """`share` is how many of the messages, or devices, it befalls."""

    share: float
    says: str


KINDS: dict[str, Kind] = {
    "gaps": Kind(0.02, "records that are never sent by themselves, only when they are asked for"),
    "duplicates": Kind(0.03, "messages sent twice"),
    "clock": Kind(0.05, "devices with a clock one to ten minutes wrong"),
    "halves": Kind(0.05, "frames in two halves with a pause between"),
    "rubbish": Kind(0.01, "bytes that belong to no frame"),
    "check": Kind(0.01, "frames with a wrong check value"),
    "late": Kind(0.05, "records held back and sent later as a supplement"),
    "flags": Kind(0.02, "records with the flag D (fault)"),
    "storm": Kind(1.0, "all connections lost at once, every minute, and back at once"),
    "exceedance": Kind(0.0, "one outlet above its limit"),
}
ALL = "all"


def chosen(text: str) -> frozenset[str]:
    """The faults named in a list with commas; `all` is every one but the exceedance."""
    names = [name.strip() for name in text.split(",") if name.strip()]
    found: set[str] = set()
    for name in names:
        if name == ALL:
            found |= set(KINDS) - {"exceedance"}
        elif name in KINDS:
            found.add(name)
        else:
            raise UnknownFault(name=name, known=_listed(KINDS))
    return frozenset(found)


def _listed(names: Iterable[str]) -> str:
    return ", ".join([ALL, *names])
