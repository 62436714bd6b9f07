"""The words of the area: every choice that a record may hold. Pure."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class IdKind(TextChoices):
    USCC = "uscc", _("unified social credit code")
    H9 = "h9", _("H9 code for a body without a credit code")
    NONE = "none", _("no code yet")


class ManagementClass(TextChoices):
    KEY = "key", _("key management")
    SIMPLIFIED = "simplified", _("simplified management")
    REGISTRATION = "registration", _("registration management")
    NONE = "none", _("outside the permit system")


class Operation(TextChoices):
    RUNNING = "running", _("operating")
    STOPPED = "stopped", _("stopped (verified)")
    CLOSED = "closed", _("closed down")


class Medium(TextChoices):
    WATER = "water", _("waste water")
    FLUE_GAS = "flue_gas", _("flue gas")
    INCINERATION = "incineration", _("waste incineration")
    VOC = "voc", _("volatile organic compounds")
    NOISE = "noise", _("noise")
    DUST = "dust", _("dust")
    OTHER = "other", _("other")


SYSTEM_CODES = {
    Medium.WATER: "32",
    Medium.FLUE_GAS: "31",
    Medium.INCINERATION: "31",
    Medium.VOC: "31",
    Medium.NOISE: "36",
    Medium.DUST: "39",
    Medium.OTHER: "",
}
"""The system code ST that a logger of the medium sends (HJ 212-2017, table 5)."""


class OutletKind(TextChoices):
    MAIN = "main", _("main outlet")
    GENERAL = "general", _("general outlet")
    DESIGNATED = "designated", _("outlet of a facility")
    FUGITIVE = "fugitive", _("fugitive emission")
    RAIN = "rain", _("rain-water outlet")
    BOUNDARY = "boundary", _("plant boundary")


class DischargeMode(TextChoices):
    DIRECT = "direct", _("direct")
    INDIRECT = "indirect", _("indirect")
    NONE = "none", _("no discharge")


class TreatedMedium(TextChoices):
    AIR = "air", _("waste gas")
    WATER = "water", _("waste water")
    NOISE = "noise", _("noise")
    SOLID = "solid", _("solid waste")


class Averaging(TextChoices):
    INSTANT = "instant", _("single value")
    HOUR = "hour", _("hourly mean")
    DAY = "day", _("daily mean")
    MONTH = "month", _("monthly mean")


class LimitKind(TextChoices):
    PERMIT = "permit", _("permit")
    STANDARD = "standard", _("discharge standard")
    COMMITMENT = "commitment", _("enterprise's commitment")
    SPECIAL = "special", _("special period")


class LinkMode(TextChoices):
    ALL = "all", _("all of them")
    ANY = "any", _("any of them")
    SOME = "some", _("a number of them")


class Edition(TextChoices):
    E2005 = "2005", "HJ/T 212-2005"
    E2017 = "2017", "HJ 212-2017"
    E2025 = "2025", "HJ 212-2025"
