"""The vocabulary of the loop: states and the other axes a problem has beside its state."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class State(TextChoices):
    REPORTED = "reported", _("reported")
    DUPLICATE = "duplicate", _("duplicate")
    NOT_ACCEPTED = "not_accepted", _("not accepted")
    VERIFYING = "verifying", _("being verified")
    UNFOUNDED = "unfounded", _("unfounded")
    REGISTERED = "registered", _("registered")
    ASSIGNED = "assigned", _("assigned")
    PLANNED = "planned", _("planned")
    RECTIFYING = "rectifying", _("being rectified")
    STAGE_CLOSED = "stage_closed", _("concluded in stages")
    SUSPENDED = "suspended", _("suspended")
    SELF_CHECKED = "self_checked", _("waiting for acceptance")
    ACCEPTED = "accepted", _("accepted")
    PUBLICISED = "publicised", _("under public notice")
    CLOSED = "closed", _("closed")
    LONG_TERM = "long_term", _("kept up long-term")
    REOPENED = "reopened", _("reopened")
    ARCHIVED = "archived", _("archived")


COMPLETED = (State.ACCEPTED, State.PUBLICISED, State.LONG_TERM, State.CLOSED, State.ARCHIVED)
CLOSED = (State.CLOSED, State.ARCHIVED)
DISMISSED = (State.DUPLICATE, State.NOT_ACCEPTED, State.UNFOUNDED)
OPEN = tuple(state for state in State if state not in (*COMPLETED, *DISMISSED))
CONFIRMED = tuple(state for state in State if state not in (State.REPORTED, State.VERIFYING, *DISMISSED))


class Substantiation(TextChoices):
    UNKNOWN = "unknown", _("not yet known")
    TRUE = "true", _("substantiated")
    LARGELY_TRUE = "largely_true", _("largely substantiated")
    PARTLY_TRUE = "partly_true", _("partly substantiated")
    UNFOUNDED = "unfounded", _("unsubstantiated")


class ReportingStatus(TextChoices):
    NOT_STARTED = "not_started", _("not started")
    ON_TRACK = "on_track", _("on track")
    BEHIND = "behind", _("behind schedule")
    COMPLETED = "completed", _("completed, not yet closed")
    CLOSED = "closed", _("completed and closed")
    LONG_TERM = "long_term", _("completed, kept up long-term")


class TimeLimit(TextChoices):
    DATE = "date", _("by a date")
    LONG_TERM = "long_term", _("act at once, keep up long-term")


class Level(TextChoices):
    MAJOR = "major", _("major")
    SERIOUS = "serious", _("serious")
    GENERAL = "general", _("general")


class Origin(TextChoices):
    SUPERIOR = "superior", _("handed down by a superior")
    PEER = "peer", _("found by a department of the same level")
    SELF = "self", _("found by the responsible body itself")
    PUBLIC = "public", _("reported by the public")
    DEVICE = "device", _("found by a device")
